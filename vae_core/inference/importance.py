"""Importance sampling of log p(x) with q(z|x) as proposal: the bound L_K of Burda et al. (2016).

    L_K = E[ log (1/K) Σ_k w_k ],   w_k = p(x, z_k) / q(z_k|x),   z_k ~ q(z|x)

L_1 is the ELBO; L_K rises with K towards log p(x), and never passes it in the mean.
"""

from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.weights import Estimate, LogWeights, OnStep
from vae_core.models import DiagonalGaussian, standard_normal_log_prob

# Pixels decoded at once: 2 MB of float32 in each of the tensors that a likelihood passes through.
# Larger blocks are no longer near the core's caches, and take up to three times as long.
PIXELS_AT_ONCE = 2**19


def rows_at_once(x: Tensor) -> int:
    """How many images of the size of x [B, …] to decode at once, so that memory stays bounded."""
    return max(1, PIXELS_AT_ONCE // x[0].numel())


def repeated(posterior: DiagonalGaussian, times: int) -> DiagonalGaussian:
    """q(z|x) of a batch that is repeated, batch after batch. [B, J] → [times · B, J]."""
    return DiagonalGaussian(posterior.mu.repeat(times, 1), posterior.logvar.repeat(times, 1))


@torch.inference_mode()
def importance_sampling(
    model: LatentVariableModel,
    x: Tensor,
    k: int,
    generator: Generator,
    *,
    on_step: OnStep | None = None,
) -> Estimate:
    """L_K of each image, one draw of it (``Estimate.log_p``).

    Args:
        model: gives q(z|x) and p(x|z).
        x: images [B, …], no more than ``rows_at_once(x)`` of them for memory to stay bounded.
        k: K, importance samples per image; streamed, so any number fits.
        generator: source of z.
        on_step: see ``OnStep``.
    """
    weights = LogWeights(len(x))
    for log_w in log_weight_blocks(model, x, k, generator):
        weights.add(log_w)
        if on_step is not None:
            on_step(weights.count / k)
    return weights.estimate()


def log_weight_blocks(
    model: LatentVariableModel, x: Tensor, k: int, generator: Generator
) -> Iterator[Tensor]:
    """log w of K samples of each image, in blocks of [n, B] that fit in memory."""
    posterior = model.encode(x)
    n = max(1, rows_at_once(x) // len(x))
    images, proposal = x.repeat(n, *[1] * (x.dim() - 1)), repeated(posterior, n)
    for start in range(0, k, n):
        rows = min(n, k - start) * len(x)
        q = DiagonalGaussian(proposal.mu[:rows], proposal.logvar[:rows])
        z = q.rsample(generator)
        log_likelihood = model.decode(z).log_prob(images[:rows])
        log_w = standard_normal_log_prob(z) + log_likelihood - q.log_prob(z)
        yield log_w.view(-1, len(x))
