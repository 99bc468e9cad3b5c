"""Auto-encoding variational Bayes: algorithm 1 of the paper."""

from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner, LearnerSettings
from vae_core.algorithms.settings import Beta, SamplesPerImage
from vae_core.inference import sampled_rate
from vae_core.models import VAE
from vae_core.options import Choice


class AEVBSettings(LearnerSettings):
    """What AEVB may be told.

    Attributes:
        estimator: ``b`` takes the rate in closed form, ``a`` samples it too (section 2.3); ``stl``
            is ``a`` along the path of z alone.
        samples_per_image: L of equation 7.
        beta: weight of the rate in the objective; 1 is the ELBO. Reported numbers never carry it.
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
    beta: Beta = 1.0

    def make(self, vae: VAE, generator: Generator) -> "AEVB":
        """AEVB itself."""
        return AEVB(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """L."""
        return self.samples_per_image


class AEVB(Learner):
    """Joint gradient steps on theta and phi of the bound per image.

    The objective is the mean over the batch of distortion + beta · rate, z = mu + s ⊙ eps:

        b:    rate = KL(q_phi(z|x) || p(z)) in closed form
        a:    rate = log q_phi(z|x) − log p(z)
        stl:  rate = log q_φ̄(z|x) − log p(z), φ̄ held constant, phi in z alone

    What ``stl`` leaves out of the gradient, E_q[∇_phi log q_phi(z|x)], is zero; without it the
    gradient has no variance where q is the true posterior (Roeder et al. 2017).
    """

    def __init__(self, vae: VAE, settings: AEVBSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta
        self._samples = settings.samples_per_image
        self._estimator = settings.estimator

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        # Whole-batch sums keep the pass to few, large kernels; per-image terms are for evaluation.
        posterior = self._vae.encode(batch.x)
        within = posterior.detach() if self._estimator == "stl" else posterior
        rate = posterior.kl().sum(0) if self._estimator == "b" else torch.zeros(())
        distortion = torch.zeros(())
        for _ in range(self._samples):
            z = posterior.rsample(self._generator)
            distortion = distortion - self._vae.decode(z).total_log_prob(batch.x) / self._samples
            if self._estimator != "b":
                rate = rate + sampled_rate(within, z).sum(0) / self._samples

        loss = (distortion + self.beta * rate.sum()) / len(batch.x)
        return loss, bound_seen(rate.detach(), distortion.detach(), len(batch.x))
