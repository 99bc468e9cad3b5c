"""Encoder and decoder, built from an architecture: what all kinds of network share.

In both, fully connected layers have the latent space on one side; what a kind of network has
between them and the image is its own. It is one class in one file of this folder, which says its
encoder and its decoder.
"""

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn

from vae_core.errors import AtlasError
from vae_core.models.likelihoods import LIKELIHOODS, PixelLikelihood
from vae_core.models.networks.layers import HiddenLayers
from vae_core.models.operations import Operations
from vae_core.models.posteriors import POSTERIORS

if TYPE_CHECKING:  # an architecture asks for the names of what is here
    from vae_core.models.architecture import Architecture

# A wild step must give a poor curve, not a NaN: exp(logvar) stays within float32.
LOGVAR_RANGE = (-10.0, 10.0)


def logvar_bound(rate: float) -> float:
    """The largest log variance v below 0 with ½ (eᵛ − 1 − v) ≥ ``rate`` nats.

    That is the KL of N(mu, eᵛ) from N(0, 1) at mu = 0, and less than at any other.
    """
    low, high = -2 * rate - 1, 0.0  # at ``low`` it is ½ (e^low + 2 rate) > rate
    for _ in range(100):
        middle = (low + high) / 2
        enough = 0.5 * (math.expm1(middle) - middle) >= rate
        low, high = (middle, high) if enough else (low, middle)
    return low


class Encoder(nn.Module, ABC):
    """x [B, C, H, W] → what q(z|x) is made of: ``mu``, ``logvar``, and what its family wants more.

    These heads have the names that the family gives them.
    """

    def __init__(self, architecture: "Architecture") -> None:
        super().__init__()
        a = architecture
        self.layers = HiddenLayers(self.add_image_layers(a), a.hidden, a.activation)
        self.mu = nn.Linear(self.layers.outputs, a.latent_dim)
        self.logvar = nn.Linear(self.layers.outputs, a.latent_dim)
        self._heads = POSTERIORS[a.posterior].heads(a.latent_dim)
        for name, numbers in self._heads.items():
            self.add_module(name, nn.Linear(self.layers.outputs, numbers))
        self.logvar_bound = None if a.committed_rate is None else logvar_bound(a.committed_rate)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """x [B, C, H, W] → mu [B, J], logvar [B, J], and each head [B, numbers] by name."""
        features = self.layers(self.flat(x))
        logvar = self.logvar(features)
        if self.logvar_bound is not None:
            # Bent rather than cut off, so that a gradient passes everywhere.
            logvar = self.logvar_bound - nn.functional.softplus(self.logvar_bound - logvar)
        heads = {name: getattr(self, name)(features) for name in self._heads}
        return self.mu(features), logvar.clamp(*LOGVAR_RANGE), heads

    @abstractmethod
    def add_image_layers(self, architecture: "Architecture") -> int:
        """Add what reads the image; returns how many numbers it makes of one."""

    @abstractmethod
    def flat(self, x: Tensor) -> Tensor:
        """What the image layers make of x [B, C, H, W] → [B, numbers]."""

    def write_flat(self, graph: Operations, x: str) -> str:
        """``flat`` as operations of ONNX. Raises AtlasError where the network does not say how."""
        raise _no_onnx(self)


class Decoder(nn.Module, ABC):
    """z [B, J] → the likelihood's parameters, each as an image [B, C, H, W] or a number [].

    Attributes:
        has_mean: whether E[x|z] is known.
        output: makes logits (of the mean).
        solved: heads of one parameter that who learns finds in closed form, by name.

    The other heads have the names that the likelihood gives them.
    """

    has_mean: ClassVar[bool] = True
    output: nn.Module

    def __init__(self, architecture: "Architecture") -> None:
        super().__init__()
        a = architecture
        self.layers = HiddenLayers(a.latent_dim, a.hidden[::-1], a.activation)
        self.add_image_layers(a)
        self.output = self.head(a)
        self._likelihood = LIKELIHOODS[a.likelihood]
        self._numbers = a.pixels
        self.solved = self._likelihood.solved
        self._settings = {name: getattr(a, name) for name in self._likelihood.settings}
        for name, extent in self._likelihood.heads.items():
            if extent == "pixels":
                self.add_module(name, self.head(a))
            else:
                self.register_parameter(name, nn.Parameter(torch.zeros(())))

    def initialise_own(self) -> None:
        """Set what does not start as it was drawn (``initialise``): for most there is nothing."""

    def best_head(self, name: str) -> Tensor:
        """Where a head of ``solved`` makes those images likeliest that its gradient is of. []."""
        head: nn.Parameter = getattr(self, name)
        if head.grad is None:
            return head.detach()
        with torch.no_grad():
            return self._likelihood.best_head(name, head, head.grad, self._numbers)

    def forward(self, z: Tensor) -> Tensor:
        """z [B, J] → features that the heads turn into images."""
        return self.spread(self.layers(z))

    def likelihood(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for z [B, J], from what all heads give."""
        return self.from_values(self(z))

    def from_values(self, values: Tensor) -> PixelLikelihood:
        """p(x|z) from what all heads read."""
        logits = self.image(self.output, values)
        heads = {
            name: self.image(getattr(self, name), values)
            if extent == "pixels"
            else getattr(self, name)
            for name, extent in self._likelihood.heads.items()
        }
        return self._likelihood.from_outputs(logits, heads, self._settings)

    @abstractmethod
    def add_image_layers(self, architecture: "Architecture") -> None:
        """Add what stands between the fully connected layers and the heads."""

    @abstractmethod
    def head(self, architecture: "Architecture") -> nn.Module:
        """A new head, which gives a number for each value of an image."""

    @abstractmethod
    def spread(self, features: Tensor) -> Tensor:
        """What the image layers make of [B, hidden[0]], for the heads."""

    @abstractmethod
    def image(self, head: nn.Module, features: Tensor) -> Tensor:
        """One head's output as images. [B, C, H, W]."""

    def write_image(self, graph: Operations, head: str, features: str) -> str:
        """``spread``, then ``image`` of the head of that name, as operations of ONNX.

        Raises:
            AtlasError: the network does not say how.
        """
        raise _no_onnx(self)


class NetworkKind:
    """A kind of network that an architecture can name.

    Attributes:
        name: what files, command line and addresses call it.
        label: what people read, in the middle of a sentence.
        order: its place in lists.
        settings: fields of the architecture that it alone has a use for.
        encoder, decoder: the two networks.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    settings: ClassVar[frozenset[str]] = frozenset()
    encoder: ClassVar[type[Encoder]]
    decoder: ClassVar[type[Decoder]]


def _no_onnx(network: nn.Module) -> AtlasError:
    return AtlasError(
        f"This kind of network ({type(network).__name__}) does not say how it is written in ONNX. "
        "Take the model file instead."
    )
