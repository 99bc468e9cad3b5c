"""Baselines of the score-function gradient: they leave its mean alone and shrink its variance.

E_q[b ∇ log q(z)] = 0 for every b that does not depend on the z it multiplies. So each baseline here
knows earlier minibatches, the image, or the *other* samples of the image.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import torch
from torch import Generator, Tensor, nn

from vae_core.algorithms.adam import Adam

DECAY = 0.9  # of running means; a few dozen minibatches are remembered
HIDDEN = 100  # units of NVIL's network
NETWORK_STEP = 1e-3  # of its Adam
_TINY = 1e-30


@dataclass(frozen=True)
class Signal:
    """What multiplies the score of each sample.

    Attributes:
        weights: (f − b) / scale. [L, B, 1], or [L, B, 2J] where b differs by component.
        scale: what the whole gradient in phi is divided by; it knows earlier minibatches only.
    """

    weights: Tensor
    scale: float = 1.0


class Baseline(Protocol):
    """One way to choose b."""

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """From images [B, …], f [L, B] and scores ∂ log q/∂(mu, logvar) [L, B, 2J]."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """What it remembers of earlier minibatches."""
        ...

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Continue from a saved state, bit for bit."""
        ...


class Stateless:
    """Shared by baselines that remember nothing."""

    def state_dict(self) -> dict[str, Tensor]:
        """Nothing."""
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Nothing to take back."""


class NoBaseline(Stateless):
    """b = 0."""

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """f itself."""
        return Signal(f.unsqueeze(-1))


class LeaveOneOut(Stateless):
    """b_l = mean of f over the other samples of the same image (needs L ≥ 2)."""

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """f_l − (Σ_m f_m − f_l) / (L − 1)."""
        others = (f.sum(0) - f) / (len(f) - 1)
        return Signal((f - others).unsqueeze(-1))


class ControlVariate(Stateless):
    """The control variate of black-box variational inference (Ranganath et al. 2014).

    Each component of the score s has its own best multiple a of itself to take away,

        a = Cov(f s, s) / Var(s) = E[f s²] / E[s²]      (E[s] = 0)

    estimated on the other samples of the same image (needs L ≥ 2).
    """

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """f_l − Σ_{m≠l} f_m s_m² / Σ_{m≠l} s_m²."""
        squared = scores**2
        # Sums over the others, not differences of sums: those lose a small s² beside a large one.
        others = 1 - torch.eye(len(f))
        weighted = torch.einsum("lm,mbj->lbj", others, f.unsqueeze(-1) * squared)
        a = weighted / torch.einsum("lm,mbj->lbj", others, squared).clamp_min(_TINY)
        return Signal(f.unsqueeze(-1) - a)


class RunningMean:
    """b = mean of f over earlier minibatches, the last ones weighing most.

    The first minibatch, which has none before it, takes the mean over its other images: one step
    by the whole of f is one that Adagrad never forgets.
    """

    def __init__(self) -> None:
        self._mean = _Running()

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """f − b; then b takes note of f."""
        centred = self._mean.centred(f)
        self._mean.update(float(f.mean()))
        return Signal(centred.unsqueeze(-1))

    def state_dict(self) -> dict[str, Tensor]:
        """The running mean."""
        return {"mean": self._mean.tensor()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take it back."""
        self._mean.load(state["mean"])


