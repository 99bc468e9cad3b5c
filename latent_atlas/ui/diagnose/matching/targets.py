"""What is to be matched: the model's own decoding of the mean of a test image, and how near one is.

The mean is rounded to the steps of the sliders, and dead dimensions are left at 0, so that the
sliders reach every target exactly.
"""

import math
from collections.abc import Container
from dataclasses import dataclass

import torch
from torch import Tensor

from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.reconstruct.kept import Kept
from vae_core.data import fair_order
from vae_core.latent import activity, encode_images
from vae_core.models import VAE

STEPS = 10  # of a slider in a unit of z
_LEAST_EXTENT = 3  # standard deviations of the prior
_IMAGES = 2_000  # that tell which dimensions are active
LEAST_ERROR = 1 / 255  # at the start: with less there is nothing to match
_TRIED = 50  # images in search of a target with more

_known: Kept["Sliders"] = Kept(16)


@dataclass(frozen=True)
class Sliders:
    """The active dimensions, the most active first, of how many, and how far z reaches."""

    axes: tuple[int, ...]
    of: int
    extent: int

    def code(self, steps: tuple[int, ...]) -> Tensor:
        """z [1, J] where the sliders stand at so many steps, and all other dimensions at 0."""
        z = torch.zeros(1, self.of)
        z[0, list(self.axes)] = torch.tensor(steps, dtype=torch.float32) / STEPS
        return z


@dataclass(frozen=True, eq=False)
class Target:
    """The `number` counts from 1; `steps` is where the sliders reach it, of the test `image`."""

    number: int
    image: int
    steps: tuple[int, ...]


@torch.inference_mode()
def sliders_of(looked_at: LookedAt, vae: VAE) -> Sliders:
    """The sliders for a model: those of its dimensions that are active on these images."""
    key = looked_at.key("matching")
    if (known := _known.get(key)) is not None:
        return known
    images = looked_at.split.images
    codes = encode_images(vae, images[fair_order(len(images))[:_IMAGES]])
    found = activity(codes)
    axes = [axis for axis in found.order.tolist() if not found.dead[axis]]
    farthest = float(codes.mu[:, axes].abs().max()) if axes else 0.0
    extent = max(_LEAST_EXTENT, math.ceil(farthest))
    sliders = Sliders(tuple(axes), codes.mu.shape[1], extent)
    _known.put(key, sliders)
    return sliders


@torch.inference_mode()
def target_of(vae: VAE, images: Tensor, sliders: Sliders, number: int) -> Target:
    """The target of a number from 1 on: the images [N, C, H, W] in an order that is fair to all.

    One that the sliders draw at 0 already is passed over: what is returned has the number of the
    next one that they do not.
    """
    order = fair_order(len(images))
    most = sliders.extent * STEPS
    for further in range(number - 1, number - 1 + _TRIED):
        place = further % len(order)
        image = int(order[place])
        mean = encode_images(vae, images[image : image + 1]).mu[0, list(sliders.axes)]
        steps = (mean * STEPS).round().clamp(-most, most).int()
        target = Target(place + 1, image, tuple(steps.tolist()))
        if error_at_start(vae, sliders, target) > LEAST_ERROR:
            break
    return target


def untried(tried: Container[int], count: int, after: int = 0) -> int:
    """The next number after another, of so many from 1 on, that was not tried; else the next."""
    numbers = [(after + further) % count + 1 for further in range(count)]
    return next((each for each in numbers if each not in tried), numbers[0])


def error_at_start(vae: VAE, sliders: Sliders, target: Target) -> float:
    """Of the picture at 0: the root of the mean squared difference of the pixels, in [0, 1].

    At least a grey level, so that it can be divided by.
    """
    at_start = _difference(vae, sliders.code(target.steps), torch.zeros(1, sliders.of))
    return max(at_start, LEAST_ERROR)


def share_left(vae: VAE, sliders: Sliders, target: Target, steps: tuple[int, ...]) -> float:
    """Which share of the error at the start is left where the sliders stand at so many steps."""
    left = _difference(vae, sliders.code(target.steps), sliders.code(steps))
    return left / error_at_start(vae, sliders, target)


@torch.inference_mode()
def _difference(vae: VAE, one: Tensor, other: Tensor) -> float:
    first, second = vae.decode(torch.cat([one, other])).mean
    return float((first - second).double().square().mean().sqrt())
