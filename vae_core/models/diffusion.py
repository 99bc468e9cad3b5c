"""What diffusion models share: a network that tells noise from image, and images made step by step.

A kind says how image and noise are mixed at each time, what is asked of its network, and how steps
lead from noise to an image. It samples, and that is all: its noise is as large as its images, which
is no plane to walk, and log p(x) is not known here. The bound of a DDPM takes a pass for each of a
thousand noise levels, and the density of a flow along an ODE its divergence.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self, TypeAlias

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Generator, Tensor

from vae_core.models.architecture import Side
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.model import Model
from vae_core.models.networks.unet import UNet
from vae_core.quantities import Quantity

BaseChannels: TypeAlias = Annotated[
    int,
    Field(
        ge=8,
        le=512,
        title="Channels of the network",
        description="Of its convolutions at half of each side; twice as many at a quarter.",
        json_schema_extra={"step": 8},
    ),
]
SamplingSteps: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=1000,
        title="Sampling steps",
        description="From noise to an image: more are slower, and nearer to what was learned.",
    ),
]

_AT_ONCE = 128  # images: more at once are no quicker


class DiffusionArchitecture(BaseModel):
    """What every kind is built from.

    Attributes:
        image_shape: (C, H, W).
        base_channels: of the network (``UNet``).
        sampling_steps: from noise to an image, where nobody says otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]
    base_channels: BaseChannels
    sampling_steps: SamplingSteps


class Diffusion(Model):
    """Images that a network makes of noise.

    Attributes:
        error: what its regression is measured by, as a mean over images.
    """

    document: ClassVar[type[DiffusionArchitecture]] = DiffusionArchitecture
    architecture: DiffusionArchitecture
    error: ClassVar[Quantity]

    def __init__(self, architecture: DiffusionArchitecture) -> None:
        super().__init__(architecture)
        self.network = UNet(architecture.image_shape[0], architecture.base_channels)

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """None: it tells no nats."""
        return None

    def initialise(self, scheme: Initialisation, generator: Generator) -> Self:
        """As all, but that at first the network says nothing (``UNet.settle``)."""
        initialise(self, scheme, generator)
        self.network.settle()
        return self

    @abstractmethod
    def squared_errors(self, x: Tensor, generator: Generator) -> Tensor:
        """Of the regression, at a time and a noise drawn for each image: means over its pixels.

        x in [0, 1], float [B, C, H, W] → [B].
        """

    @abstractmethod
    def passes(self, steps: int) -> int:
        """How often the network is asked on the way to one image of so many steps."""

    @abstractmethod
    def denoise(self, noise: Tensor, steps: int) -> Tensor:
        """Images in [−1, 1], or a little beyond, of noise ~ N(0, I). [B, C, H, W] both."""

    def regression_errors(self, x: Tensor, generator: Generator) -> dict[str, Tensor]:
        """``squared_errors`` by the name of their quantity."""
        return {self.error.name: self.squared_errors(x, generator)}

    @torch.no_grad()
    def sample_images(
        self, count: int, generator: Generator, *, steps: int | None = None
    ) -> Tensor:
        """Images in [0, 1] of nothing but chance. [count, C, H, W].

        Args:
            count: how many.
            generator: source of the noise, the only chance in them.
            steps: 1 to 1,000; those of its architecture if not given.
        """
        steps = steps or self.architecture.sampling_steps
        noise = torch.randn(count, *self.image_shape, generator=generator)
        made = [self.denoise(some, steps) for some in noise.split(_AT_ONCE)]
        return torch.cat(made).add(1).div(2).clamp(0, 1)


def centred(x: Tensor) -> Tensor:
    """Pixels of [0, 1] in [−1, 1], where noise of variance 1 covers them."""
    return 2 * x - 1
