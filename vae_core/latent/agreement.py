"""Do two maps of the same images agree? Two answers, one of shape and one of company.

*Shape* (Procrustes): B's encodings are moved, turned or mirrored, and scaled as a whole, so that
they lie on A's as nearly as can be; what is left of the variance says how much the maps differ. A
VAE's latent space has no axes of its own, so a turned or mirrored map is the same map. Where one
map has fewer dimensions it gets further ones in which nothing varies: what the other holds there
counts as different. (Canonical correlation would also stretch each direction by itself, and find
agreement in dimensions that carry nothing but noise.)

*Company* (neighbours): of an image's k nearest others in A, how many are so in B? That knows
nothing of far-away distances, and is the same after any smooth change of the map that keeps what is
near near. Of maps that have nothing to do with each other the share is k / (N − 1).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.nearest import nearest_points
from vae_core.sentences import counted

NEIGHBOURS = 10
_FEWEST = 3  # images: two lie on any other two


@dataclass(frozen=True, eq=False)
class Alignment:
    """B's encodings laid on A's.

    Attributes:
        residual: the share of variance that is left, 0 to 1; the same from B to A. Both maps are of
            one size first, as in ``scipy.spatial.procrustes``, which calls it disparity.
        pulls: how each image moves the residual, float64 [N], of mean 0: the ± of ``residual`` over
            images is that of the mean of these (the infinitesimal jackknife, Efron 1982).
        first: A's encodings, float32 [N, J], J the larger number of dimensions.
        laid: B's, moved, turned and scaled onto them; [N, J].
        mirrored: whether B had to be mirrored: no turning alone lays it so well.
        scale: of B, as it was laid.
    """

    residual: float
    pulls: Tensor
    first: Tensor
    laid: Tensor
    mirrored: bool
    scale: float

    @property
    def moved(self) -> Tensor:
        """How far each image lies from itself, in A's units. [N]."""
        return (self.laid - self.first).norm(dim=1)


@dataclass(frozen=True, eq=False)
class Company:
    """Which neighbours of each of N images two maps have in common.

    Attributes:
        shares: of the k nearest in A, those that are among the k nearest in B; float64 [N].
        first, second: the k nearest others in A and in B, int64 [N, k], nearest first.
        chance: what unrelated maps would share on average, k / (N − 1).
    """

    shares: Tensor
    first: Tensor
    second: Tensor
    chance: float

    @property
    def k(self) -> int:
        """How many neighbours were looked at."""
        return self.first.shape[1]

    def most_changed(self, moved: Tensor, count: int) -> Tensor:
        """The images that kept the fewest neighbours, of equals what moved farther. int64 [n].

        Args:
            moved: how far each lies from itself, [N] (``Alignment.moved``).
            count: how many at most; images that kept all neighbours are left out.
        """
        by_distance = moved.argsort(descending=True, stable=True)
        order = by_distance[self.shares[by_distance].argsort(stable=True)]
        return order[self.shares[order] < 1][:count]


@torch.no_grad()
def align(first: Tensor, second: Tensor) -> Alignment:
    """Lay one map on another by Procrustes analysis (Gower 1975).

    Args:
        first: A's encodings of N images, [N, J].
        second: B's of the same images, [N, J'].

    Raises:
        AtlasError: fewer than three images, or all of them in one place.
    """
    _check(first, second)
    dims = max(first.shape[1], second.shape[1])
    a, b = (_padded(each.double(), dims) for each in (first, second))
    mean = a.mean(0)
    a, b = a - mean, b - b.mean(0)
    sizes = a.square().sum(), b.square().sum()
    if min(float(size) for size in sizes) <= 0:
        raise AtlasError("One of the maps has all images in one place: there is nothing to lay.")
    left, singular, right = torch.linalg.svd(b.T @ a)
    turn = left @ right
    agreement = singular.sum()
    scale = agreement / sizes[1]
    laid = scale * (b @ turn)
    residual = 1 - agreement**2 / (sizes[0] * sizes[1])
    # The share that agrees is s² / (|A|² |B|²), each a sum over images: to first order an image
    # changes it by its own part of each sum.
    parts = (2 * ((b @ turn) * a).sum(1) / agreement) - (
        a.square().sum(1) / sizes[0] + b.square().sum(1) / sizes[1]
    )
    pulls = -(1 - residual) * parts * len(a)
    return Alignment(
        residual=max(0.0, float(residual)),
        pulls=pulls,
        first=(a + mean).float(),
        laid=(laid + mean).float(),
        mirrored=float(torch.linalg.det(turn)) < 0,
        scale=float(scale),
    )


@torch.no_grad()
def company(first: Tensor, second: Tensor, k: int = NEIGHBOURS) -> Company:
    """The neighbours that two maps of the same images have in common.

    Args:
        first, second: encodings [N, J] and [N, J'].
        k: nearest others that are looked at, cut to N − 1. Nearness is Euclidean.

    Raises:
        AtlasError: fewer than three images.
    """
    _check(first, second)
    k = max(1, min(k, len(first) - 1))
    one, other = _nearest_others(first, k), _nearest_others(second, k)
    common = torch.stack([(one == other[:, j : j + 1]).any(1) for j in range(k)]).sum(0)
    return Company(common.double() / k, one, other, k / (len(first) - 1))


def _nearest_others(points: Tensor, k: int) -> Tensor:
    """The k nearest to each, without itself. [N, k]."""
    index = nearest_points(points, points, k + 1).index
    itself = index == torch.arange(len(points))[:, None]
    # Of more than k others in the very same place it may be none of its own nearest.
    itself[~itself.any(1), k] = True
    return index[~itself].view(len(points), k)


def _padded(points: Tensor, dims: int) -> Tensor:
    return torch.nn.functional.pad(points, (0, dims - points.shape[1]))


def _check(first: Tensor, second: Tensor) -> None:
    if len(first) != len(second):
        raise AtlasError("Maps of different images cannot be laid on each other.")
    if len(first) < _FEWEST:
        raise AtlasError(
            f"Two maps of {counted(len(first), 'image')} always agree: choose {_FEWEST} or more."
        )
