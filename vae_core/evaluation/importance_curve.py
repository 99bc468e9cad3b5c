"""The importance-weighted bound L_k for many k at once, from one set of weights.

    L_k = E[ log (1/k) Σ_{i ≤ k} w_i ],   w_i = p(x, z_i) / q(z_i|x),   z_i ~ q(z|x)

``SETS`` · K weights are drawn of each image. They are cut into disjoint blocks of k, and L_k is the
mean over the blocks of each one's log mean: without bias at every k, for each block is a draw of
what L_k is the mean of. It is the incomplete U-statistic over disjoint subsets. Blocks are
independent, so their spread is the error, at k = K too, where there are ``SETS``.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.inference import LatentVariableModel
from vae_core.inference.decoding import rows_at_once
from vae_core.inference.importance import log_weight_blocks

SETS = 2
LARGEST_K = 5000
_AT_ONCE = 8  # draws of each image: memory holds all weights of the images that share a batch


@dataclass(frozen=True, eq=False)
class ImportanceCurve:
    """L_k of N images for P values of k, in nats.

    Attributes:
        ks: 1 … K, ascending.
        bounds: L_k of each image, float64 [N, P].
        variances: of each over draws [N, P].
    """

    ks: tuple[int, ...]
    bounds: Tensor
    variances: Tensor

    @property
    def means(self) -> Tensor:
        """Over images, in nats per image. [P]."""
        return self.bounds.mean(0)

    @property
    def standard_errors(self) -> Tensor:
        """Of ``means`` on these very images: what another seed would change. [P]."""
        return self.variances.sum(0).sqrt() / len(self.bounds)

    @property
    def image_errors(self) -> Tensor:
        """Of ``means`` for all images like these: sd / √N; NaN of one image. [P]."""
        return self.bounds.std(0) / math.sqrt(len(self.bounds))


def usual_ks(largest: int = LARGEST_K) -> tuple[int, ...]:
    """1, 2, 5, 10, 20, 50 … and the largest itself."""
    steps = (a * 10**b for b in range(10) for a in (1, 2, 5))
    return (*(k for k in steps if k < largest), largest)


@torch.no_grad()
def importance_curve(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    ks: tuple[int, ...] | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> ImportanceCurve:
    """L_k of each image for every k.

    Args:
        model: gives q(z|x) and p(x|z).
        images: uint8 [N, C, H, W], or floats in [0, 1].
        treatment: as in ``evaluate``.
        ks: ascending; by default ``usual_ks()``.
        seed: of all draws.
        watch: to follow or stop the work.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch, ks = watch or Watch(), ks or usual_ks()
    generator = Generator().manual_seed(seed + 1)
    size = max(1, rows_at_once(images) // _AT_ONCE)
    found: list[tuple[Tensor, Tensor]] = []
    done = 0
    for x in image_batches(images, treatment, Generator().manual_seed(seed), size):
        blocks, drawn, total = [], 0, SETS * ks[-1]
        for block in log_weight_blocks(model, x, total, generator):
            if watch.cancelled():
                raise Cancelled
            blocks.append(block.double())
            drawn += len(block)
            watch.progress((done + len(x) * drawn / total) / len(images))
        log_w = torch.cat(blocks)
        by_k = [_by_blocks(log_w, k) for k in ks]
        found.append((torch.stack([m for m, _ in by_k], 1), torch.stack([v for _, v in by_k], 1)))
        done += len(x)
    means, variances = (torch.cat(each) for each in zip(*found, strict=True))
    return ImportanceCurve(ks, means, variances)


def _by_blocks(log_w: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """L_k by the disjoint blocks of k of [M, B] weights, and its variance over draws; each [B]."""
    count = len(log_w) // k
    blocks = log_w[: count * k].view(count, k, -1).logsumexp(1) - math.log(k)
    return blocks.mean(0), blocks.var(0) / count
