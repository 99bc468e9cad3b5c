"""β-TCVAE: the part of the rate weighs more that ties dimensions together (Chen et al. 2018)."""

import math
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch
from vae_core.algorithms.penalised import PenalisedLearner, PenalisedSettings
from vae_core.algorithms.schedules import Progress
from vae_core.models import VAE, DiagonalGaussian, Posterior
from vae_core.models.posteriors import diagonal
from vae_core.options import Choice


class BetaTCVAESettings(PenalisedSettings):
    """What β-TCVAE may be told.

    Attributes:
        total_correlation: the authors' β: how much that part of the rate weighs; 1 is the bound.
        mixture: how q(z) is found from a batch.
    """

    name: ClassVar[str] = "beta-tcvae"
    label: ClassVar[str] = "β-TCVAE, total correlation weighed"
    look_for: ClassVar[str] = (
        "The bound pays for codes whose dimensions have nothing to do with one another: it ends "
        "below AEVB's, with fewer dimensions in use."
    )
    order: ClassVar[int] = 8
    needs_diagonal: ClassVar[bool] = True

    total_correlation: Annotated[
        float,
        Field(
            ge=0,
            le=1000,
            allow_inf_nan=False,
            title="Weight of the total correlation",
            description="Beta of the paper, of one part of the rate; 1 is the bound.",
            json_schema_extra={"symbol": "W", "changeable": True},
        ),
    ] = 6.0
    mixture: Annotated[
        str,
        Choice({"stratified": "stratified sampling", "weighted": "weighted sampling"}),
        Field(title="Mixture over a batch", description="How q(z) is found from the batch."),
    ] = "stratified"

    def at(self, progress: Progress) -> dict[str, float]:
        """As of all, and the weight of its own."""
        return super().at(progress) | {"total_correlation": self.total_correlation}

    def make(self, vae: VAE, generator: Generator) -> "BetaTCVAE":
        """β-TCVAE itself."""
        return BetaTCVAE(vae, self, generator)


class BetaTCVAE(PenalisedLearner):
    """Joint gradient steps on the bound, with one of three parts of the rate weighed.

        E_x KL(q(z|x) || p(z)) = I_q(x; z) + KL(q(z) || Π_j q(z_j)) + Σ_j KL(q(z_j) || p(z_j))

    The second is the total correlation. All three have q(z), a mixture of the posteriors of all N
    images, which is estimated from the B of the batch (``log_mixture``); what it is too large or
    too small by leaves their sum as it is. The rate itself is in closed form.
    """

    def __init__(self, vae: VAE, settings: BetaTCVAESettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.total_correlation = settings.total_correlation
        self._stratified = settings.mixture == "stratified"

    def _penalty(self, posterior: Posterior, z: Tensor, batch: Batch) -> Tensor:
        q = diagonal(posterior)
        weights = log_weights(len(z), batch.n_total, stratified=self._stratified)
        together, apart = log_mixture(q, z, weights)
        return (self.total_correlation - 1) * (together - apart.sum(1)).mean()


def log_mixture(q: DiagonalGaussian, z: Tensor, log_weights: Tensor) -> tuple[Tensor, Tensor]:
    """log q(z_i), and log q(z_ij) of each dimension by itself.

    Args:
        q: the posteriors of the batch, [B, J].
        z: z_i drawn from the posterior of image i, [B, J].
        log_weights: log of what the posterior of image k counts for at z_i. [B, B].

    Returns:
        [B] and [B, J], in nats.
    """
    pairs = DiagonalGaussian(q.mu[None], q.logvar[None]).log_prob_per_dim(z[:, None])  # [B, B, J]
    together = torch.logsumexp(log_weights + pairs.sum(2), 1)
    return together, torch.logsumexp(log_weights[..., None] + pairs, 1)


def log_weights(batch: int, images: int, *, stratified: bool) -> Tensor:
    """What each posterior of a batch counts for in q(z) at each z_i of it, as a logarithm.

    weighted:    1/NB of each: q(z) is too small by about B/N where z_i is far from other images
    stratified:  1/N of image i itself, and of the others, drawn without it, 1/(B − 1), but of one
                 (N − B + 1) / (N (B − 1)): without bias

    (Chen et al. 2018, appendix C). A batch of one knows but itself.

    Args:
        batch: B.
        images: N.
        stratified: which of the two.

    Returns:
        float32 [B, B].
    """
    if batch == 1:
        return torch.zeros(1, 1)
    if not stratified:
        return torch.full((batch, batch), -math.log(batch * images))
    others = batch - 1
    weights = torch.full((batch, batch), 1 / others)
    weights.fill_diagonal_(1 / images)
    rows = torch.arange(batch)
    weights[rows, (rows + 1) % batch] = max(0.0, (images - others) / (images * others))
    return weights.log()
