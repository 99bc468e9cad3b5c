"""What every approximate posterior q(z|x) can do, whatever its family.

    z = g(eps; parameters),  eps ~ N(0, I):  drawn, and its density known where it was drawn

A family is a dataclass whose fields are tensors [B, …] that may take any values: whoever seeks the
best of a family climbs in these.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

from torch import Generator, Tensor

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Posterior(ABC):
    """q(z|x) of a batch of images: a family is one class in one file of this folder.

    Attributes:
        name: of the family: what files, command line and addresses call it.
        label: what people read, in the middle of a sentence.
        order: its place in lists.
        mu: its means [B, J]; what stands for an image where one z has to.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]

    mu: Tensor

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """What an encoder gives besides ``mu`` and ``logvar``: numbers of each, by name."""
        return {}

    @classmethod
    @abstractmethod
    def from_outputs(cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]) -> Self:
        """q(z|x) from what an encoder gives: [B, J], [B, J], and each head [B, numbers]."""

    @property
    @abstractmethod
    def marginal_logvar(self) -> Tensor:
        """The log of the variance of each z_j by itself. [B, J]."""

    @abstractmethod
    def rsample(self, generator: Generator | None = None) -> Tensor:
        """z by a reparameterisation: gradients pass it. [B, J]."""

    @abstractmethod
    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """log q(z_j|z_1 … z_{j−1}, x) in nats, which add up to log q(z|x). [B, J]."""

    @abstractmethod
    def kl(self) -> Tensor:
        """KL(q(z|x) || N(0, I)) in nats, in parts of each dimension that add up to it. [B, J].

        The part of z_j is that of q(z_j|z_1 … z_{j−1}, x) from N(0, 1), a mean over those before.
        """

    @abstractmethod
    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [B, J]."""

    def log_prob(self, z: Tensor) -> Tensor:
        """log q(z|x) in nats. [B]."""
        return self.log_prob_per_dim(z).sum(-1)

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """What tells one member of the family from another, each [B, …]."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def with_parameters(self, parameters: tuple[Tensor, ...]) -> Self:
        """The member of the family that has these."""
        names = (field.name for field in fields(self))
        changed: dict[str, Any] = dict(zip(names, parameters, strict=True))
        return replace(self, **changed)

    def detach(self) -> Self:
        """The same distribution, with no gradient to what made it."""
        return self._each(Tensor.detach)

    def repeat(self, times: int) -> Self:
        """The whole batch ``times`` over, for as many samples of each: [times · B, J]."""
        return self._each(lambda value: value.repeat(times, *[1] * (value.dim() - 1)))

    def first(self, rows: int) -> Self:
        """Of the first rows."""
        return self._each(lambda value: value[:rows])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Self:
        return self.with_parameters(tuple(change(value) for value in self.parameters))
