"""Auto-encoding variational Bayes: algorithm 1 of the paper."""

import torch
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, Settings, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.inference import sampled_rate
from vae_core.models import VAE


class AEVB(Learner):
    """Joint gradient steps on theta and phi of the bound per image.

    The objective is the mean over the batch of distortion + beta · rate, z = mu + s ⊙ eps:

        b:    rate = KL(q_phi(z|x) || p(z)) in closed form
        a:    rate = log q_phi(z|x) − log p(z)
        stl:  rate = log q_φ̄(z|x) − log p(z), φ̄ held constant, phi in z alone

    What ``stl`` leaves out of the gradient, E_q[∇_phi log q_phi(z|x)], is zero; without it the
    gradient has no variance where q is the true posterior (Roeder et al. 2017).
    """

    def __init__(self, vae: VAE, settings: Settings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
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
