"""The continuous Bernoulli: what a Bernoulli likelihood on grey levels ought to have been.

p(x|λ) = C(λ) λˣ (1 − λ)¹⁻ˣ on [0, 1] (Loaiza-Ganem & Cunningham 2019). The factor C(λ) makes it a
density; its mean is not λ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Generator, Tensor
from torch.nn import functional

from vae_core.models.likelihoods.base import InformationTerm, NamedLikelihood
from vae_core.models.operations import Operations

# Nearer to a = 0 than this the closed forms are 0/0, and a Taylor series is exact to float32.
_NEAR_ZERO = 0.05
# There the distribution is uniform to float32.
_AS_GOOD_AS_ZERO = 1e-6
# That of the variance is a difference of two large numbers well before, and its series longer.
_NEAR_ZERO_VARIANCE = 1.0


@dataclass(frozen=True)
class ContinuousBernoulli(NamedLikelihood):
    """Independent continuous Bernoulli pixels, parameterised by logits.

    Attributes:
        logits: a with λ = sigmoid(a). [B, C, H, W].
    """

    name: ClassVar[str] = "continuous-bernoulli"
    label: ClassVar[str] = "continuous Bernoulli"
    order: ClassVar[int] = 2

    logits: Tensor

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """The logits are all that it needs."""
        return cls(logits)

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] as ``mean`` has it, with the same series near a = 0."""
        one, two, half, twelve, cubes = (graph.number(value) for value in (1, 2, 0.5, 12, 720))
        near = graph.add("Less", graph.add("Abs", logits), graph.number(_NEAR_ZERO))
        a = graph.add("Where", near, one, logits)
        tanh = graph.add("Tanh", graph.add("Div", a, two))
        difference = graph.add("Sub", graph.add("Div", half, tanh), graph.add("Div", one, a))
        cube = graph.add("Mul", logits, graph.add("Mul", logits, logits))
        series = graph.add("Sub", graph.add("Div", logits, twelve), graph.add("Div", cube, cubes))
        return graph.add("Add", half, graph.add("Where", near, series, difference), name=name)

    @property
    def mean(self) -> Tensor:
        """E[x|z] = 1/(1 − e⁻ᵃ) − 1/a, in (0, 1): *not* λ. [B, C, H, W]."""
        a, near = self._away_from_zero()
        # The hyperbolic form, because its derivative stays finite where e⁻ᵃ overflows.
        exact = 0.5 + 0.5 / torch.tanh(a / 2) - 1 / a
        series = 0.5 + self.logits / 12 - self.logits**3 / 720
        return torch.where(near, series, exact)

    @property
    def deviation(self) -> Tensor:
        """√(1/a² − 1/(4 sinh²(a/2))), at most √(1/12), which it is at a = 0. [B, C, H, W]."""
        a, near = self._away_from_zero(_NEAR_ZERO_VARIANCE)
        exact = 1 / a**2 - 0.25 / torch.sinh(a / 2) ** 2
        b = self.logits.clamp(-_NEAR_ZERO_VARIANCE, _NEAR_ZERO_VARIANCE) ** 2
        series = 1 / 12 - b / 240 + b**2 / 6_048 - b**3 / 172_800 + b**4 / 5_322_240
        return torch.where(near, series, exact).sqrt()

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """x·a − softplus(a) + log C, each pixel's log-density in nats. [B, C, H, W]."""
        cross_entropy = functional.binary_cross_entropy_with_logits(
            self.logits, x.expand_as(self.logits), reduction="none"
        )
        return self.log_normaliser() - cross_entropy

    def log_normaliser(self) -> Tensor:
        """log C(λ) = log(a / tanh(a/2)), at least log 2, which it is at λ = 1/2. [B, C, H, W]."""
        a, near = self._away_from_zero()
        exact = torch.log(a / torch.tanh(a / 2))
        square = self.logits**2
        series = 0.6931471805599453 + square / 12 - 7 * square**2 / 1440
        return torch.where(near, series, exact)

    def distribution(self, x: Tensor) -> Tensor:
        """(eᵃˣ − 1)/(eᵃ − 1) on [0, 1], which is x at a = 0. [B, C, H, W]."""
        x = x.clamp(0, 1)
        a, near = self._away_from_zero(_AS_GOOD_AS_ZERO)
        # From the side where it cannot overflow: 1 − F is the same function of −a and 1 − x.
        down = -a.abs()
        mirrored = torch.expm1(down * torch.where(a > 0, 1 - x, x)) / torch.expm1(down)
        return torch.where(near, x, torch.where(a > 0, 1 - mirrored, mirrored))

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z) by the inverse of its distribution function. [B, C, H, W]."""
        u = torch.empty_like(self.logits).uniform_(generator=generator)
        a, near = self._away_from_zero(_AS_GOOD_AS_ZERO)
        # x = log(1 + u (eᵃ − 1)) / a, from the side where it cannot overflow, and so that nothing
        # is lost where a is small.
        positive = 1 + torch.log1p((1 - u) * torch.expm1(-a.abs())) / a.abs()
        exact = torch.where(a > 0, positive, 1 - positive)
        return torch.where(near, u, exact).clamp(0, 1)

    def information(self) -> list[InformationTerm]:
        """Var x · da², where Var x = d mean / da: an exponential family in its logits a."""
        return [(self.mean, self.logits, torch.ones_like(self.logits))]

    def _away_from_zero(self, least: float = _NEAR_ZERO) -> tuple[Tensor, Tensor]:
        """The logits, those near zero replaced so that the unused branch has finite gradients."""
        near = self.logits.abs() < least
        return torch.where(near, torch.ones_like(self.logits), self.logits), near
