"""The stochastic gradient variational Bayes (SGVB) estimators of the evidence lower bound.

    log p(x) = KL(q(z|x) || p(z|x)) + L(theta, phi; x),    L = −(rate + distortion)

All in nats per image: summed over pixels and latent dimensions, with no weights hidden anywhere.
"""

from dataclasses import dataclass
from typing import Protocol

from torch import Generator, Tensor, zeros_like

from vae_core.models import Posterior, standard_normal_log_prob_per_dim


class Likelihood(Protocol):
    """p(x|z) for a batch of z."""

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels. [B]."""
        ...


class LatentVariableModel(Protocol):
    """What an estimator needs of a model with prior N(0, I)."""

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x). [B, …] → [B, J]."""
        ...

    def decode(self, z: Tensor) -> Likelihood:
        """p(x|z). [B, J] → [B, …]."""
        ...


@dataclass(frozen=True)
class BoundTerms:
    """The two parts of −L for each image, in nats.

    Attributes:
        rate: KL(q(z|x) || p(z)) of each latent dimension, exact or (estimator A) estimated. [B, J].
        distortion: −E_q[log p(x|z)], estimated with L samples. [B].
    """

    rate: Tensor
    distortion: Tensor

    @property
    def elbo(self) -> Tensor:
        """L(theta, phi; x): higher is better. [B]."""
        return -(self.rate.sum(1) + self.distortion)


def estimator_a(
    model: LatentVariableModel, x: Tensor, samples: int = 1, generator: Generator | None = None
) -> BoundTerms:
    """Estimator A (equation 6): both parts by reparameterised samples; needs no closed form.

        L(theta, phi; x) ≈ (1/L) Σ_l [ log p(x, z_l) − log q(z_l|x) ],  z_l = mu + s ⊙ eps_l

    Arguments as for ``estimator_b``.
    """
    posterior = model.encode(x)
    rate, distortion = zeros_like(posterior.mu), zeros_like(posterior.mu[:, 0])
    for _ in range(samples):
        z = posterior.rsample(generator)
        rate = rate + sampled_rate(posterior, z)
        distortion = distortion - model.decode(z).log_prob(x)
    return BoundTerms(rate=rate / samples, distortion=distortion / samples)


def sampled_rate(posterior: Posterior, z: Tensor) -> Tensor:
    """log q(z_j|x) − log p(z_j): at z ~ q an unbiased estimate of the rate, in nats. [B, J]."""
    return posterior.log_prob_per_dim(z) - standard_normal_log_prob_per_dim(z)


def rate_at(posterior: Posterior, z: Tensor) -> Tensor:
    """The rate in closed form where the family has one, else sampled at z ~ q. [B, J]."""
    return posterior.kl() if posterior.closed_rate else sampled_rate(posterior, z)


def estimator_b(
    model: LatentVariableModel, x: Tensor, samples: int = 1, generator: Generator | None = None
) -> BoundTerms:
    """Estimator B (equation 7): the rate in closed form, the distortion by reparameterised samples.

    Of a posterior without a rate in closed form it is estimator A.

        L(theta, phi; x) ≈ −KL(q(z|x) || p(z)) + (1/L) Σ_l log p(x|z_l),  z_l = mu + s ⊙ eps_l

    Args:
        model: gives q(z|x) and p(x|z).
        x: images [B, …].
        samples: L, the number of latent samples per image.
        generator: source of eps; PyTorch's global one if None.
    """
    posterior = model.encode(x)
    if not posterior.closed_rate:
        return estimator_a(model, x, samples, generator)
    log_likelihood = model.decode(posterior.rsample(generator)).log_prob(x)
    for _ in range(samples - 1):
        log_likelihood = log_likelihood + model.decode(posterior.rsample(generator)).log_prob(x)
    return BoundTerms(rate=posterior.kl(), distortion=-log_likelihood / samples)
