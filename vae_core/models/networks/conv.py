"""Small convolutional stacks for images of any size.

Each stage halves the side (rounding up) on the way in and doubles it on the way out; what the way
out makes too large is cut off at the right and the bottom.
"""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from vae_core.models.architecture import Activation
from vae_core.models.networks.mlp import ACTIVATIONS

KERNEL, STRIDE, PADDING = 4, 2, 1


def sizes(side: int, stages: int) -> list[int]:
    """The side after 0, 1, …, ``stages`` halvings: 28 → [28, 14, 7]."""
    found = [side]
    for _ in range(stages):
        found.append(-(-found[-1] // 2))
    return found


class Downward(nn.ModuleList):
    """Convolutions of stride 2, each followed by the activation. [B, C, H, W] → [B, c, h, w]."""

    def __init__(self, inputs: int, channels: Sequence[int], activation: Activation) -> None:
        super().__init__(
            nn.Conv2d(a, b, KERNEL, STRIDE, PADDING) for a, b in pairwise((inputs, *channels))
        )
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, channels[-1], ⌈H/2ⁿ⌉, ⌈W/2ⁿ⌉]."""
        for layer in self:
            # An odd side gets a row of zeros, so that every stage rounds up.
            x = nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
            x = self.activation(layer(x))
        return x


class Upward(nn.ModuleList):
    """Transposed convolutions of stride 2 with the activation between them: Downward's mirror.

    Args:
        channels: from the small side outwards, ending with the image's.
        heights, widths: sides after each stage, from the small side outwards.
    """

    def __init__(
        self,
        channels: Sequence[int],
        heights: Sequence[int],
        widths: Sequence[int],
        activation: Activation,
    ) -> None:
        super().__init__(
            nn.ConvTranspose2d(a, b, KERNEL, STRIDE, PADDING) for a, b in pairwise(channels)
        )
        self.activation = ACTIVATIONS[activation]
        self.heights, self.widths = tuple(heights), tuple(widths)

    def forward(self, x: Tensor) -> Tensor:
        """[B, channels[0], heights[0], widths[0]] → [B, channels[-1], heights[-1], widths[-1]]."""
        last = len(self) - 1
        for stage, layer in enumerate(self):
            x = layer(x)[:, :, : self.heights[stage + 1], : self.widths[stage + 1]]
            x = x if stage == last else self.activation(x)
        return x
