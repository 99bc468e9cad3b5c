"""Variational Bayes over the decoder's weights as well as z: appendix F of the paper."""

import math
from typing import ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.func import functional_call
from torch.nn import Parameter

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.settings import SamplesPerImage
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference import sampled_rate
from vae_core.models import VAE, DiagonalGaussian
from vae_core.models.likelihoods import PixelLikelihood

FIRST_LOGVAR = -7.0


class FullVBSettings(RateSettings):
    """What full variational Bayes may be told.

    Attributes:
        samples_per_image: L, draws of z for each image.
        beta: weight of the rate of z in the objective, not of that of the weights.
    """

    name: ClassVar[str] = "full-vb"
    label: ClassVar[str] = "Full variational Bayes"
    look_for: ClassVar[str] = (
        "The decoder's weights are uncertain, too, and pay for what they know: with few images the "
        "code carries less than AEVB's, with many the two agree. The bound drawn leaves that price "
        "out."
    )
    order: ClassVar[int] = 7

    samples_per_image: SamplesPerImage = 1

    def make(self, vae: VAE, generator: Generator) -> "FullVB":
        """Full variational Bayes itself."""
        return FullVB(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """L."""
        return self.samples_per_image


class FullVB(Learner):
    """AEVB with a distribution over theta, q(theta) = N(mu_t, diag s_t²), instead of a point.

    All of the decoder's parameters have it, with prior N(0, I); the encoder keeps its point phi.
    In the lower-variance form of appendix F, divided by the size N of the training set, the
    objective is the mean over the batch of

        −log p_theta(x|z) + beta · KL(q_phi(z|x) || p(z)),  plus  KL(q(theta) || N(0, I)) / N

        theta = mu_t + s_t ⊙ zeta, drawn once a minibatch,   z = mu + s ⊙ eps

    Reported are rate and distortion at the theta drawn. The bound on log p(x_1, …, x_N) per image,
    in which theta is integrated out too, is −(rate + distortion + ``weight_rate``): a large network
    pays hundreds of nats an image for its weights where N is small.

    A σ that all pixels share has no distribution: it is the likeliest one for the theta drawn.

    The model's own weights are the means mu_t, so evaluations and model files hold the decoder at
    the mean of q(theta). The prior of the weights that the settings may ask for is on phi alone:
    theta has its own.

    Attributes:
        weight_rate: KL(q(theta) || N(0, I)) / N at the last step, nats per image; NaN before it.
    """

    weight_rate: float = math.nan

    def __init__(self, vae: VAE, settings: FullVBSettings, generator: Generator) -> None:
        means = {n: p for n, p in vae.decoder.named_parameters() if n not in vae.decoder.solved}
        self._logvars = {
            name: Parameter(torch.full_like(mean, FIRST_LOGVAR)) for name, mean in means.items()
        }
        groups = {"": list(vae.parameters()), "logvar": list(self._logvars.values())}
        super().__init__(vae, settings, generator, groups)
        self.beta = settings.beta
        self._samples = settings.samples_per_image
        self._decoding = _Decoding(vae)
        if settings.weight_prior == "normal":
            self._decayed = {id(p) for p in vae.encoder.parameters() if p.ndim > 1}

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        theta, weight_kl = self._draw_theta()
        posterior = self._vae.encode(batch.x)
        rate = posterior.kl().sum(0) if posterior.closed_rate else torch.zeros(())
        distortion = torch.zeros(())
        for _ in range(self._samples):
            z = posterior.rsample(self._generator)
            if not posterior.closed_rate:
                rate = rate + sampled_rate(posterior, z).sum(0) / self._samples
            likelihood: PixelLikelihood = functional_call(self._decoding, theta, (z,))
            distortion = distortion - likelihood.total_log_prob(batch.x) / self._samples
        loss = (distortion + self.beta * rate.sum()) / len(batch.x) + weight_kl / batch.n_total
        self.weight_rate = float(weight_kl.detach()) / batch.n_total
        return loss, bound_seen(rate.detach(), distortion.detach(), len(batch.x))

    def _draw_theta(self) -> tuple[dict[str, Tensor], Tensor]:
        """One theta ~ q(theta) by name, and KL(q(theta) || N(0, I)) in nats, []."""
        theta, kl = {}, torch.zeros(())
        means = dict(self._vae.decoder.named_parameters())
        for name, logvar in self._logvars.items():
            q = DiagonalGaussian(means[name], logvar)
            theta[f"vae.decoder.{name}"] = q.rsample(self._generator)
            kl = kl + q.kl().sum()
        return theta, kl

    def state_dict(self) -> dict[str, Tensor]:
        """The optimisers' states, and log s_t² by parameter."""
        logvars = {f"theta_logvar.{k}": v.detach() for k, v in self._logvars.items()}
        return super().state_dict() | logvars

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take both back. KeyError if something is missing."""
        super().load_state_dict(state)
        with torch.no_grad():
            for name, logvar in self._logvars.items():
                logvar.copy_(state[f"theta_logvar.{name}"])


class _Decoding(nn.Module):
    """A model whose call is ``decode``: what PyTorch can call with other weights in their place."""

    def __init__(self, vae: VAE) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, z: Tensor) -> PixelLikelihood:
        return self.vae.decode(z)
