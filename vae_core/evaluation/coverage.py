"""Whether samples look real, and whether they show all that is real: two questions, four answers.

Around each image a ball reaches to its k-th neighbour on the same side (itself left out), in the
features of the frozen classifier. *Precision* is the share of samples in any ball of a real image,
*recall* that of real images in any ball of a sample (Kynkäänniemi et al. 2019). One stray image has
a ball that holds everything; so *density* counts the real balls that hold a sample, over k, and
*coverage* is the share of real balls that hold any sample (Naeem et al. 2020).

Neighbours share the images around them, and other images would have other balls: how sure the four
are is found by leaving out a twentieth of both sides in turn, balls and all (the jackknife). What
neighbours do together it counts twice, so that its intervals hold in 95 of 100 cases or more.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.features import GROUPS, Sides, chunks, groups, jackknife
from vae_core.evaluation.intervals import Z_95
from vae_core.evaluation.proportions import DependentProportion
from vae_core.sentences import counted

K = 5
_AT_ONCE = 250  # rows: 10 MB of distances to 5,000 images
_SEEN = 4 * K  # neighbours of which those that are left out are passed over
_FEW = 4  # images that are worth one, as the jackknife mostly finds, where it tells nothing


@dataclass(frozen=True)
class Coverage:
    """Of n samples and n real images.

    The intervals are over images of both sides. `density` is 1 on average where both sides are
    alike, and may be more; its ± is None of fewer than 20 images.
    """

    precision: DependentProportion
    recall: DependentProportion
    density: float
    density_half_width: float | None
    coverage: DependentProportion


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
    balls = _balls(sides.real, k, watch)
    watch.progress(0.2)
    samples = _coverage(sides.samples, sides.real, balls, k, watch)
    watch.progress(0.6)
    floor = _coverage(sides.other, sides.real, balls, k, watch)
    watch.progress(1.0)
    return CoverageBesideReal(samples, floor, k, len(sides.real))


@dataclass(frozen=True, eq=False)
class _Balls:
    """Of n images: radii [n], what they are without each group of them [G, n], and the groups.

    `group` is that of each image [n]; G is 0 where there are too few images for any.
    """

    radii: Tensor
    without: Tensor
    group: Tensor


@dataclass(frozen=True, eq=False)
class _Held:
    """How many balls hold each point, and how near to the middle of each ball one comes.

    Attributes:
        balls: of all, and [n, G] without each group of them.
        nearest: from each ball's middle to the nearest point of each group [G, n].
    """

    balls: Tensor
    without: Tensor
    nearest: Tensor


def _coverage(found: Tensor, real: Tensor, balls: _Balls, k: int, watch: Watch) -> Coverage:
    own = _balls(found, k, watch)
    held, recalled = _held(found, real, balls, watch), _held(real, found, own, watch)
    count = len(real)
    ends = groups(count) if count >= GROUPS else []

    def left(values: Tensor, start: int, stop: int) -> float:
        """The mean without these."""
        return (values.sum() - values[start:stop].sum()).item() / (count - (stop - start))

    def share(cases: Tensor, without: Callable[[int], Tensor]) -> DependentProportion:
        half_width = jackknife(
            lambda start, stop: left(without(ends.index((start, stop))).double(), start, stop),
            count,
        )
        return _dependent(int(cases.sum()), count, half_width)

    def covered(group: int) -> Tensor:
        others = torch.cat([held.nearest[:group], held.nearest[group + 1 :]])
        return others.amin(0) <= balls.without[group]

    return Coverage(
        share(held.balls > 0, lambda group: held.without[:, group] > 0),
        share(recalled.balls > 0, lambda group: recalled.without[:, group] > 0),
        held.balls.double().mean().item() / k,
        jackknife(
            lambda start, stop: left(
                held.without[:, ends.index((start, stop))].double() / k, start, stop
            ),
            count,
        ),
        share(held.nearest.amin(0) <= balls.radii, covered),
    )


def _dependent(count: int, total: int, half_width: float | None) -> DependentProportion:
    """With an interval of that ±, but no surer than if each case were by itself."""
    spread = Z_95**2 * count * (total - count) / total**2
    if not half_width or not spread:  # none or all, of which no group of images tells anything
        return DependentProportion(count, total, total / _FEW)
    return DependentProportion(count, total, min(total, spread / half_width**2))


def _held(points: Tensor, middles: Tensor, balls: _Balls, watch: Watch) -> _Held:
    """Which balls hold the points; both sides are of as many, in the same groups."""
    count, left_out = len(points), len(balls.without)
    each, without = points.new_zeros(count), points.new_zeros(count, left_out)
    nearest = points.new_full((max(1, left_out), len(middles)), math.inf)
    members = one_hot(balls.group, max(1, left_out)).float()
    # A ball grows without any of its k nearest: what then comes in lies within the largest of it.
    largest = balls.without.amax(0) if left_out else balls.radii
    for start, stop in chunks(count, _AT_ONCE):
        distances = _distances(points[start:stop], middles, watch)
        held = distances <= balls.radii
        by_group = (held.float() @ members).to(points.dtype)
        each[start:stop] = by_group.sum(1)
        point, ball = ((distances <= largest) & ~held).nonzero(as_tuple=True)
        more = (distances[point, ball][:, None] <= balls.without.T[ball]).to(points.dtype)
        more *= 1 - members[ball, :left_out]
        without[start:stop] = each[start:stop, None] - by_group[:, :left_out]
        without[start:stop].index_add_(0, point, more)
        for group in balls.group[start:stop].unique().tolist():
            least = distances[balls.group[start:stop] == group].amin(0)
            nearest[group] = torch.minimum(nearest[group], least)
    return _Held(each, without, nearest)


def _balls(x: Tensor, k: int, watch: Watch) -> _Balls:
    """Balls that reach to the k-th neighbour, the image itself left out."""
    count = len(x)
    ends = groups(count) if count >= GROUPS else []
    group = torch.zeros(count, dtype=torch.int64)
    for number, (first, last) in enumerate(ends):
        group[first:last] = number
    radii, without = x.new_zeros(count), x.new_zeros(len(ends), count)
    for start, stop in chunks(count, _AT_ONCE):
        distances = _distances(x[start:stop], x, watch)
        distances[torch.arange(stop - start), torch.arange(start, stop)] = math.inf
        near = distances.topk(min(max(_SEEN, k), count - 1), largest=False)
        radii[start:stop] = near.values[:, k - 1]
        of = group[near.indices]
        for number in range(len(ends)):
            kept = (of != number).cumsum(1)
            place = (kept < k).sum(1)
            known = place < kept.shape[1]
            found = near.values.gather(1, place.clamp(max=kept.shape[1] - 1)[:, None])[:, 0]
            if not bool(known.all()):
                rows = distances[~known].masked_fill(group == number, math.inf)
                found[~known] = rows.kthvalue(k, dim=1).values
            without[number, start:stop] = found
    return _Balls(radii, without, group)


def _distances(x: Tensor, y: Tensor, watch: Watch) -> Tensor:
    if watch.cancelled():
        raise Cancelled
    return torch.cdist(x, y)
