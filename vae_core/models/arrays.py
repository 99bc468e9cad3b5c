"""Images and latents as people hold them, as the tensors that models take.

The border between a notebook and the core: NumPy arrays, lists and tensors come in, of bytes or of
floats, and what cannot be meant is refused in a sentence. Models themselves see float tensors only.
"""

import math
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from vae_core.errors import AtlasError

Values: TypeAlias = Tensor | ArrayLike

MOST_CHANNELS = 4  # of an image, as in ``Architecture``


def as_images(images: Values, image_shape: tuple[int, int, int]) -> Tensor:
    """Images for a model of ``image_shape`` (C, H, W): uint8, or float in [0, 1]. [N, C, H, W].

    Takes [N, C, H, W], [N, H, W] of one channel, or [N, C·H·W]. Bytes stay bytes, 0 to 255; bools
    and floats count from 0 to 1.

    Raises:
        AtlasError: the shape is another, or a value lies outside.
    """
    x = _tensor(images, "images")
    one_channel = (len(x), *image_shape[1:]) if image_shape[0] == 1 and x.ndim == 3 else None
    flat = (len(x), math.prod(image_shape)) if x.ndim == 2 else None
    if tuple(x.shape) not in ((len(x), *image_shape), one_channel, flat):
        raise AtlasError(
            f"The images are {list(x.shape)}, and this model takes [N, "
            f"{', '.join(map(str, image_shape))}]."
        )
    return (x if x.dtype == torch.uint8 else _unit(x)).reshape(len(x), *image_shape)


def as_pixels(images: Values, image_shape: tuple[int, int, int]) -> Tensor:
    """As ``as_images``, all of it float in [0, 1]: what networks take. [N, C, H, W]."""
    return _unit(as_images(images, image_shape))


def as_bytes(images: Values) -> Tensor:
    """Images to train on: uint8 [N, C, H, W], from [N, C, H, W] or [N, H, W] of any one kind.

    Floats from 0 to 1 are taken to the nearest of 255 levels, which is how training sets are held.

    Raises:
        AtlasError: the shape is another, there are none, or a value lies outside.
    """
    x = _tensor(images, "images")
    if x.ndim == 3:
        x = x.unsqueeze(1)
    if x.ndim != 4 or not len(x) or not 1 <= x.shape[1] <= MOST_CHANNELS:
        last = x.ndim == 4 and 1 <= x.shape[3] <= MOST_CHANNELS
        raise AtlasError(
            f"The images are {list(x.shape)}: give [N, C, H, W], or [N, H, W] where they are grey."
            + (" Here the channels come last: numpy.moveaxis(images, -1, 1)." if last else "")
        )
    return x if x.dtype == torch.uint8 else (_unit(x) * 255).round_().to(torch.uint8)


def as_latents(z: Values, latent_dim: int) -> Tensor:
    """Latents for a model of J = ``latent_dim``: float [N, J], from [N, J] or one [J].

    Raises:
        AtlasError: the shape is another, or a number is not finite.
    """
    found = _tensor(z, "latents").float()
    if found.ndim == 1:
        found = found.unsqueeze(0)
    if found.ndim != 2 or found.shape[1] != latent_dim:
        raise AtlasError(
            f"The latents are {list(found.shape)}, and this model takes [N, {latent_dim}]."
        )
    if not bool(found.isfinite().all()):
        raise AtlasError("The latents hold a number that is not finite.")
    return found


def _tensor(values: Values, what: str) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().cpu() if values.ndim else values.detach().cpu().reshape(1)
    if values is None:
        raise AtlasError(f"There are no {what}: None was given.")
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise AtlasError(f"The {what} hold {array.dtype}, not numbers.")
    # A copy where torch could not write to the memory: it warns of what it cannot keep.
    return torch.from_numpy(np.array(array, ndmin=1))


def _unit(x: Tensor) -> Tensor:
    """Pixels in [0, 1] as float32. Raises AtlasError where they cannot be that."""
    if x.dtype == torch.uint8:
        return x.float().div_(255)
    if x.dtype == torch.bool:
        return x.float()
    if not x.is_floating_point():
        raise AtlasError(
            f"The images hold {str(x.dtype).removeprefix('torch.')}: give uint8 from 0 to 255, or "
            "floats from 0 to 1."
        )
    least, most = (float(x.min()), float(x.max())) if x.numel() else (0.0, 0.0)
    if math.isnan(least) or math.isnan(most):
        raise AtlasError("The images hold NaN, which is no number.")
    if not 0 <= least <= most <= 1:
        raise AtlasError(
            f"The images hold floats from {least:g} to {most:g}: give floats from 0 to 1, or uint8."
        )
    return x.float()
