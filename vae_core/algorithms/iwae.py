"""The importance-weighted autoencoder (Burda, Grosse & Salakhutdinov 2015)."""

import math
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference import rate_at, sampled_rate
from vae_core.models import VAE
from vae_core.options import Choice


class IWAESettings(RateSettings):
    """What the importance-weighted autoencoder may be told.

    Attributes:
        importance_samples: K of the bound.
        importance_gradient: ``plain`` reparameterised, or ``dreg``, doubly so.
        beta: weight of the rate of each sample; 1 is the bound.
    """

    name: ClassVar[str] = "iwae"
    label: ClassVar[str] = "IWAE, importance weighted"
    look_for: ClassVar[str] = (
        "Its own, tighter bound is what climbs; the one drawn may end below AEVB's while log p(x) "
        "is above."
    )
    order: ClassVar[int] = 2

    importance_samples: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Importance samples",
            description="Draws of z that are weighed against one another; more make the bound "
            "tighter.",
            json_schema_extra={"symbol": "K"},
        ),
    ] = 5
    importance_gradient: Annotated[
        str,
        Choice({"plain": "reparameterised", "dreg": "doubly reparameterised (DReG)"}),
        Field(title="Gradient"),
    ] = "plain"

    def make(self, vae: VAE, generator: Generator) -> "IWAE":
        """The importance-weighted autoencoder itself."""
        return IWAE(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """K."""
        return self.importance_samples


class IWAE(Learner):
    """Joint gradient steps on the importance-weighted bound, which K samples tighten.

        L_K(x) = E[ log (1/K) Σ_k w_k ],  w_k = p(x|z_k) (p(z_k) / q(z_k|x))^beta,  z_k ~ q(z|x)

    With beta 1, w_k is p(x, z_k) / q(z_k|x) and L_1 ≤ L_K ≤ L_{K+1} ≤ log p(x).

        plain:  ∇ L_K = E[ Σ_k w̃_k ∇ log w_k ],  w̃ = softmax(log w), z_k = mu + s ⊙ eps_k
        dreg:   ∇_phi L_K = E[ Σ_k w̃_k² (∂ log w_k / ∂z_k)(∂z_k / ∂phi) ],  theta as above

    The second (Tucker et al. 2019) has the mean of the first, and a signal to noise in phi that
    does not fall as K grows. Reported are the rate and distortion of L_1, like everybody's: where K
    is large L_1 may well lie below AEVB's while log p(x) is above.
    """

    def __init__(self, vae: VAE, settings: IWAESettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta
        self._k = settings.importance_samples
        self._dreg = settings.importance_gradient == "dreg"

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        posterior = self._vae.encode(batch.x)
        each = posterior.repeat(self._k)
        z = each.rsample(self._generator)
        x = batch.x.repeat(self._k, *[1] * (batch.x.ndim - 1))
        log_likelihood = self._vae.decode(z).log_prob(x)
        rate = sampled_rate(each.detach() if self._dreg else each, z).sum(1)
        log_w = (log_likelihood - self.beta * rate).view(self._k, -1)  # [K, B]
        if self._dreg:
            # w̃
            weights = log_w.detach().softmax(0)
            # theta sees w̃_k; on its way to phi the gradient passes z and takes the second w̃_k.
            z.register_hook(lambda gradient: gradient * weights.view(-1, 1))
            bound = (weights * log_w).sum(0)
        else:
            bound = log_w.logsumexp(0) - math.log(self._k)
        with torch.no_grad():
            distortion = -log_likelihood.sum() / self._k
            result = bound_seen(
                rate_at(posterior, z[: len(batch.x)]).sum(0), distortion, len(batch.x)
            )
        return -bound.mean(), result
