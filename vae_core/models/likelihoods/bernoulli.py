"""The Bernoulli likelihood: the paper's choice for MNIST (appendix C.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Generator, Tensor
from torch.nn import functional

from vae_core.models.likelihoods.base import InformationTerm, NamedLikelihood, Nats, Spread
from vae_core.models.operations import Operations


@dataclass(frozen=True)
class Bernoulli(NamedLikelihood):
    """Independent Bernoulli pixels, parameterised by logits.

    On grey images (x strictly between 0 and 1) ``log_prob`` is the usual cross-entropy, which is
    the expectation of the log-likelihood under binarisation by Bernoulli(x), not a log-density.

    Attributes:
        logits: a with p(x=1|z) = sigmoid(a). [B, C, H, W].
    """

    name: ClassVar[str] = "bernoulli"
    label: ClassVar[str] = "Bernoulli"
    order: ClassVar[int] = 1
    nats: ClassVar[Nats] = "probability"
    spread: ClassVar[Spread] = "mean"

    logits: Tensor

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """The logits are all that it needs."""
        return cls(logits)

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] = sigmoid(a)."""
        return graph.add("Sigmoid", logits, name=name)

    @property
    def mean(self) -> Tensor:
        """E[x|z], in (0, 1). [B, C, H, W]."""
        return torch.sigmoid(self.logits)

    @property
    def deviation(self) -> Tensor:
        """√(p (1 − p)) = 1 / (2 cosh(a/2)), at most one half. [B, C, H, W]."""
        return 0.5 / torch.cosh(0.5 * self.logits)

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """x·a − softplus(a), each pixel's log-likelihood in nats. [B, C, H, W]."""
        return -functional.binary_cross_entropy_with_logits(
            self.logits, x.expand_as(self.logits), reduction="none"
        )

    def log_prob_table(self, x: Tensor) -> Tensor:
        """Every image at every z, by one product of matrices. [B, C, H, W] → [Z, B]."""
        logits = self.logits.flatten(1)
        return logits @ x.flatten(1).mT - functional.softplus(logits).sum(1, keepdim=True)

    def total_log_prob(self, x: Tensor) -> Tensor:
        """The sum over pixels and images in one fused pass. []."""
        return -functional.binary_cross_entropy_with_logits(self.logits, x, reduction="sum")

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z), each pixel 0 or 1. [B, C, H, W]."""
        return torch.bernoulli(self.mean, generator=generator)

    def information(self) -> list[InformationTerm]:
        """Var x · da², where Var x = d mean / da: an exponential family in its logits a."""
        return [(self.mean, self.logits, torch.ones_like(self.logits))]
