"""The kernel distance between samples and real images, in features of the frozen classifier.

KID (Bińkowski et al. 2018) is the squared maximum mean discrepancy with the kernel
k(x, y) = (xᵀy/d + 1)³, in its unbiased estimate

    1/(n(n−1)) Σ_{i≠j} k(x_i, x_j) + 1/(n(n−1)) Σ_{i≠j} k(y_i, y_j) − 2/n² Σ_{i,j} k(x_i, y_j),

which does not depend on n but for its noise, and is below 0 about as often as above where both
sides are alike. It is of all pairs, not of the small subsets that it is often averaged over.
"""

import torch
from torch import Tensor

from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.features import Distance, Sides, chunks, groups, jackknife

_AT_ONCE = 1000  # rows: 8 MB for a thousand columns


def kernel_distance(sides: Sides, watch: Watch | None = None) -> Distance:
    """How far samples and other real images are from real ones.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    real = _sums(sides.real, sides.real, watch, same=True)
    watch.progress(0.2)
    found = []
    for number, each in enumerate((sides.samples, sides.other)):
        own, across = _sums(each, each, watch, same=True), _sums(each, sides.real, watch)
        found += [*_estimate(own, real, across, len(each))]
        watch.progress(0.6 + 0.4 * number)
    value, half_width, floor, floor_half_width = found
    assert value is not None
    assert floor is not None
    return Distance(value, half_width, floor, floor_half_width, len(sides.real))


def _sums(x: Tensor, y: Tensor, watch: Watch, *, same: bool = False) -> Tensor:
    """Σ k(x_i, y_j) over each pair of groups, [G, G]; ``same`` leaves i = j out."""
    ends = groups(len(y))
    rows = []
    for start, stop in chunks(len(x), _AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        sums = x.new_zeros(stop - start, len(ends))
        for number, (first, last) in enumerate(ends):
            sums[:, number] = _kernel(x[start:stop], y[first:last]).sum(1)
        if same:
            own = (x[start:stop].square().sum(1) / x.shape[1] + 1) ** 3
            places = torch.arange(start, stop)
            group = torch.bucketize(places, torch.tensor([last for _, last in ends]), right=True)
            sums[torch.arange(stop - start), group] -= own
        rows.append(sums)
    each = torch.cat(rows)
    return torch.stack([each[first:last].sum(0) for first, last in groups(len(x))])


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    return (x @ y.T / x.shape[1] + 1) ** 3


def _estimate(own: Tensor, real: Tensor, across: Tensor, count: int) -> tuple[float, float | None]:
    """The unbiased estimate and its ±, from sums over pairs of groups [G, G]."""
    ends = groups(count)

    def kept(sums: Tensor, out: int | None) -> Tensor:
        total = sums.sum()
        return (
            total if out is None else total - sums[out].sum() - sums[:, out].sum() + sums[out, out]
        )

    def squared(out: int | None, n: int) -> float:
        pairs = (kept(own, out) + kept(real, out)) / (n * (n - 1))
        return float(pairs - 2 * kept(across, out) / n**2)

    def without(start: int, stop: int) -> float:
        return squared(ends.index((start, stop)), count - (stop - start))

    return squared(None, count), jackknife(without, count)
