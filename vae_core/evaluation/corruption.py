"""What may happen to an image before a model sees it: each corruption is one object that says so.

Images come as uint8 or floats [N, C, H, W] and leave as floats in [0, 1] of the same shape. A
strength of 0 changes nothing. Chance is each image's own: the same seed and number give an image
the same noise wherever it stands and at every strength, so that errors along a curve, and those of
two models, differ by what is compared and not by luck.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from skimage.filters import gaussian
from torch import Generator, Tensor
from torch.nn import functional

from vae_core.errors import AtlasError

# What stands where a pixel is missing: of all levels the one that says least.
UNKNOWN = 0.5


@dataclass(frozen=True)
class Corrupted:
    """Images after a corruption: float [N, C, H, W] in [0, 1].

    ``known`` says which pixels are still the image's own, bool [N, H, W], where others are missing
    and stand at ``UNKNOWN``; None where every pixel was changed, or may have been.
    """

    images: Tensor
    known: Tensor | None = None


# Takes images as float [N, C, H, W] in [0, 1], a strength, and a seed for each image.
Apply = Callable[[Tensor, float, Sequence[int]], Corrupted]


@dataclass(frozen=True)
class Corruption:
    """One thing that can happen to an image.

    Attributes:
        name: what commands and addresses call it.
        label: what people read.
        strength: what its strength is, in the middle of a sentence, with its unit.
        steps: strengths worth looking at, ascending; the first is 0, which changes nothing, and
            the last is the largest there is.
        usual: the one of them to begin with.
        apply: does it; use ``corrupted``, which checks and prepares.
    """

    name: str
    label: str
    strength: str
    steps: tuple[float, ...]
    usual: float
    apply: Apply


def corrupted(
    images: Tensor,
    corruption: Corruption,
    strength: float,
    *,
    seed: int = 0,
    numbers: Tensor | None = None,
) -> Corrupted:
    """Images after a corruption.

    Args:
        images: uint8 [N, C, H, W], or floats in [0, 1].
        corruption: which.
        strength: from 0 to the last of its steps.
        seed: of its chance, with each image's number.
        numbers: int64 [N], which images these are; 0, 1, … if None.

    Raises:
        AtlasError: the strength is outside of its range.
    """
    most = corruption.steps[-1]
    if not 0 <= strength <= most:
        raise AtlasError(f"{corruption.label} goes from 0 to {most:g}, not to {strength:g}.")
    x = images if images.is_floating_point() else images.float() / 255
    if strength == 0:
        return Corrupted(x)
    each = range(len(x)) if numbers is None else [int(number) for number in numbers]
    found = corruption.apply(x, strength, [seed * 1_000_003 + number for number in each])
    return Corrupted(found.images.clamp(0, 1), found.known)


def hidden(images: Tensor, known: Tensor) -> Corrupted:
    """Images of which only some pixels are known: bool [H, W], or [N, H, W] of each its own."""
    x = images if images.is_floating_point() else images.float() / 255
    mask = known.expand(len(x), *x.shape[2:])
    return Corrupted(torch.where(mask.unsqueeze(1), x, UNKNOWN), mask)


def rectangle(height: int, width: int, top: int, left: int, rows: int, columns: int) -> Tensor:
    """Known pixels where a rectangle is missing. bool [height, width].

    What of it lies outside of the image counts for nothing.
    """
    known = torch.ones(height, width, dtype=torch.bool)
    known[max(0, top) : max(0, top + rows), max(0, left) : max(0, left + columns)] = False
    return known


def _noise(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    drawn = [torch.randn(x.shape[1:], generator=Generator().manual_seed(seed)) for seed in seeds]
    return Corrupted(x + strength * torch.stack(drawn))


def _salt_and_pepper(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    u = _uniform(x, seeds).unsqueeze(1)
    return Corrupted(
        x.masked_fill(u < strength / 2, 0.0).masked_fill(u >= 1 - strength / 2, 1.0),
    )


def _blur(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    # Edges are repeated outwards, so that a light border does not darken.
    sigma = (0.0, 0.0, strength, strength)
    return Corrupted(torch.from_numpy(gaussian(x.numpy(), sigma=sigma, mode="nearest")))


def _contrast(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    return Corrupted(0.5 + (1 - strength) * (x - 0.5))


def _rotation(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    """Anticlockwise about the middle, in pixels that are square whatever the image's sides are."""
    height, width = x.shape[2:]
    angle = torch.tensor(strength).deg2rad()
    cos, sin = angle.cos(), angle.sin()
    # Where each place of the picture comes from, in units of half of each side.
    matrix = torch.stack([cos, -sin * height / width, torch.zeros(())])
    second = torch.stack([sin * width / height, cos, torch.zeros(())])
    theta = torch.stack([matrix, second]).to(x.dtype).expand(len(x), 2, 3)
    grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
    turned = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    return Corrupted(turned)


def _missing(side: str) -> Apply:
    def apply(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
        height, width = x.shape[2:]
        rows, columns = round(strength * height), round(strength * width)
        known = {
            "left": lambda: rectangle(height, width, 0, 0, height, columns),
            "right": lambda: rectangle(height, width, 0, width - columns, height, columns),
            "top": lambda: rectangle(height, width, 0, 0, rows, width),
            "bottom": lambda: rectangle(height, width, height - rows, 0, rows, width),
        }[side]()
        return hidden(x, known)

    return apply


def _missing_anywhere(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
    return hidden(x, _uniform(x, seeds) >= strength)


def _uniform(x: Tensor, seeds: Sequence[int]) -> Tensor:
    """One number in [0, 1) for each place of each image. [N, H, W]."""
    places = x.shape[2:]
    return torch.stack([torch.rand(places, generator=Generator().manual_seed(s)) for s in seeds])


_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PARTS = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)

CORRUPTIONS: Mapping[str, Corruption] = {
    each.name: each
    for each in (
        Corruption(
            "noise",
            "Gaussian noise",
            "σ of the noise, in pixel values of 0 to 1",
            (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0),
            0.3,
            _noise,
        ),
        Corruption(
            "salt-and-pepper",
            "Salt and pepper",
            "share of pixels that turn black or white",
            _SHARES,
            0.2,
            _salt_and_pepper,
        ),
        Corruption(
            "blur",
            "Blur",
            "σ of the blur, in pixels",
            (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0),
            1.5,
            _blur,
        ),
        Corruption(
            "contrast",
            "Less contrast",
            "share of the contrast about mid-grey that is taken away",
            _SHARES,
            0.5,
            _contrast,
        ),
        Corruption(
            "rotation",
            "Rotation",
            "degrees, anticlockwise",
            (0.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0),
            20.0,
            _rotation,
        ),
        *(
            Corruption(
                f"missing-{side}",
                f"{side.title()} missing",
                "share of the image that is missing",
                _PARTS,
                0.5,
                _missing(side),
            )
            for side in ("left", "right", "top", "bottom")
        ),
        Corruption(
            "missing-anywhere",
            "Pixels missing",
            "share of pixels that are missing, each by chance",
            _SHARES,
            0.5,
            _missing_anywhere,
        ),
    )
}
