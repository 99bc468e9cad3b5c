"""What the frozen classifier of a data set sees in images: the numbers before its last layer.

Samples and real images are held against each other there. Each such distance is above nothing by
chance alone, and by how much depends on how many images there are: so it always stands beside its
*floor*, the same distance between as many other real images and the same real ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from vae_core.errors import AtlasError
from vae_core.evaluation.classifier import Classifier
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import student_95

_AT_ONCE = 1000  # images
GROUPS = 20  # of the jackknife


@dataclass(frozen=True, eq=False)
class Sides:
    """Features [n, d] of as many samples, real images, and other real images (for the floor)."""

    samples: Tensor
    real: Tensor
    other: Tensor


@dataclass(frozen=True)
class Distance:
    """How far n samples are from n real images, and how far n other real images are.

    Each half width, ±, holds in 95 of 100 cases over images of both sides (the jackknife that
    leaves a twentieth of them out, Student's); None of fewer than 20 images.
    """

    value: float
    half_width: float | None
    floor: float
    floor_half_width: float | None
    images: int

    @property
    def decided(self) -> bool:
        """Whether the samples are farther away than real images by more than both ±."""
        reach = (self.half_width or 0.0) ** 2 + (self.floor_half_width or 0.0) ** 2
        return self.half_width is not None and self.value - self.floor > reach**0.5


@torch.inference_mode()
def features(classifier: Classifier, images: Tensor, watch: Watch | None = None) -> Tensor:
    """What the last layer of the classifier reads. float64 [N, d].

    Args:
        classifier: frozen; only one and the same makes distances comparable.
        images: [N, C, H, W], uint8, or floats in [0, 1].
        watch: follows and stops the work.

    Raises:
        AtlasError: the classifier reads images of another size.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    shape = tuple(images.shape[1:])
    if shape != classifier.lessons.image_shape:
        raise AtlasError(
            f"The classifier reads images of the shape {list(classifier.lessons.image_shape)}, and "
            f"these have the shape {list(shape)}."
        )
    layers = list(classifier.network.children())
    before_last, width = nn.Sequential(*layers[:-1]), layers[-1].get_parameter("weight").shape[1]
    found = [torch.empty(0, width, dtype=torch.float64)]
    for start, stop in chunks(len(images), _AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        chunk = images[start:stop]
        x = chunk.float() if chunk.is_floating_point() else chunk.float() / 255
        found.append(before_last(x).double())
        watch.progress(stop / len(images))
    return torch.cat(found)


def sides(samples: Tensor, real: Tensor, *, seed: int = 0) -> Sides:
    """As many of each as there are for all three, the real ones in an order drawn by the seed.

    So every model with as many samples is held against the same real images, and has one floor.

    Args:
        samples: features [N, d].
        real: features [M, d] of real images, twice as many as samples where none is to go unused.
        seed: of the order.

    Raises:
        AtlasError: there are fewer than two samples, or four real images.
    """
    count = min(len(samples), len(real) // 2)
    if count < 2:
        raise AtlasError(
            "Samples are compared two or more at a time, with twice as many real ones."
        )
    order = torch.randperm(len(real), generator=Generator().manual_seed(seed))
    return Sides(
        samples[:count].double(),
        real[order[:count]].double(),
        real[order[count : 2 * count]].double(),
    )


def jackknife(without: Callable[[int, int], float], count: int) -> float | None:
    """± of a statistic of images, from what it is without each of ``GROUPS`` groups of them.

    Args:
        without: the statistic without the images from the first place up to the second.
        count: how many images there are.

    Returns:
        None of fewer images than groups.
    """
    if count < GROUPS:
        return None
    left = torch.tensor([without(*ends) for ends in groups(count)], dtype=torch.float64)
    variance = (GROUPS - 1) * left.var(correction=0).item()
    return float(student_95(torch.tensor(GROUPS - 1.0))) * variance**0.5


def groups(count: int) -> list[tuple[int, int]]:
    """From where to where each group of the jackknife reaches."""
    return list(pairwise(count * each // GROUPS for each in range(GROUPS + 1)))


def chunks(count: int, size: int) -> Iterator[tuple[int, int]]:
    """From where to where each chunk of so many reaches."""
    for start in range(0, count, size):
        yield start, min(start + size, count)
