"""Likelihoods that the program does not have, as somebody would add them: one file.

Tests copy it into a temporary folder, and have the program look for likelihoods there as well.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import torch
from torch import Generator, Tensor

from tests.toys import searched_too
from vae_core.models.likelihoods.base import Extent, NamedLikelihood
from vae_core.models.operations import Operations


@dataclass(frozen=True)
class Laplace(NamedLikelihood):
    """p(x|z) = exp(−|x − m|/b) / 2b with m = sigmoid(a) and b for each pixel."""

    name: ClassVar[str] = "laplace"
    label: ClassVar[str] = "Laplace, a width per pixel"
    order: ClassVar[int] = 8
    heads: ClassVar[Mapping[str, Extent]] = {"log_width": "pixels"}

    logits: Tensor
    log_width: Tensor

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        return cls(logits, heads["log_width"].clamp(-5, 5))

    @property
    def mean(self) -> Tensor:
        return torch.sigmoid(self.logits)

    @property
    def deviation(self) -> Tensor:
        return math.sqrt(2) * torch.exp(self.log_width).expand_as(self.logits)

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        error = (x - self.mean).abs()
        return -math.log(2) - self.log_width - error * torch.exp(-self.log_width)

    def sample(self, generator: Generator | None = None) -> Tensor:
        u = torch.empty_like(self.logits).uniform_(-0.5, 0.5, generator=generator)
        return self.mean - torch.exp(self.log_width) * u.sign() * torch.log1p(-2 * u.abs())


class LaplaceFixed(Laplace):
    """The same with the standard deviation ``scale``; it says how its mean is written in ONNX."""

    name: ClassVar[str] = "laplace-fixed"
    label: ClassVar[str] = "Laplace, fixed width"
    order: ClassVar[int] = 9
    heads: ClassVar[Mapping[str, Extent]] = {}
    settings: ClassVar[frozenset[str]] = frozenset({"scale"})

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        return cls(logits, torch.tensor(math.log(settings["scale"] / math.sqrt(2))))

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        return graph.add("Sigmoid", logits, name=name)


@contextmanager
def laplace_added(folder: Path) -> Iterator[None]:
    """While it lasts, this file lies in a folder that is searched for likelihoods."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "laplace.py").write_bytes(Path(__file__).read_bytes())
    with searched_too("vae_core.models.likelihoods", folder):
        yield
