"""What every learned prior p(z) can do, whatever its kind."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Protocol, TypeAlias

import torch
from torch import Generator, Tensor, nn

from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.posteriors import Posterior

# q(z|x) of images [B, C, H, W], which a prior may be made of.
Encode: TypeAlias = Callable[[Tensor], Posterior]


class PriorSizes(Protocol):
    """What a prior is built from: an architecture has these, and each kind reads its own."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""

    @property
    def latent_dim(self) -> int:
        """J."""

    @property
    def mixture_components(self) -> int:
        """Of a mixture."""

    @property
    def pseudo_inputs(self) -> int:
        """Of a VampPrior."""

    @property
    def prior_couplings(self) -> int:
        """Of a flow."""

    @property
    def denoiser_width(self) -> int:
        """Of latent diffusion."""


_NUMBERS_AT_ONCE = 2**23  # of codes against components: 32 MB


def codes_at_once(numbers: int) -> int:
    """How many codes may be held at once against components of so many numbers in all."""
    return max(1, _NUMBERS_AT_ONCE // max(1, numbers))


class Prior(nn.Module, ABC):
    """p(z) with parameters of its own: a kind is one class in one file of this folder.

    Attributes:
        name: of the kind: what files and the command line call it.
        label: what a form calls it.
        order: its place in lists.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]

    @abstractmethod
    def __init__(self, sizes: PriorSizes) -> None:
        super().__init__()

    @abstractmethod
    def log_prob(self, z: Tensor, encode: Encode) -> Tensor:
        """log p(z) in nats, as the bound takes it. [B, J] → [B]."""

    @abstractmethod
    def sample(self, count: int, generator: Generator, encode: Encode) -> Tensor:
        """Draws z ~ p(z). [count, J]."""

    def initialise(self, scheme: Initialisation, generator: Generator) -> None:
        """Draw all parameters anew (see ``vae_core.models.initialisation``)."""
        initialise(self, scheme, generator)

    def begin(self, x: Tensor) -> None:
        """See the images [B, C, H, W] of a step before it: some kinds begin with the first."""

    def regression(self, z: Tensor, generator: Generator) -> Tensor:
        """What it descends beside the bound, at codes z [B, J] without gradients; a mean, []."""
        return torch.zeros(())

    def settle(self) -> None:
        """Bring parameters back to where they may be, after a step."""
