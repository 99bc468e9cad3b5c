"""One picture of one's own, made into an image that a model reads.

>>> one_image("seven.png", data, (1, 28, 28), "mnist").pixels.shape
torch.Size([1, 28, 28])
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vae_core.data.own.centring import SIDE, centred, ink_alone, light_on_dark
from vae_core.data.own.entries import check_file_size
from vae_core.data.own.fitting import seen
from vae_core.data.own.limits import Budget, Limits
from vae_core.data.own.pictures import decode
from vae_core.data.source import Likeness
from vae_core.errors import AtlasError
from vae_core.sentences import plain

_SMALLEST_DECODED = 512


@dataclass(frozen=True)
class OneImage:
    """An image and what was done to it.

    Attributes:
        pixels: uint8 [C, H, W], of the shape that was asked for.
        turned_over: dark ink on light paper became light on dark.
        way: `kept` if it had that shape already, `centred` as MNIST was, or `resized`.
    """

    pixels: Tensor
    turned_over: bool
    way: Literal["kept", "centred", "resized"]


def one_image(
    name: str, data: bytes, image_shape: tuple[int, int, int], likeness: Likeness = "any"
) -> OneImage:
    """The picture file `data` as an image [C, H, W], C being 1 or 3.

    A picture of that very size is taken pixel for pixel, so that an image of a dataset comes in as
    it went out. Others are centred as MNIST was, if that is their likeness and size, or else
    resized with their proportions kept.

    Raises:
        AtlasError: not a picture, a damaged or too large one, or an empty one; `name` is in it.
    """
    limits = Limits.from_environment()
    label = plain(name)
    check_file_size(len(data), label, Budget(limits, label))
    if not data:
        raise AtlasError(f"{label} is empty: bring another picture.")
    picture = decode(data, label, limits, at_least=_SMALLEST_DECODED)
    return _fitted(picture, label, image_shape, likeness)


def _fitted(
    picture: Image.Image, label: str, image_shape: tuple[int, int, int], likeness: Likeness
) -> OneImage:
    channels, height, width = image_shape
    picture = picture.convert("L" if channels == 1 else "RGB")
    turned_over = False
    if likeness != "any":
        levels, turned_over = light_on_dark(np.asarray(picture))
        picture = Image.fromarray(levels)
    if picture.size != (width, height) and likeness == "mnist" and image_shape == (1, SIDE, SIDE):
        ink = ink_alone(np.asarray(picture))
        if not ink.any():
            raise AtlasError(
                f"{label} shows nothing that stands out from its border: "
                "bring a digit with a plain ground around it."
            )
        return OneImage(torch.from_numpy(centred(ink))[None], turned_over, "centred")
    way: Literal["kept", "resized"] = "kept" if picture.size == (width, height) else "resized"
    pixels = seen(picture, (height, width), "grey" if channels == 1 else "rgb", "pad")
    return OneImage(torch.from_numpy(pixels.copy()), turned_over, way)
