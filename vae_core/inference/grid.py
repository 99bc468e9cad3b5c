"""log p(x) = log ∫ p(x, z) dz by integration over a grid of z: exact, for up to three dimensions.

    log p(x) ≈ log Σ_c h_c^J p(x, z_c),   z_c the centre of cell c, of side h_c

All images share a coarse grid. Then each image has its own cells cut in three along each axis,
level after level, where its posterior is, until two levels agree. Of a posterior that is smooth at
the scale of its cells the rule errs by some exp(−2π² s²/h²), s its standard deviation: two levels
that agree to 0.01 nats leave an error far smaller than that at the finer one.

What a grid can miss is a peak that falls between the coarse cells. So the cells around some optima
of p(x, z) are always cut: those that are climbed to from the encoder's mean and from the highest
places of the coarse grid, wherever they are. Nothing here rests on q(z|x) being good.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vae_core.inference.decoding import rows_at_once, table
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.optima import climb
from vae_core.inference.weights import Estimate, OnStep
from vae_core.models import Posterior, standard_normal_log_prob
from vae_core.sentences import counted

MOST_DIMENSIONS = 3
TOLERANCE = 0.01  # nats, between the last two levels

# The side of the coarse cells: a posterior narrower than a tenth of it is found by its optimum.
_COARSE = {1: 0.02, 2: 0.1, 3: 0.25}
# How far the coarse grid reaches in standard deviations of the prior, and of each q(z|x).
_REACH = 6.0
_MOST_COARSE_CELLS = 500_000
_MOST_REACHES, _LONGER = 4, 1.5
# Mass on the outermost coarse cells that asks for a longer reach.
_SPILT = 1e-4
# Cells this far below an image's highest, in nats, are not cut: the coarse ones may hide a slope.
_DEPTHS = (25.0, 15.0)
_SHORT = 1.0  # nats that a cell may be lower than the optimum in it
_PLACES = 4  # high places of the coarse grid to climb from
_MOST_LEVELS = 10
_MOST_CUT = 100_000  # cells of one image in one level
# A peak is resolved when no cell holds more of it than this along each axis: h < 1.2 s.
_LARGEST_SHARE = 0.45


@torch.no_grad()
def grid_integration(
    model: LatentVariableModel,
    x: Tensor,
    *,
    tolerance: float = TOLERANCE,
    on_step: OnStep | None = None,
) -> Estimate:
    """log p(x) of each image by adaptive integration over z.

    ``standard_error`` is the difference between the last two levels, which bounds the error where
    the levels settled; ``settled`` says of which images they did.

    Args:
        model: gives p(x|z), and q(z|x), which only says where to look as well.
        x: images [B, …].
        tolerance: nats by which two levels may differ.
        on_step: see ``OnStep``.

    Raises:
        ValueError: the model has more than three latent dimensions.
    """
    refinement, spilt = _refined(model, x, tolerance, on_step, keep=False)
    return Estimate(
        log_p=refinement.log_total,
        standard_error=refinement.difference,
        effective_samples=None,
        samples=refinement.evaluated,
        settled=refinement.settled & ~spilt,
    )


@dataclass(frozen=True, eq=False)
class PosteriorGrid:
    """p(z|x) of B images as cells of a grid.

    Attributes:
        image: whose each cell is, int64 [P].
        z: its middle, float64 [P, J].
        weight: the part of p(z|x) in it, float64 [P]; those of an image add up to one.
        settled: of which images the integration came to its end, bool [B].
    """

    image: Tensor
    z: Tensor
    weight: Tensor
    settled: Tensor


@torch.no_grad()
def posterior_grid(
    model: LatentVariableModel,
    x: Tensor,
    *,
    tolerance: float = TOLERANCE,
    on_step: OnStep | None = None,
) -> PosteriorGrid:
    """The cells that hold p(z|x), for expectations under it. Arguments as in ``grid_integration``.

    Raises:
        ValueError: the model has more than three latent dimensions.
    """
    refinement, spilt = _refined(model, x, tolerance, on_step, keep=True)
    image, z, log_mass = refinement.cells()
    weight = (log_mass - refinement.log_total[image]).exp()
    total = torch.zeros(len(x), dtype=weight.dtype).index_add_(0, image, weight)
    return PosteriorGrid(image, z, weight / total[image], refinement.settled & ~spilt)


def _refined(
    model: LatentVariableModel,
    x: Tensor,
    tolerance: float,
    on_step: OnStep | None,
    *,
    keep: bool,
) -> tuple["_Refinement", Tensor]:
    """The grid as fine as it needs to be, and which images lie beyond its reach [B]."""
    q = model.encode(x)
    if q.mu.shape[1] > MOST_DIMENSIONS:
        raise ValueError(f"a grid in {counted(q.mu.shape[1], 'dimension')} has too many cells")
    highest = 0.0

    def told(done: float) -> None:
        """Never less than before: a grid that has to reach farther begins anew."""
        nonlocal highest
        highest = max(highest, done)
        if on_step is not None:
            on_step(highest)

    coarse, optima, spilt = _look_around(model, x, q, told)
    told(0.5)
    refinement = _Refinement(model, x, coarse, optima, q.mu.dtype, keep=keep)
    for level in range(_MOST_LEVELS):
        if not refinement.refine(tolerance):
            break
        told(0.5 + 0.5 * (level + 1) / _MOST_LEVELS)
    told(1.0)
    return refinement, spilt


@dataclass(frozen=True)
class _Optima:
    """Where p(x, z) is highest: z [B, S, J], and log p(x, z) there [B, S]; float64."""

    z: Tensor
    height: Tensor

    def cells(self, side: float) -> Tensor:
        """The index of the cell that each is in. [B, S, J]."""
        return (self.z / side).round().long()


@dataclass(frozen=True)
class _Coarse:
    """The grid that all images share: cells at k · side, −reach_j ≤ k_j ≤ reach_j.

    Attributes:
        side: h.
        index: k of each cell [G, J].
        log_joint: log p(x, z_c) of each image in each cell [B, G], float64.
        reach: [J], each one more than a multiple of three, so that cells pair up by threes.
    """

    side: float
    index: Tensor
    log_joint: Tensor
    reach: Tensor

    def log_total(self, stride: int = 1) -> Tensor:
        """The integral over cells that are ``stride`` times as wide; 1 or 3. [B]."""
        chosen = (self.index % stride == 0).all(1)
        log_volume = self.index.shape[1] * math.log(stride * self.side)
        return self.log_joint[:, chosen].logsumexp(1) + log_volume

    def spilt(self) -> Tensor:
        """Of which images too much mass lies on the outermost cells. [B]."""
        outermost = (self.index.abs() == self.reach).any(1)
        share = self.log_joint[:, outermost].logsumexp(1) - self.log_joint.logsumexp(1)
        return share > math.log(_SPILT)

    def high_places(self) -> Tensor:
        """The highest cells that no neighbour tops, as z. [B, places, J]."""
        shape = [int(2 * r + 1) for r in self.reach]
        pool = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[len(shape) - 1]
        table = self.log_joint.view(-1, 1, *shape)
        around = pool(table, 3, stride=1, padding=1)
        peaks = table.where(table == around, -math.inf).flatten(1)
        best = peaks.topk(min(_PLACES, peaks.shape[1])).indices
        return self.index[best].double() * self.side


def _look_around(
    model: LatentVariableModel, x: Tensor, q: Posterior, told: OnStep
) -> tuple[_Coarse, _Optima, Tensor]:
    """The coarse grid, optima, and which images lie beyond its reach [B]."""
    spread = q.mu.abs() + _REACH * (0.5 * q.marginal_logvar).exp()
    reach = spread.nan_to_num(posinf=0.0).amax(0).clamp(min=_REACH)
    for attempt in range(_MOST_REACHES):
        coarse = _coarse_grid(model, x, reach, told)
        starts = torch.cat([q.mu.unsqueeze(1).double(), coarse.high_places()], 1)
        places, heights = climb(model, x, starts.to(q.mu.dtype))
        optima = _Optima(places.double(), heights.double())
        beyond = (optima.z.abs() > coarse.side * coarse.reach).any(2).any(1)
        spilt = coarse.spilt() | beyond
        if attempt + 1 == _MOST_REACHES or not bool(spilt.any()):
            break
        reach = reach * _LONGER
    return coarse, optima, spilt


def _coarse_grid(model: LatentVariableModel, x: Tensor, reach: Tensor, told: OnStep) -> _Coarse:
    side = _COARSE[len(reach)]
    while True:
        steps = (reach / side).ceil().long()
        steps = steps + (1 - steps) % 3
        cells = int((2 * steps + 1).prod())
        if cells <= _MOST_COARSE_CELLS:
            break
        side *= 1.5
    axes = [torch.arange(-int(n), int(n) + 1) for n in steps]
    index = torch.cartesian_prod(*axes).view(-1, len(axes))
    rows, done = [], 0
    for part in index.split(rows_at_once(x)):
        z = (part.double() * side).to(reach.dtype)
        log_likelihood = table(model.decode(z), x, len(z))
        rows.append((log_likelihood + standard_normal_log_prob(z).unsqueeze(1)).double())
        done += len(part)
        told(0.4 * done / len(index))
    return _Coarse(side, index, torch.cat(rows).T.contiguous().nan_to_num(nan=-math.inf), steps)


class _Refinement:
    """The cells of each image on the way from the coarse grid to as fine a one as it needs.

    Only the newest level's cells are kept, as pairs of an image and an index; the mass of those
    that were not cut is set aside, and they with it if they are to be kept.

    Attributes:
        log_total: log p(x) by the cells as they are [B], float64.
        difference: from one level ago [B].
        settled: of which images the levels agree [B].
        evaluated: cells of all images so far.
    """

    def __init__(
        self,
        model: LatentVariableModel,
        x: Tensor,
        coarse: _Coarse,
        optima: _Optima,
        dtype: torch.dtype,
        *,
        keep: bool,
    ) -> None:
        self._kept: list[tuple[Tensor, Tensor, Tensor]] | None = [] if keep else None
        self._model, self._x, self._optima, self._dtype = model, x, optima, dtype
        self._side, self._level = coarse.side, 0
        images, cells = coarse.log_joint.shape
        self._image = torch.arange(images).repeat_interleave(cells)
        self._index = coarse.index.repeat(images, 1)
        self._log_joint = coarse.log_joint.flatten()
        self._aside = torch.full((images,), -math.inf, dtype=torch.float64)
        self.log_total = coarse.log_total()
        self.difference = (self.log_total - coarse.log_total(stride=3)).abs()
        self.settled = torch.zeros(images, dtype=torch.bool)
        self.evaluated = cells

    def refine(self, tolerance: float) -> bool:
        """Note which images are settled, and cut the cells of the others; False if none is left."""
        fine = self._largest() <= _LARGEST_SHARE ** self._index.shape[1]
        self.settled |= (self.difference <= tolerance) & fine & self._seen()
        cut = self._worth_cutting()
        counts = torch.bincount(self._image[cut], minlength=len(self._x))
        cut &= ~self.settled[self._image] & (counts <= _MOST_CUT)[self._image]
        if not bool(cut.any()):
            return False
        self._set_aside(~cut)
        self._cut(cut)
        return True

    def _log_mass(self) -> Tensor:
        return self._log_joint + self._index.shape[1] * math.log(self._side)

    def _largest(self) -> Tensor:
        """The largest part of its integral that a cell holds, for each image. [B]."""
        return (
            self._highest() + self._index.shape[1] * math.log(self._side) - self.log_total
        ).exp()

    def _highest(self) -> Tensor:
        """log p(x, z) in each image's highest cell. [B]."""
        highest = torch.full_like(self._aside, -math.inf)
        return highest.scatter_reduce(0, self._image, self._log_joint, "amax")

    def _seen(self) -> Tensor:
        """Of which images the cells are about as high as the optima that matter. [B]."""
        places = self._optima.cells(self._side)[self._image]
        there = (self._index.unsqueeze(1) == places).all(2)
        values = self._log_joint.unsqueeze(1).where(there, -math.inf)
        found = torch.full_like(self._optima.height, -math.inf)
        found = found.scatter_reduce(0, self._image.unsqueeze(1).expand_as(values), values, "amax")
        top = torch.maximum(self._highest(), self._optima.height.amax(1))
        matters = self._optima.height > (top - _DEPTHS[-1]).unsqueeze(1)
        return ((found >= self._optima.height - _SHORT) | ~matters).all(1)

    def _worth_cutting(self) -> Tensor:
        """Cells that are high enough, or that touch the one of an optimum. [P]."""
        depth = _DEPTHS[min(self._level, len(_DEPTHS) - 1)]
        high = self._log_joint >= (self._highest() - depth)[self._image]
        places = self._optima.cells(self._side)[self._image]
        near = ((self._index.unsqueeze(1) - places).abs() <= 1).all(2).any(1)
        return high | near

    def _set_aside(self, chosen: Tensor) -> None:
        """Keep only the mass of cells that are not cut, or those of them that hold any."""
        if self._kept is not None:
            self._kept.append(self._worth_keeping(chosen))
        self._aside = torch.logaddexp(self._aside, self._sum(self._log_mass(), chosen))

    def cells(self) -> tuple[Tensor, Tensor, Tensor]:
        """Image [P], middle [P, J] and log mass [P] of all cells, those set aside among them."""
        everywhere = torch.ones_like(self._image, dtype=torch.bool)
        parts = [*(self._kept or []), self._worth_keeping(everywhere)]
        image, z, log_mass = (torch.cat(each) for each in zip(*parts, strict=True))
        return image, z, log_mass

    def _worth_keeping(self, chosen: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        log_mass = self._log_mass()
        chosen = chosen & (log_mass >= (self.log_total - _DEPTHS[0])[self._image])
        return self._image[chosen], self._index[chosen].double() * self._side, log_mass[chosen]

    def _cut(self, cut: Tensor) -> None:
        dimensions = self._index.shape[1]
        thirds = torch.cartesian_prod(*[torch.arange(-1, 2)] * dimensions).view(-1, dimensions)
        self._image = self._image[cut].repeat_interleave(len(thirds))
        self._index = (3 * self._index[cut].unsqueeze(1) + thirds).flatten(0, 1)
        self._side, self._level = self._side / 3, self._level + 1
        self._log_joint = torch.cat(list(self._evaluate()))
        self.evaluated += len(self._image) // len(self._x)
        everywhere = torch.ones_like(self._image, dtype=torch.bool)
        before = self.log_total
        after = torch.logaddexp(self._aside, self._sum(self._log_mass(), everywhere))
        moved = torch.zeros_like(self.settled)
        moved[self._image] = True
        self.log_total = torch.where(moved, after, before)
        self.difference = torch.where(moved, (after - before).abs(), self.difference)

    def _evaluate(self) -> Iterator[Tensor]:
        """log p(x, z) in the middle of each cell, in blocks that fit in memory."""
        rows = rows_at_once(self._x)
        for image, index in zip(self._image.split(rows), self._index.split(rows), strict=True):
            z = (index.double() * self._side).to(self._dtype)
            log_likelihood = self._model.decode(z).log_prob(self._x[image])
            joint = (log_likelihood + standard_normal_log_prob(z)).double()
            yield joint.nan_to_num(nan=-math.inf)

    def _sum(self, log_mass: Tensor, chosen: Tensor) -> Tensor:
        """log Σ over each image's chosen cells. [B]."""
        image, values = self._image[chosen], log_mass[chosen]
        top = torch.full_like(self._aside, -math.inf).scatter_reduce(0, image, values, "amax")
        base = top.nan_to_num(neginf=0.0)
        total = torch.zeros_like(top).scatter_add(0, image, (values - base[image]).exp())
        return total.log() + base
