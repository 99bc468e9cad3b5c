"""Whether samples look real, and whether they show all that is real: two questions, four answers.

Around each image a ball reaches to its k-th neighbour on the same side (itself left out), in the
features of the frozen classifier. *Precision* is the share of samples in any ball of a real image,
*recall* that of real images in any ball of a sample (Kynkäänniemi et al. 2019). One stray image has
a ball that holds everything; so *density* counts the real balls that hold a sample, over k, and
*coverage* is the share of real balls that hold any sample (Naeem et al. 2020).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.features import Sides, chunks
from vae_core.evaluation.intervals import over_images
from vae_core.evaluation.proportions import Proportion, proportion
from vae_core.sentences import counted

K = 5
_AT_ONCE = 500  # rows: 20 MB of distances to 5,000 images


@dataclass(frozen=True)
class Coverage:
    """Of n samples and n real images.

    The intervals are over the images that are counted, with the balls as they are. `density` is 1
    on average where both sides are alike, and may be more.
    """

    precision: Proportion
    recall: Proportion
    density: float
    density_half_width: float | None
    coverage: Proportion


@dataclass(frozen=True)
class CoverageBesideReal:
    """Of samples, and of as many other real images in their stead (the floor, here a ceiling).

    `expected` is the coverage of two alike sides, known in closed form.
    """

    samples: Coverage
    floor: Coverage
    k: int
    images: int

    @property
    def expected(self) -> float:
        """Of distributions that are the same: see ``expected_coverage``."""
        return expected_coverage(self.images, self.images, self.k)


def expected_coverage(real: int, samples: int, k: int = K) -> float:
    """The mean coverage where samples come from the very distribution of the real images.

    A ball holds no sample where, of the other real images and all samples in the order of their
    distance, the first k are real ones: 1 − ∏_{i=1..k} (n − i) / (n + m − i).
    """
    return 1 - math.prod((real - i) / (real + samples - i) for i in range(1, k + 1))


def coverage(sides: Sides, *, k: int = K, watch: Watch | None = None) -> CoverageBesideReal:
    """Precision, recall, density and coverage of samples, and of other real images.

    Args:
        sides: features of all three.
        k: the neighbour that a ball reaches to.
        watch: follows and stops the work.

    Raises:
        AtlasError: there are k images or fewer of each.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    if len(sides.real) <= k:
        needed = counted(k + 1, "image")
        raise AtlasError(f"Balls that reach to neighbour {k} need {needed} or more of each.")
    radii = _radii(sides.real, k, watch)
    watch.progress(0.2)
    samples = _coverage(sides.samples, sides.real, radii, k, watch)
    watch.progress(0.6)
    floor = _coverage(sides.other, sides.real, radii, k, watch)
    watch.progress(1.0)
    return CoverageBesideReal(samples, floor, k, len(sides.real))


def _coverage(found: Tensor, real: Tensor, radii: Tensor, k: int, watch: Watch) -> Coverage:
    own = _radii(found, k, watch)
    within = []
    covered = torch.zeros(len(real), dtype=torch.bool)
    recalled = torch.zeros(len(real), dtype=torch.bool)
    for start, stop in chunks(len(found), _AT_ONCE):
        distances = _distances(found[start:stop], real, watch)
        held = distances <= radii
        within.append(held.sum(1))
        covered |= held.any(0)
        recalled |= (distances <= own[start:stop, None]).any(0)
    counts = torch.cat(within)
    each = counts.double() / k
    return Coverage(
        proportion(counts > 0),
        proportion(recalled),
        each.mean().item(),
        over_images(each),
        proportion(covered),
    )


def _radii(x: Tensor, k: int, watch: Watch) -> Tensor:
    """How far each is from its k-th neighbour, itself left out. [n]"""
    found = []
    for start, stop in chunks(len(x), _AT_ONCE):
        distances = _distances(x[start:stop], x, watch)
        distances[torch.arange(stop - start), torch.arange(start, stop)] = math.inf
        found.append(distances.kthvalue(k, dim=1).values)
    return torch.cat(found)


def _distances(x: Tensor, y: Tensor, watch: Watch) -> Tensor:
    if watch.cancelled():
        raise Cancelled
    return torch.cdist(x, y)
