"""Auto-encoding variational Bayes: algorithm 1 of the paper."""

from dataclasses import replace
from typing import Annotated, ClassVar

import torch
from pydantic import Field, model_validator
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.schedules import HALF, Epochs, Progress
from vae_core.algorithms.settings import SamplesPerImage
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference import sampled_rate
from vae_core.models import VAE
from vae_core.options import Choice
from vae_core.quantities import OBJECTIVE, Quantity


class AEVBSettings(RateSettings):
    """What AEVB may be told.

    Attributes:
        estimator: ``b`` takes the rate in closed form where the posterior has one, ``a`` samples it
            too (section 2.3); ``stl`` is ``a`` along the path of z alone.
        samples_per_image: L of equation 7.
        beta: weight of what the rate costs in the objective; 1 is the ELBO. The bound that is
            reported never carries it.
        free_bits: nats of each latent dimension that cost nothing.
        capacity: nats that the rate is held at, reached after ``capacity_epochs``.
    """

    name: ClassVar[str] = "aevb"
    label: ClassVar[str] = "AEVB, the paper's own"
    look_for: ClassVar[str] = (
        "One gradient trains both networks: the bound rises at once, and steadily."
    )
    order: ClassVar[int] = 1
    traceable: ClassVar[bool] = True

    estimator: Annotated[
        str,
        Choice(
            {
                "b": "B: rate in closed form",
                "a": "A: rate sampled too",
                "stl": "A along the path alone (STL)",
            }
        ),
        Field(title="Estimator", description="Equations 6 and 7 of the paper."),
    ] = "b"
    samples_per_image: SamplesPerImage = 1
    free_bits: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            allow_inf_nan=False,
            title="Free bits",
            description="Nats of each latent dimension that cost nothing, as a mean over the "
            "batch. None with 0.",
            json_schema_extra={"symbol": "X", "changeable": True},
        ),
    ] = 0.0
    capacity: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] | None = Field(
        default=None,
        title="Capacity",
        description="Nats that the rate is held at: beta weighs how far it is away from them.",
        json_schema_extra={"symbol": "C", "placeholder": "none"},
    )
    capacity_epochs: Epochs | None = Field(
        default=None,
        title="Epochs until the capacity is whole",
        description="It grows from 0. Half of the run where no number is given.",
        json_schema_extra={"placeholder": "half of the run", "needs": ["capacity"]},
    )

    @model_validator(mode="after")
    def _one_way_to_count(self) -> "AEVBSettings":
        if self.capacity is not None and self.free_bits > 0:
            raise ValueError("free bits and a capacity: give one of them")
        return self

    @property
    def reported(self) -> tuple[Quantity, ...]:
        """The bound and what it is made of, and the objective under its own name."""
        return (*self.reports, OBJECTIVE)

    @property
    def simply_weighed(self) -> bool:
        """Whether the rate costs beta times what it is."""
        return self.free_bits == 0 and self.capacity is None

    def at(self, progress: Progress) -> dict[str, float]:
        """As of all, and what is free, and the capacity as far as it has grown."""
        told = super().at(progress) | {"free_bits": self.free_bits}
        if self.capacity is not None:
            grown = min(1.0, progress.through(self.capacity_epochs, HALF))
            told["capacity"] = self.capacity * grown
        return told

    def make(self, vae: VAE, generator: Generator) -> "AEVB":
        """AEVB itself."""
        return AEVB(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """L."""
        return self.samples_per_image


class AEVB(Learner):
    """Joint gradient steps on theta and phi of the bound per image.

    The objective is the mean over the batch of distortion + beta · cost, z = mu + s ⊙ eps, where
    the cost is the rate itself, or (R_j the batch mean of dimension j's rate, λ and C in nats)

        free bits:  Σ_j max(λ, R_j)   (Kingma et al. 2016)
        capacity:   |Σ_j R_j − C|     (Burgess et al. 2018, whose γ is beta)

    Reported are the rate itself and the distortion, so that the bound is the true one, and under
    its own name −(distortion + beta · cost).

        b:    rate = KL(q_phi(z|x) || p(z)) in closed form
        a:    rate = log q_phi(z|x) − log p(z)
        stl:  rate = log q_φ̄(z|x) − log p(z), φ̄ held constant, phi in z alone

    What ``stl`` leaves out of the gradient, E_q[∇_phi log q_phi(z|x)], is zero; without it the
    gradient has no variance where q is the true posterior (Roeder et al. 2017).
    """

    def __init__(self, vae: VAE, settings: AEVBSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta
        self.free_bits = settings.free_bits
        self.capacity = settings.capacity
        self._samples = settings.samples_per_image
        self._estimator = settings.estimator

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        # Whole-batch sums keep the pass to few, large kernels; per-image terms are for evaluation.
        posterior = self._vae.encode(batch.x)
        within = posterior.detach() if self._estimator == "stl" else posterior
        closed = self._estimator == "b" and posterior.closed_rate
        rate = posterior.kl().sum(0) if closed else torch.zeros(())
        distortion = torch.zeros(())
        for _ in range(self._samples):
            z = posterior.rsample(self._generator)
            distortion = distortion - self._vae.decode(z).total_log_prob(batch.x) / self._samples
            if not closed:
                rate = rate + sampled_rate(within, z).sum(0) / self._samples

        loss = (distortion + self.beta * self._cost(rate, len(batch.x))) / len(batch.x)
        seen = bound_seen(rate.detach(), distortion.detach(), len(batch.x))
        climbed = {OBJECTIVE.name: -loss.detach() * len(batch.x)}
        return loss, replace(seen, sums={**seen.sums, **climbed})

    def _cost(self, rate: Tensor, images: int) -> Tensor:
        """What a rate [J], summed over so many images, costs before it is weighed. []."""
        if self.capacity is not None:
            return (rate.sum() - self.capacity * images).abs()
        if self.free_bits > 0:
            # After the mean over the batch, not image by image.
            return rate.clamp_min(self.free_bits * images).sum()
        return rate.sum()