class NVIL:
    """b = c + σ b(x), a running mean and a small network fitted to f (Mnih & Gregor 2014).

    σ is the running s.d. of f − c, so that the network sees one scale whatever the images. As in
    the source the signal is also divided by max(1, its own running s.d.): the gradient in phi
    changes its length by that, not its mean direction.
    """

    def __init__(self, pixels: int, generator: Generator) -> None:
        first, last = nn.Linear(pixels, HIDDEN), nn.Linear(HIDDEN, 1)
        with torch.no_grad():
            first.weight.normal_(0.0, pixels**-0.5, generator=generator)
            for flat in (first.bias, last.weight, last.bias):
                flat.zero_()  # begins as the running mean alone
        self._network = nn.Sequential(nn.Flatten(), first, nn.Tanh(), last)
        self._adam = Adam(list(self._network.parameters()), NETWORK_STEP)
        self._mean, self._spread, self._variance = _Running(), _Running(), _Running()

    def signal(self, x: Tensor, f: Tensor, scores: Tensor) -> Signal:
        """(f − c − σ b(x)) / max(1, s.d.); then all four take note of f."""
        centred = self._mean.centred(f)
        sigma = math.sqrt(self._spread.value) or 1.0
        with torch.enable_grad():
            error = centred / sigma - self._network(x).squeeze(1)
            self._network.zero_grad(set_to_none=True)
            error.square().mean().backward()
        left = sigma * error.detach()
        scale = max(1.0, math.sqrt(self._variance.value))
        self._adam.step(len(x))
        self._mean.update(float(f.mean()))
        self._spread.update(float(centred.var(correction=0)))
        self._variance.update(float(left.var(correction=0)))
        return Signal(left.unsqueeze(-1) / scale, scale)

    def state_dict(self) -> dict[str, Tensor]:
        """Running means, the network and its optimiser."""
        return (
            {name: running.tensor() for name, running in self._running().items()}
            | {f"network.{k}": v for k, v in self._network.state_dict().items()}
            | {f"adam.{k}": v for k, v in self._adam.state_dict().items()}
        )

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take them back."""
        for name, running in self._running().items():
            running.load(state[name])
        self._network.load_state_dict(_under("network.", state))
        self._adam.load_state_dict(_under("adam.", state))

    def _running(self) -> dict[str, "_Running"]:
        return {"mean": self._mean, "spread": self._spread, "variance": self._variance}


@dataclass(frozen=True)
class BaselineKind:
    """A baseline as it may be chosen.

    Attributes:
        label: what a form calls it.
        make: a fresh one, for images of so many pixels.
        compares: whether it holds the samples of an image against one another (needs L ≥ 2).
        learns: whether it settles with the minibatches that it sees.
    """

    label: str
    make: Callable[[int, Generator], Baseline]
    compares: bool = False
    learns: bool = False


BASELINES: Mapping[str, BaselineKind] = MappingProxyType(
    {
        "none": BaselineKind("none", lambda pixels, generator: NoBaseline()),
        "running-mean": BaselineKind(
            "running mean", lambda pixels, generator: RunningMean(), learns=True
        ),
        "nvil": BaselineKind("a small network (NVIL)", NVIL, learns=True),
        "leave-one-out": BaselineKind(
            "the image's other samples", lambda pixels, generator: LeaveOneOut(), compares=True
        ),
        "bbvi": BaselineKind(
            "control variate (BBVI)", lambda pixels, generator: ControlVariate(), compares=True
        ),
    }
)


def make_baseline(name: str, pixels: int, generator: Generator) -> Baseline:
    """A fresh baseline for images of so many pixels."""
    return BASELINES[name].make(pixels, generator)


class _Running:
    """A decaying mean of numbers; 0 before the first, and not drawn to it after."""

    def __init__(self) -> None:
        self._total = self._weight = 0.0

    @property
    def value(self) -> float:
        return self._total / self._weight if self._weight else 0.0

    def centred(self, f: Tensor) -> Tensor:
        """f [L, B] less the mean so far, or before there is one less that of its other images."""
        if self._weight or f.shape[1] < 2:
            return f - self.value
        return f - (f.sum() - f.sum(0)) / (f.numel() - len(f))

    def update(self, number: float) -> None:
        self._total = DECAY * self._total + (1 - DECAY) * number
        self._weight = DECAY * self._weight + (1 - DECAY)

    def tensor(self) -> Tensor:
        return torch.tensor([self._total, self._weight], dtype=torch.float64)

    def load(self, saved: Tensor) -> None:
        self._total, self._weight = (float(number) for number in saved)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
