"""Images brought to the size and colours that a model of other images reads."""

import re
from functools import lru_cache

import torch
from torch import Tensor

from latent_atlas.reports.image_size import Shape, at_size
from vae_core.errors import AtlasError

MOST_BYTES = 300 * 2**20
_AT_ONCE = 2000
_NAME = re.compile(r"(.+)@([13])x([0-9]{1,4})x([0-9]{1,4})")


def resized(images: Tensor, shape: Shape) -> Tensor:
    """Images uint8 [N, C, H, W] as uint8 of another shape [C, H, W].

    Raises AtlasError where they would take more than `MOST_BYTES`.
    """
    channels, height, width = shape
    if len(images) * channels * height * width > MOST_BYTES:
        raise AtlasError("so many of these images at its size would not fit into memory")
    parts = [at_size(part.float(), shape) for part in images.split(_AT_ONCE)]
    return torch.cat([part.round().clamp(0, 255).byte() for part in parts])


def resized_name(dataset: str, shape: Shape) -> str:
    """What the images of a data set are called at another size."""
    return f"{dataset}@{'x'.join(map(str, shape))}"


@lru_cache(maxsize=64)
def parted_name(name: str) -> tuple[str, Shape | None]:
    """The name of a data set, and the size that its images are brought to, if one is named."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name, None
    return found[1], (int(found[2]), int(found[3]), int(found[4]))
