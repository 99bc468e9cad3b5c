"""Importance sampling of log p(x): with q(z|x) as proposal, the bound L_K of Burda et al. (2016).

    L_K = E[ log (1/K) Σ_k w_k ],   w_k = p(x, z_k) / q(z_k|x),   z_k ~ q(z|x)

L_1 is the ELBO; L_K rises with K towards log p(x), and never passes it in the mean. The same holds
of any other proposal in q's place, such as the mixture r(z|x) of ``proposal``.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.inference.decoding import rows_at_once
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.proposal import Proposal, seek
from vae_core.inference.weights import Estimate, LogWeights, OnStep
from vae_core.models import Posterior, standard_normal_log_prob

ProposalName = Literal["encoder", "mixture"]


@torch.no_grad()
def importance_sampling(
    model: LatentVariableModel,
    x: Tensor,
    k: int,
    generator: Generator,
    *,
    proposal: ProposalName = "encoder",
    on_step: OnStep | None = None,
) -> Estimate:
    """L_K of each image, one draw of it (``Estimate.log_p``).

    Args:
        model: gives q(z|x) and p(x|z).
        x: images [B, …], no more than ``rows_at_once(x)`` of them for memory to stay bounded.
        k: K, importance samples per image; streamed, so any number fits.
        generator: source of z.
        proposal: where z is drawn from: q(z|x), or r(z|x).
        on_step: see ``OnStep``.
    """
    weights = LogWeights(len(x))
    drawn = model.encode(x) if proposal == "encoder" else seek(model, x, generator)
    for log_w in log_weight_blocks(model, x, k, generator, drawn):
        weights.add(log_w)
        if on_step is not None:
            on_step(weights.count / k)
    found = weights.estimate()
    return replace(found, lone=drawn.lone) if isinstance(drawn, Proposal) else found


def log_weight_blocks(
    model: LatentVariableModel,
    x: Tensor,
    k: int,
    generator: Generator,
    proposal: Posterior | Proposal | None = None,
) -> Iterator[Tensor]:
    """log w of K samples of each image, in blocks of [n, B] that fit in memory.

    Args:
        proposal: of each image; by default q(z|x).
    """
    proposal = model.encode(x) if proposal is None else proposal
    n = max(1, rows_at_once(x) // len(x))
    images, each = x.repeat(n, *[1] * (x.dim() - 1)), proposal.repeat(n)
    for start in range(0, k, n):
        rows = min(n, k - start) * len(x)
        q = each.first(rows)
        z = q.rsample(generator)
        log_likelihood = model.decode(z).log_prob(images[:rows])
        log_w = standard_normal_log_prob(z) + log_likelihood - q.log_prob(z)
        yield log_w.view(-1, len(x))
