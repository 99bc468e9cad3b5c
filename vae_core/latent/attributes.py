"""Directions that mean something: from images without a property to images with it."""

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.encodings import Encodings


@torch.no_grad()
def attribute_vector(encodings: Encodings, with_it: Tensor, without_it: Tensor) -> Tensor:
    """Mean encoding of one selection minus that of another, to be added to a z in small parts.

    Args:
        encodings: of N images.
        with_it, without_it: the selections, as int64 indices [n] or as bool masks [N].

    Returns:
        float32 [J].

    Raises:
        AtlasError: a selection is empty.
    """
    return _mean(encodings, with_it, "with") - _mean(encodings, without_it, "without")


def _mean(encodings: Encodings, selection: Tensor, name: str) -> Tensor:
    chosen = encodings.mu[selection]
    if not len(chosen):
        raise AtlasError(f"The selection {name} the attribute is empty: select at least one image.")
    return chosen.double().mean(0).float()
