"""The path from a start density that can be sampled to the posterior p(z|x), as a target of HMC."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import torch
from torch import Generator, Tensor

from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.hmc import State
from vae_core.models import DiagonalGaussian, Posterior, standard_normal_log_prob


class StartDensity(Protocol):
    """What chains can begin from: a density for each row."""

    def repeat(self, times: int) -> Self:
        """The whole batch ``times`` over."""
        ...

    def rsample(self, generator: Generator | None = None) -> Tensor:
        """A draw for each row. [R, J]."""
        ...

    def log_prob(self, z: Tensor) -> Tensor:
        """In nats. [R]."""
        ...

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [R, J]."""
        ...


def standard_normal(like: Tensor) -> DiagonalGaussian:
    """The prior N(0, I), in the shape of a posterior's mean [B, J]."""
    return DiagonalGaussian(torch.zeros_like(like), torch.zeros_like(like))


@dataclass(frozen=True)
class TemperedPosterior:
    """f_b(z) = start(z)^(1 − b) · p(x, z)^b, unnormalised: the posterior at b = 1.

    Started from the prior it is p(z) p(x|z)^b. Only log p(x|z) is dear, so that is what a ``State``
    keeps, and a change of temperature costs nothing.

    Attributes:
        model: gives p(x|z); its encoder is not used.
        x: images, one for each chain [B, …].
        start: the density at b = 0, for each chain [B, J].
        temperature: b.
    """

    model: LatentVariableModel
    x: Tensor
    start: StartDensity
    temperature: float = 1.0

    def at(self, temperature: float) -> "TemperedPosterior":
        """The same path at another b."""
        return replace(self, temperature=temperature)

    def state(self, z: Tensor) -> State:
        """log p(x|z) and its gradient by one pass through the decoder and back."""
        with torch.enable_grad():
            leaf = z.detach().requires_grad_()
            value = self.model.decode(leaf).log_prob(self.x)
            (slope,) = torch.autograd.grad(value.sum(), leaf)
        return State(leaf.detach(), value.detach(), slope)

    def log_density(self, state: State) -> Tensor:
        """(1 − b) log start(z) + b log p(x, z), in nats. [B]."""
        b = self.temperature
        joint = standard_normal_log_prob(state.z) + state.value
        return joint if b == 1 else (1 - b) * self.start.log_prob(state.z) + b * joint

    def gradient(self, state: State) -> Tensor:
        """Of ``log_density``. [B, J]."""
        b = self.temperature
        joint = state.slope - state.z
        if b == 1:
            return joint
        return (1 - b) * self.start.gradient(state.z) + b * joint

    def log_ratio(self, state: State) -> Tensor:
        """log p(x, z) − log start(z): the derivative of ``log_density`` by b. [B]."""
        joint = standard_normal_log_prob(state.z) + state.value
        return joint - self.start.log_prob(state.z)

    def scale(self, posterior: Posterior) -> Tensor:
        """A guess of each coordinate's standard deviation under f_b, as unit of step sizes. [B, J].

        Precisions of Gaussians mix like their log densities; ``posterior`` stands in for p(z|x).
        """
        b, near = self.temperature, torch.exp(-posterior.marginal_logvar)
        # A mixture is about as narrow where its mass is as the posterior.
        begin = (
            torch.exp(-self.start.marginal_logvar) if isinstance(self.start, Posterior) else near
        )
        return ((1 - b) * begin + b * near).rsqrt()
