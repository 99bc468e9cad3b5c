"""A model whose weights are numbers, and what it makes of an image is not."""

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.models import VAE, Model

OVERFLOWS = (
    "This model's numbers are so large that what it makes of an image is none: its training went "
    "wrong. Choose another model, or train it anew with a smaller learning rate."
)


@torch.inference_mode()
def refuse_overflow(model: Model, images: Tensor) -> None:
    """Send an image through a VAE and back; of other models nothing is asked here.

    Args:
        images: uint8 [N, C, H, W], of which the first is taken.

    Raises:
        AtlasError: it does not come back.
    """
    if not isinstance(model, VAE) or not len(images):
        return
    x = images[:1].float() / 255
    posterior = model.encode(x)
    found = (*posterior.parameters, model.decode(posterior.mu).log_prob(x))
    if not all(bool(each.isfinite().all()) for each in found):
        raise AtlasError(OVERFLOWS)
