"""MADE, the masked autoencoder (Germain, Gregor, Murray & Larochelle 2015).

A fully connected network from an image to its logits, whose weights are masked so that no pixel's
logit depends on that pixel or a later one. Every hidden unit has a *degree*: it reads the pixels
up to that place, and later pixels alone read it. Pixels also read earlier ones directly.

Which pixel is earlier is a matter of the *order*. A network may be trained in several, and the
model is then their mixture, p(x) = (1/K) Σ_k p(x | order k). The paper draws orders at random; here
they are the eight ways to read an image line by line, so that a pixel is told its neighbours.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias, cast

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Generator, Tensor, nn
from torch.nn import functional

from vae_core.models.architecture import ImageShape, Width
from vae_core.models.autoregressive import AutoregressiveModel, drawn
from vae_core.models.likelihoods import Bernoulli

Widths: TypeAlias = Annotated[tuple[Width, ...], Field(min_length=1, max_length=8)]
Orders: TypeAlias = Annotated[int, Field(ge=1, le=8)]
MaskedInputs: TypeAlias = Literal["centred", "plain"]


class MADEArchitecture(BaseModel):
    """Its size.

    Attributes:
        image_shape: (C, H, W).
        masked_widths: of the hidden layers.
        orders: K, how many orders the model is the mixture of: by rows from the top left, by
            columns, and then both from the other corners.
        masked_inputs: whether pixels are read less their mean (``centred``), or as they are, which
            files say that do not name it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: ImageShape
    masked_widths: Widths
    orders: Orders
    masked_inputs: MaskedInputs = "plain"


class MADE(AutoregressiveModel):
    """Masked fully connected layers with ReLU between them.

    What they read may be pixels less their mean, which ``centre`` sets once and nothing learns.
    Other biases would make the same models, but weights and biases no longer pull at one another,
    and gradient descent comes further in as many steps (LeCun et al. 1998; Montavon & Müller 2012).
    """

    means: Tensor  # [C · H · W]

    name = "made"
    label = "a masked autoencoder (MADE)"
    document = MADEArchitecture
    architecture: MADEArchitecture

    def __init__(self, architecture: MADEArchitecture) -> None:
        super().__init__(architecture)
        channels, height, width = architecture.image_shape
        values = channels * height * width
        self._places = [ranks.repeat(channels) for ranks in reading_orders(height, width)]
        self._degrees = [_degrees(units, height * width) for units in architecture.masked_widths]
        sizes = (values, *architecture.masked_widths)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.output = nn.Linear(sizes[-1], values)
        self.direct = nn.Linear(values, values, bias=False)
        if architecture.masked_inputs == "centred":
            self.register_buffer("means", torch.zeros(values))

    @torch.no_grad()
    def centre(self, x: Tensor) -> None:
        """Let what is read be pixels less their mean in these images [B, C, H, W]."""
        self.means.copy_(x.flatten(1).mean(0))

    @property
    def wants_centre(self) -> bool:
        """Whether it is to be centred, and is not yet."""
        return self.architecture.masked_inputs == "centred" and not self.means.any()

    def logits(self, x: Tensor, order: int = 0) -> Tensor:
        """a_i of each pixel, told those before it in this order. [B, C, H, W] → the same."""
        pixels = values = self._read(x)
        *weights, output, direct = self._masked(order)
        for weight, bias in zip(weights, self._biases(), strict=True):
            values = torch.relu(functional.linear(values, weight, bias))
        values = functional.linear(values, output, self.output.bias)
        return (values + functional.linear(pixels, direct)).view_as(x)

    def log_prob_in(self, x: Tensor, order: int) -> Tensor:
        """log p(x | order) in nats. [B, C, H, W] → [B]."""
        return Bernoulli(self.logits(x, order)).log_prob(x)

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats, the orders' mixture. [B, C, H, W] → [B]."""
        orders = self.architecture.orders
        each = torch.stack([self.log_prob_in(x, order) for order in range(orders)])
        return each.logsumexp(0) - math.log(orders)

    @torch.no_grad()
    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """x ~ p(x), each image in an order of its own, each pixel 0 or 1. [count, C, H, W]."""
        chosen = torch.randint(self.architecture.orders, (count,), generator=generator)
        images = torch.zeros(count, *self.image_shape)
        for order in chosen.unique().tolist():
            x = torch.zeros(int((chosen == order).sum()), *self.image_shape)
            images[chosen == order] = drawn(x, self.walk(x, order), generator)
        return images

    def walk(self, x: Tensor, order: int = 0) -> Iterator[tuple[int, int, Tensor]]:
        """In this order; each hidden unit is worked out once, when all that it reads is known.

        All pixels together take as long as one whole image, and a step for each.
        """
        _, height, width = self.image_shape
        *weights, output, direct = self._masked(order)
        biases = self._biases()
        hidden = [x.new_zeros(len(x), len(degrees)) for degrees in self._degrees]
        places = torch.arange(height * width + 1)
        # How many units of each layer read nothing from a place on.
        known = [torch.searchsorted(degrees, places).tolist() for degrees in self._degrees]
        for place, pixel in enumerate(self._places[order][: height * width].argsort().tolist()):
            below = pixels = self._read(x)
            for n, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
                new = slice(known[n][max(place - 1, 0)], known[n][place])
                read = functional.linear(below, weight[new], bias[new])
                hidden[n][:, new] = torch.relu(read)
                below = hidden[n]
            here = slice(pixel, None, height * width)  # of each channel
            told = functional.linear(below, output[here], self.output.bias[here])
            yield *divmod(pixel, width), told + functional.linear(pixels, direct[here])

    def _read(self, x: Tensor) -> Tensor:
        """What the layers are told of images. [B, C, H, W] → [B, C · H · W]."""
        pixels = x.flatten(1)
        return pixels - self.means if self.architecture.masked_inputs == "centred" else pixels

    def _biases(self) -> list[Tensor]:
        """Of the hidden layers."""
        return [cast("nn.Linear", layer).bias for layer in self.layers]

    def _masked(self, order: int) -> list[Tensor]:
        """The weights that count in an order: of the hidden layers, of the output, and direct."""
        layers = (*self.layers, self.output, self.direct)
        return [layer.weight * mask for layer, mask in zip(layers, self._masks(order), strict=True)]

    def _masks(self, order: int) -> list[Tensor]:
        """Which weights those are. [out, in] each."""
        places = self._places[order]
        levels = [places, *self._degrees]
        between = [above[:, None] >= below for below, above in pairwise(levels)]
        return [*between, places[:, None] > levels[-1], places[:, None] > places]


def reading_orders(height: int, width: int) -> list[Tensor]:
    """The place of each pixel in each of the eight orders. [H · W] each."""
    rows = torch.arange(height * width, device="cpu").view(height, width)
    columns = torch.arange(height * width, device="cpu").view(width, height).T
    corners: tuple[tuple[int, ...], ...] = ((), (0, 1), (0,), (1,))
    return [grid.flip(corner).flatten() for corner in corners for grid in (rows, columns)]


def _degrees(units: int, pixels: int) -> Tensor:
    """Of the units of a layer: as even as can be, and rising, up to the last pixel but one."""
    return torch.arange(units, device="cpu") * (pixels - 1) // units
