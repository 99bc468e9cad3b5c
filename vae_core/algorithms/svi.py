"""Stochastic variational inference without an encoder: what the paper's title does away with."""

from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference.mean_field import fit_mean_field
from vae_core.models import VAE, DiagonalGaussian
from vae_core.models.posteriors import diagonal

STEP_SIZE = 0.1  # of the local steps


class SVISettings(RateSettings):
    """What stochastic variational inference may be told.

    Attributes:
        local_steps: T, steps on each visited datapoint's own posterior.
        beta: weight of the rate in those steps; 1 is the ELBO.
    """

    name: ClassVar[str] = "svi"
    label: ClassVar[str] = "SVI, no encoder"
    look_for: ClassVar[str] = (
        "Each image has a code of its own, found by steps that all count: a good bound, reached "
        "slowly."
    )
    order: ClassVar[int] = 5
    needs_diagonal: ClassVar[bool] = True
    amortised: ClassVar[bool] = False

    local_steps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Local steps",
            description="On each image's own code, at every visit. Each counts as an image "
            "evaluated.",
            json_schema_extra={"symbol": "T"},
        ),
    ] = 10

    def make(self, vae: VAE, generator: Generator) -> "SVI":
        """Stochastic variational inference itself."""
        return SVI(vae, self, generator)

    @property
    def samples_per_visit(self) -> int:
        """T + 1."""
        return self.local_steps + 1


class SVI(Learner):
    """A mean-field posterior of its own for each datapoint, kept from visit to visit.

        T times:  (mu_i, logvar_i) ascend  log p(x_i|z) − beta KL(N(mu_i, s_i²) || p(z))
        once:     theta ascends            log p_theta(x_i|z),   z ~ N(mu_i, s_i²) held fixed

    Each of these is a datapoint gradient: a visit counts T + 1 samples evaluated. Reported is the
    bound after the local steps, with the datapoint's own posterior.

    A model file has to have an encoder, if only to draw a map by: it imitates the table, descending
    KL(N(mu_i, s_i²) || q_phi(z|x_i)). Nothing else depends on it.
    """

    def __init__(self, vae: VAE, settings: SVISettings, generator: Generator) -> None:
        groups = {"theta": list(vae.decoder.parameters()), "phi": list(vae.encoder.parameters())}
        super().__init__(vae, settings, generator, groups)
        self.beta = settings.beta
        self._steps = settings.local_steps
        self._latent_dim = vae.architecture.latent_dim
        # mu and logvar of every datapoint, [N, J] each; N is known with the first batch.
        self._mu = self._logvar = torch.empty(0, self._latent_dim)

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        q, size = self._visit(batch), len(batch.x)
        with torch.no_grad():
            z = q.rsample(self._generator)
        distortion = -self._vae.decode(z).total_log_prob(batch.x)
        imitation = _kl(q, diagonal(self._vae.encode(batch.x))).sum()
        result = bound_seen(q.kl().sum(0), distortion.detach(), (self._steps + 1) * size)
        return (distortion + imitation) / size, result

    def _visit(self, batch: Batch) -> DiagonalGaussian:
        """The local steps: improves these datapoints' rows of the table."""
        if not len(self._mu):
            self._mu = torch.zeros(batch.n_total, self._latent_dim)
            self._logvar = torch.zeros(batch.n_total, self._latent_dim)
        q = fit_mean_field(
            self._vae,
            batch.x,
            DiagonalGaussian(self._mu[batch.index], self._logvar[batch.index]),
            steps=self._steps,
            step_size=STEP_SIZE,
            generator=self._generator,
            beta=self.beta,
        )
        self._mu[batch.index], self._logvar[batch.index] = q.mu, q.logvar
        return q

    def state_dict(self) -> dict[str, Tensor]:
        """The optimisers' states and the table."""
        return super().state_dict() | {"mu": self._mu, "logvar": self._logvar}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take both back. KeyError if something is missing."""
        super().load_state_dict(state)
        self._mu, self._logvar = state["mu"].clone(), state["logvar"].clone()


def _kl(q: DiagonalGaussian, other: DiagonalGaussian) -> Tensor:
    """KL(q || other) of each dimension in nats. [B, J]."""
    squared = (q.mu - other.mu) ** 2
    ratio = (q.logvar.exp() + squared) * torch.exp(-other.logvar)
    return 0.5 * (other.logvar - q.logvar + ratio - 1)
