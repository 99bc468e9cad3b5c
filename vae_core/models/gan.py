"""A generative adversarial network (Goodfellow et al. 2014): a generator and its discriminator.

The generator makes an image of noise, x = G(z), z ~ N(0, I). There is no p(x|z) around it and no
log p(x), so nothing here is told in nats of an image: it makes images, and that is all. The
discriminator D(x) is a score in nats of log-odds, of which only differences between images count.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Self, TypeAlias

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Generator, Tensor, nn
from torch.nn.functional import leaky_relu

from vae_core.models.architecture import Side
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.model import Model
from vae_core.models.networks.conv import Downward, Upward, sizes
from vae_core.models.priors import sample_standard_normal

NoiseDim: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=512,
        title="Noise dimensions",
        description="How many numbers z an image is made of.",
        json_schema_extra={"symbol": "J"},
    ),
]
FirstChannels: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=256,
        title="First channels",
        description="Of the convolutions next to the image, in generator and discriminator; each "
        "halving of the side doubles them.",
        json_schema_extra={"step": 8},
    ),
]

_SMALL = 8  # convolutions halve the sides until they are no longer than this
_MOST_TIMES = 8  # the first channels: deeper layers have no more
_DENSE_TIMES = 4  # the first channels: units of the layer that sees the whole image
_SLOPE = 0.2  # of the leaky units below zero
_AT_ONCE = 500  # images that are made in one pass


class GanArchitecture(BaseModel):
    """Sizes of both networks, which mirror each other.

    Attributes:
        image_shape: (C, H, W).
        noise_dim: J, the numbers that an image is made of.
        first_channels: of the convolutions next to the image; doubled at each halving of the side.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]
    noise_dim: NoiseDim
    first_channels: FirstChannels

    @property
    def channels(self) -> list[int]:
        """After each halving of the sides, from the image inwards."""
        longest = max(self.image_shape[1:])
        halvings = max(1, math.ceil(math.log2(longest / _SMALL)))
        return [self.first_channels * min(2**n, _MOST_TIMES) for n in range(halvings)]

    @property
    def dense_units(self) -> int:
        """Of the discriminator's layer between convolutions and score."""
        return self.first_channels * _DENSE_TIMES


class ImageGenerator(nn.Module):
    """One dense layer, then transposed convolutions that double the sides."""

    def __init__(self, architecture: GanArchitecture) -> None:
        super().__init__()
        inwards = architecture.channels
        image_channels, height, width = architecture.image_shape
        heights, widths = (sizes(side, len(inwards))[::-1] for side in (height, width))
        self._grid = (inwards[-1], heights[0], widths[0])
        self.grid = nn.Linear(architecture.noise_dim, math.prod(self._grid))
        self.convolutions = Upward((*inwards[::-1], image_channels), heights, widths, _leaky)

    def forward(self, z: Tensor) -> Tensor:
        """[B, J] → images in [0, 1], [B, C, H, W]."""
        features = _leaky(self.grid(z))
        logits: Tensor = self.convolutions(features.unflatten(1, self._grid))
        return logits.sigmoid()


class Discriminator(nn.Module):
    """Convolutions that halve the sides, then two dense layers.

    The first of those sees the whole image: without it the score would be a sum over patches, and
    strokes need not hang together. The last has no bias, for only differences count. Nothing goes
    from one image of a batch to another.
    """

    def __init__(self, architecture: GanArchitecture) -> None:
        super().__init__()
        channels = architecture.channels
        image_channels, *sides = architecture.image_shape
        self.convolutions = Downward(image_channels, channels, _leaky)
        height, width = (sizes(side, len(channels))[-1] for side in sides)
        self.dense = nn.Linear(channels[-1] * height * width, architecture.dense_units)
        self.score = nn.Linear(architecture.dense_units, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Images [B, C, H, W] in [0, 1] → how real they seem, in nats of log-odds, [B]."""
        features = _leaky(self.dense(self.convolutions(x).flatten(1)))
        score: Tensor = self.score(features)
        return score[:, 0]


class Gan(Model):
    """Generator and discriminator. Only the former makes images.

    Example:
        >>> gan = Gan(GanArchitecture(image_shape=(1, 28, 28), noise_dim=64, first_channels=32))
        >>> gan.generate(gan.sample_latents(9, generator)).shape
        torch.Size([9, 1, 28, 28])
    """

    name = "gan"
    label = "a generative adversarial network"
    document = GanArchitecture
    architecture: GanArchitecture

    def __init__(self, architecture: GanArchitecture) -> None:
        super().__init__(architecture)
        self.generator = ImageGenerator(architecture)
        self.discriminator = Discriminator(architecture)

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """None: it tells no nats of an image."""
        return None

    def initialise(self, scheme: Initialisation, generator: Generator) -> Self:
        """Draw all parameters anew (see ``vae_core.models.initialisation``); returns itself."""
        initialise(self, scheme, generator)
        return self

    def generate(self, z: Tensor) -> Tensor:
        """G(z): the one image of a place. [B, J] → [B, C, H, W] in [0, 1]."""
        images: Tensor = self.generator(z)
        return images

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ N(0, I), where the generator has learned to make images. [count, J]."""
        return sample_standard_normal(count, self.architecture.noise_dim, generator)

    @torch.no_grad()
    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """G(z), z ~ N(0, I). [count, C, H, W] in [0, 1]."""
        places = self.sample_latents(count, generator)
        return torch.cat([self.generate(some) for some in places.split(_AT_ONCE)])


def _leaky(x: Tensor) -> Tensor:
    return leaky_relu(x, _SLOPE)
