"""Auto-encoding variational Bayes: algorithm 1 of the paper."""

import torch
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, Settings, StepResult
from vae_core.algorithms.optimizers import make_optimizer
from vae_core.inference import sampled_rate
from vae_core.models import VAE


class AEVB:
    """Joint gradient steps on theta and phi of the bound per image.

    The objective is the mean over the batch of distortion + beta · rate, plus ‖W‖²/2N where the
    weights have a prior (−log p(theta)/N; on the weight matrices of both networks and
    not on biases, as in the authors' own code).
    """

    def __init__(self, vae: VAE, settings: Settings, generator: Generator) -> None:
        self._vae = vae
        self._generator = generator
        self._samples = settings.samples_per_image
        self._parameters = list(vae.parameters())
        self._optimizer = make_optimizer(
            settings.optimizer, self._parameters, settings.learning_rate
        )
        self._sampled_rate = settings.estimator == "a"
        matrices: list[Tensor] = [p for p in self._parameters if p.ndim > 1]
        self._decayed = matrices if settings.weight_prior else []
        self.beta = settings.beta

    @property
    def learning_rate(self) -> float:
        """The optimizer's step size."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._optimizer.learning_rate = value

    def step(self, batch: Batch) -> StepResult:
        """One minibatch of algorithm 1: sample eps, take the gradient, update."""
        # Whole-batch sums keep the pass to few, large kernels; per-image terms are for evaluation.
        posterior = self._vae.encode(batch.x)
        rate = torch.zeros(()) if self._sampled_rate else posterior.kl().sum(0)
        distortion = torch.zeros(())
        for _ in range(self._samples):
            z = posterior.rsample(self._generator)
            distortion = distortion - self._vae.decode(z).total_log_prob(batch.x) / self._samples
            if self._sampled_rate:
                rate = rate + sampled_rate(posterior, z).sum(0) / self._samples

        self._vae.zero_grad(set_to_none=True)
        ((distortion + self.beta * rate.sum()) / len(batch.x)).backward()
        if self._decayed:
            gradients = [p.grad for p in self._decayed if p.grad is not None]
            torch._foreach_add_(gradients, self._decayed, alpha=1 / batch.n_total)
        self._optimizer.step(len(batch.x))
        return StepResult(rate.detach(), distortion.detach(), len(batch.x))

    def gradient_norm(self) -> float:
        """Norm of the last gradient, over all parameters."""
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        return float(torch.nn.utils.get_total_norm(gradients)) if gradients else 0.0

    def state_dict(self) -> dict[str, Tensor]:
        """The optimizer's state."""
        return self._optimizer.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take the optimizer's state back."""
        self._optimizer.load_state_dict(state)
