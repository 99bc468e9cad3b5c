"""What every approximate posterior q(z|x) can do, whatever its family.

    z = g(eps; parameters),  eps ~ N(0, I):  drawn, and its density known where it was drawn

A family is a dataclass whose fields are tensors [B, …] that may take any values: whoever seeks the
best of a family climbs in these.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import torch
from torch import Generator, Tensor

from vae_core.sentences import counted

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Posterior(ABC):
    """q(z|x) of a batch of images: a family is one class in one file of this folder.

    Attributes:
        name: of the family: what files, command line and addresses call it.
        label: what people read, in the middle of a sentence.
        order: its place in lists.
        closed_rate: whether ``kl`` is known.
        most_dims: J may be as large; None as large as any. What grows with J² takes much memory.
        mu: what stands for an image where one z has to: the mean of a Gaussian [B, J].
        logvar: log d²: of how widely each z_j is drawn, all before it being given [B, J].
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    closed_rate: ClassVar[bool] = True
    most_dims: ClassVar[int | None] = None

    mu: Tensor
    logvar: Tensor

    @classmethod
    def refuse_too_many(cls, latent_dim: int) -> None:
        """ValueError where it has no room for so many dimensions."""
        if cls.most_dims is not None and latent_dim > cls.most_dims:
            raise ValueError(
                f"{cls.label} has {counted(cls.most_dims, 'latent dimension')} at most, for what "
                f"it keeps of an image grows with their square, and asked for are {latent_dim}: "
                "take fewer, or another posterior"
            )

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """What an encoder gives besides ``mu`` and ``logvar``: numbers of each, by name."""
        return {}

    @classmethod
    @abstractmethod
    def from_outputs(cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]) -> Self:
        """q(z|x) from what an encoder gives: [B, J], [B, J], and each head [B, numbers]."""

    @classmethod
    @abstractmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> Self:
        """The member that is N(mu, diag exp(logvar)), for each image. [B, J]."""

    @property
    @abstractmethod
    def marginal_logvar(self) -> Tensor:
        """The log of the variance of each z_j by itself. [B, J]."""

    @abstractmethod
    def at(self, noise: Tensor) -> Tensor:
        """z that eps is turned into, ``noise`` ~ N(0, I) [B, J]. Gradients pass it. [B, J]."""

    def rsample(self, generator: Generator | None = None) -> Tensor:
        """A draw of z by the reparameterisation of section 2.4. [B, J]."""
        return self.at(torch.empty_like(self.mu).normal_(generator=generator))

    @abstractmethod
    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """log q(z_j|z_1 … z_{j−1}, x) in nats, which add up to log q(z|x). [B, J]."""

    def kl(self) -> Tensor:
        """KL(q(z|x) || N(0, I)) in nats, in parts of each dimension that add up to it. [B, J].

        The part of z_j is that of q(z_j|z_1 … z_{j−1}, x) from N(0, 1), a mean over those before.
        Only of a family with a ``closed_rate``: of others it is sampled (``inference.rate_at``).
        """
        raise NotImplementedError(f"{self.label} has no rate in closed form")

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
        return self.slice(0, rows)

    def slice(self, start: int, stop: int) -> Self:
        """Of the rows from ``start`` to before ``stop``."""
        return self._each(lambda value: value[start:stop])

    def double(self) -> Self:
        """In float64."""
        return self._each(Tensor.double)

    def _each(self, change: Callable[[Tensor], Tensor]) -> Self:
        return self.with_parameters(tuple(change(value) for value in self.parameters))


def bounded(v: Tensor, most: float) -> Tensor:
    """The direction of v, and shorter than ``most``: v / √(1 + |v|²/most²). [..., J]."""
    return v / (1 + v.square().sum(-1, keepdim=True) / most**2).sqrt()


def joined_posteriors(parts: Sequence[Posterior]) -> Posterior:
    """One batch of several of the same family, one after the other."""
    columns = zip(*(part.parameters for part in parts), strict=True)
    return parts[0].with_parameters(tuple(torch.cat(column) for column in columns))
