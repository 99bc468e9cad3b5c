"""What the objectives share that are a bound with something more subtracted from it."""

from abc import abstractmethod
from dataclasses import replace

from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference import rate_at
from vae_core.models import VAE, Posterior
from vae_core.quantities import OBJECTIVE, Quantity


class PenalisedSettings(RateSettings):
    """What every such learner may be told; ``beta`` weighs the whole rate, and is usually 1."""

    @property
    def reported(self) -> tuple[Quantity, ...]:
        """The bound and what it is made of, and the objective under its own name."""
        return (*self.reports, OBJECTIVE)

    @property
    def simply_weighed(self) -> bool:
        """The penalty is no part of distortion + beta · rate."""
        return False


class PenalisedLearner(Learner):
    """Joint gradient steps on distortion + beta · rate + penalty, a mean over the batch.

    The rate is in closed form where the posterior has one. Reported are rate and distortion as they
    are, so that the bound is the true one, and under its own name what is climbed.
    """

    def __init__(self, vae: VAE, settings: PenalisedSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta

    @abstractmethod
    def _penalty(self, posterior: Posterior, z: Tensor, batch: Batch) -> Tensor:
        """In nats per image, of z ~ q(z|x) [B, J]. []."""

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        posterior = self._vae.encode(batch.x)
        z = posterior.rsample(self._generator)
        rate = rate_at(posterior, z).sum(0)
        distortion = -self._vae.decode(z).total_log_prob(batch.x)
        images = len(batch.x)
        loss = (distortion + self.beta * rate.sum()) / images + self._penalty(posterior, z, batch)
        seen = bound_seen(rate.detach(), distortion.detach(), images)
        climbed: dict[str, Tensor] = {OBJECTIVE.name: -loss.detach() * images}
        return loss, replace(seen, sums={**seen.sums, **climbed})
