"""The mutual information gap, and the map of what each dimension says of each factor.

    MIG = (1/K) Σ_k (I(z_(1); v_k) − I(z_(2); v_k)) / H(v_k)

where z_(1) and z_(2) are the two dimensions that say most of factor v_k (Chen et al. 2018). The
information is that of a histogram of the codes, twenty bins between the least and the largest, as
most who report a MIG have it, and not Chen's own integral over q(z|x); natural logarithms above
and below. Found on n images it is too large by about (bins − 1)(levels − 1) / 2n, of both
dimensions alike; one that says all of a factor has no such error, and its gap is too small by it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.score import Score, left_out, refuse_unfit, shuffled

BINS = 20
OWN = 0.5  # of a factor's entropy, by which one dimension is ahead of all others


@dataclass(frozen=True)
class Information:
    """What J dimensions say of K factors.

    Attributes:
        gap: MIG, ± over images (jackknife).
        gaps: of each factor, in parts of its entropy. K.
        gap_half_widths: ± of them, as of the whole. K.
        shares: I(z_j; v_k) / H(v_k), 0 to 1. J rows of K.
        bias: how much too large a share is by the number of images alone, roughly. K.
        entropy: H(v_k) in nats. K.
    """

    gap: Score
    gaps: tuple[float, ...]
    gap_half_widths: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    entropy: tuple[float, ...]

    @property
    def owned(self) -> tuple[bool, ...]:
        """Whether a factor has a dimension of its own: a gap, less its ±, above a half. K."""
        return tuple(
            gap - width > OWN for gap, width in zip(self.gaps, self.gap_half_widths, strict=True)
        )

    @property
    def carried(self) -> tuple[int, ...]:
        """The factor that each dimension says most of. J."""
        return tuple(max(range(len(row)), key=row.__getitem__) for row in self.shares)


def information(codes: Tensor, factors: Factors, *, seed: int = 0) -> Information:
    """The map and the gap.

    Args:
        codes: float [N, J].
        factors: of the same images.
        seed: of the dealing that ``Score.chance`` is found by.

    Raises:
        AtlasError: there are too few images, or no factors.
    """
    refuse_unfit(codes, factors)
    bins, values, sizes = binned(codes), factors.values, factors.sizes
    shares = _shares(bins, values, sizes)
    entropy = [_entropy(values[:, k], size) for k, size in enumerate(sizes)]
    known = [int((values[:, k] >= 0).sum()) for k in range(len(sizes))]
    bias = [
        (BINS - 1) * (size - 1) / (2 * count * h) if h > 0 else 0.0
        for size, count, h in zip(sizes, known, entropy, strict=True)
    ]
    gaps = _gaps(shares)

    def of_each_and_all(kept: Tensor) -> Tensor:
        some = _gaps(_shares(bins[kept], values[kept], sizes))
        return torch.cat([some, some.mean(0, keepdim=True)])

    *widths, width = left_out(of_each_and_all, len(codes)).tolist()
    return Information(
        gap=Score(
            value=float(gaps.mean()),
            half_width=width,
            chance=shuffled(
                lambda deal: float(_gaps(_shares(bins[deal], values, sizes)).mean()),
                len(codes),
                seed,
            ),
        ),
        gaps=tuple(gaps.tolist()),
        gap_half_widths=tuple(widths),
        shares=tuple(tuple(row) for row in shares.tolist()),
        bias=tuple(bias),
        entropy=tuple(entropy),
    )


def binned(codes: Tensor) -> Tensor:
    """The bin of each code, 0 to ``BINS`` − 1, of as many even ones a dimension. [N, J] → int64."""
    codes = codes.double()
    low, high = codes.amin(0), codes.amax(0)
    width = (high - low).clamp_min(torch.finfo(torch.float64).tiny)
    return ((codes - low) / width * BINS).long().clamp(0, BINS - 1)


def joint_information(first: Tensor, second: Tensor, sizes: tuple[int, int]) -> float:
    """I of two columns of levels, int64 [N], in nats; an image with a level below 0 is left out."""
    return float(_information(first[:, None], second, sizes[0], sizes[1])[0])


def _shares(bins: Tensor, values: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """I(z_j; v_k) / H(v_k). [J, K]."""
    columns = []
    for k, size in enumerate(sizes):
        h = _entropy(values[:, k], size)
        found = _information(bins, values[:, k], BINS, size)
        columns.append(found / h if h > 0 else torch.zeros_like(found))
    return torch.stack(columns, 1)


def _information(bins: Tensor, levels: Tensor, rows: int, columns: int) -> Tensor:
    """I of each column of bins [n, J] with levels [n], in nats. [J]."""
    known = levels >= 0
    bins, levels = bins[known], levels[known]
    dims = bins.shape[1]
    cells = (torch.arange(dims) * rows + bins) * columns + levels[:, None]
    counts = torch.bincount(cells.flatten(), minlength=dims * rows * columns)
    p = counts.view(dims, rows, columns).double() / max(1, len(levels))
    apart = p.sum(2, keepdim=True) * p.sum(1, keepdim=True)
    return torch.where(p > 0, p * (p / apart).log(), 0).sum((1, 2))


def _entropy(levels: Tensor, size: int) -> float:
    counts = torch.bincount(levels[levels >= 0], minlength=size).double()
    p = counts / counts.sum().clamp_min(1)
    return float(-torch.special.xlogy(p, p).sum())


def _gaps(shares: Tensor) -> Tensor:
    """By how much the first dimension is ahead of the second, of each factor. [J, K] → [K]."""
    if len(shares) == 1:
        return shares[0]
    first, second = shares.topk(2, dim=0).values
    return first - second
