"""PixelCNN without a code: masked convolutions alone (van den Oord et al. 2016).

The same stack as the decoder that is told z (``networks.pixelcnn``), told nothing: one 7 × 7
convolution that cannot see its own pixel, and residual ones that can. Each layer lets a pixel see
further; what lies beyond the field, and in the blind spot to the upper right, it never learns of.

A convolution does the same everywhere, and knows where it is by the border alone. Digits lie in
the middle of their images: so each place has numbers of its own here, which all images share.
"""

from collections.abc import Iterator
from typing import Annotated, TypeAlias

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from vae_core.models.architecture import Channels, ImageShape
from vae_core.models.autoregressive import AutoregressiveModel
from vae_core.models.likelihoods import Bernoulli
from vae_core.models.networks.pixelcnn import CausalStack

_AT_ONCE = 50  # images: what a layer makes of many more falls out of a CPU's caches
FIRST = 3  # how far the first layer reaches: 7 × 7, as in the paper

MaskedLayers: TypeAlias = Annotated[int, Field(ge=0, le=64)]
LayerReach: TypeAlias = Annotated[int, Field(ge=1, le=8)]
PlaceMaps: TypeAlias = Annotated[int, Field(ge=0, le=256)]


class PixelCNNArchitecture(BaseModel):
    """Its size.

    Attributes:
        image_shape: (C, H, W).
        maps: numbers that each layer keeps of a pixel.
        masked_layers: masked convolutions after the first.
        layer_reach: how many pixels up, and to each side, each of them reaches: 1 is 3 × 3.
        place_maps: numbers of its own that each place has; files that name none have none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: ImageShape
    maps: Channels
    masked_layers: MaskedLayers
    layer_reach: LayerReach
    place_maps: PlaceMaps = 0


class PixelCNN(AutoregressiveModel, CausalStack):
    """Masked convolutions with a way around each."""

    name = "pixelcnn"
    label = "a PixelCNN"
    document = PixelCNNArchitecture
    architecture: PixelCNNArchitecture

    def __init__(self, architecture: PixelCNNArchitecture) -> None:
        super().__init__(architecture)
        a = architecture
        channels, height, width = a.image_shape
        reaches = (FIRST, *[a.layer_reach] * a.masked_layers)
        self.add_causal_layers(channels, a.maps, reaches, torch.relu)
        self.head = nn.Conv2d(a.maps, channels, 1)
        if a.place_maps:
            # Not drawn here, but by ``initialise``: on the meta device that would take a second.
            numbers = torch.empty(height * width, a.place_maps)
            self.places = nn.Embedding.from_pretrained(numbers, freeze=False)
            self.mix = nn.Conv2d(a.place_maps, a.maps, 1, bias=False)

    @property
    def receptive_field(self) -> int:
        """How many pixels up, and to each side, a pixel sees at most."""
        return FIRST + self.architecture.masked_layers * self.architecture.layer_reach

    def logits(self, x: Tensor) -> Tensor:
        """a_i of each pixel, told those before it. [B, C, H, W] → the same."""
        found: Tensor = self.head(self.whole(x, self._beside()))
        return found

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats for images x in [0, 1], float [B, C, H, W] → [B]."""
        parts = x.split(_AT_ONCE)
        return torch.cat([Bernoulli(self.logits(part)).log_prob(part) for part in parts])

    def walk(self, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Row by row from the top left, with the layers' values kept."""
        weight = self.head.weight.flatten(1)
        for row, column, values in self.pixels(x, self._beside()):
            yield row, column, nn.functional.linear(values, weight, self.head.bias)

    def _beside(self) -> Tensor | None:
        """What each place knows of itself. [1, maps, H, W]."""
        if not self.architecture.place_maps:
            return None
        numbers = self.places.weight.T.reshape(1, -1, *self.image_shape[1:])
        beside: Tensor = self.mix(numbers)
        return beside
