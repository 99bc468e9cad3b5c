"""Wake-sleep (Hinton et al. 1995) as the paper's experiments compare it with AEVB."""

from typing import ClassVar

import torch
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner, LearnerSettings
from vae_core.algorithms.settings import SamplesPerImage
from vae_core.inference import rate_at
from vae_core.models import VAE, sample_standard_normal


class WakeSleepSettings(LearnerSettings):
    """What wake-sleep may be told.

    Attributes:
        samples_per_image: draws of z while awake.
    """

    name: ClassVar[str] = "wake-sleep"
    label: ClassVar[str] = "Wake-sleep"
    look_for: ClassVar[str] = (
        "The encoder learns from dreams, so the bound follows a little behind AEVB's."
    )
    order: ClassVar[int] = 3

    samples_per_image: SamplesPerImage = 1

    def make(self, vae: VAE, generator: Generator) -> "WakeSleep":
        """Wake-sleep itself."""
        return WakeSleep(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """While awake."""
        return self.samples_per_image


class WakeSleep(Learner):
    """Two objectives that together bound nothing, each with an optimiser of its own.

        wake:   theta ascends log p_theta(x, z),   x from the data, z ~ q_phi(z|x) held fixed
        sleep:  phi ascends log q_phi(z|x),        z ~ N(0, I), x ~ p_theta(x|z), both held fixed

    A step is one of each, in this order: sleep dreams from theta as wake has left it. The wake
    gradient is AEVB's in theta. Sleep descends KL(p(z|x) || q(z|x)), the other way round than the
    bound, on dreams instead of data. Neither has a rate to weigh, so there is no beta.
    Dreams are not datapoints and are not counted as samples evaluated.
    """

    def __init__(self, vae: VAE, settings: WakeSleepSettings, generator: Generator) -> None:
        groups = {"wake": list(vae.decoder.parameters()), "sleep": list(vae.encoder.parameters())}
        super().__init__(vae, settings, generator, groups)
        self._samples = settings.samples_per_image

    def step(self, batch: Batch) -> StepResult:
        """Wake, update theta, sleep, update phi."""
        size = len(batch.x)
        distortion, rate = self._wake(batch.x)
        self._descend("wake", distortion / size, batch)
        self._descend("sleep", self._sleep(size) / size, batch)
        return bound_seen(rate, distortion.detach(), size)

    def _descend(self, group: str, loss: Tensor, batch: Batch) -> None:
        for parameter in self._groups[group]:
            parameter.grad = None
        loss.backward()
        self._update(batch, [group])

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        size = len(batch.x)
        distortion, rate = self._wake(batch.x)
        # Both gradients at one theta, for those who compare gradients. Wake holds no phi and sleep
        # no theta: the gradient of the sum is each one's own.
        loss = (distortion + self._sleep(size)) / size
        return loss, bound_seen(rate, distortion.detach(), size)

    def _wake(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """−log p_theta(x|z) summed over the batch (log p(z) has no theta), and the rate [J]."""
        with torch.no_grad():
            posterior = self._vae.encode(x)
            draws = [posterior.rsample(self._generator) for _ in range(self._samples)]
        distortion = torch.zeros(())
        for z in draws:
            distortion = distortion - self._vae.decode(z).total_log_prob(x) / self._samples
        return distortion, rate_at(posterior, draws[0]).sum(0)

    def _sleep(self, count: int) -> Tensor:
        """−log q_phi(z|x) summed over ``count`` dreamed pairs.

        −log q_phi(z|x) = Σ_j ½ log(2π s_j²) + (z_j − mu_j)² / 2 s_j²
        """
        with torch.no_grad():
            z = sample_standard_normal(count, self._vae.architecture.latent_dim, self._generator)
            x = self._vae.decode(z).sample(self._generator)
        return -self._vae.encode(x).log_prob(z).sum()
