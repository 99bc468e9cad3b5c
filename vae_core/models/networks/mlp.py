"""Multi-layer perceptrons, as in the paper (appendix C): all layers are fully connected."""

from typing import TYPE_CHECKING, ClassVar

from torch import Tensor, nn

from vae_core.models.networks.bodies import Decoder, Encoder, NetworkKind
from vae_core.models.operations import Operations

if TYPE_CHECKING:
    from vae_core.models.architecture import Architecture


class MlpEncoder(Encoder):
    """Reads the image as one long row of numbers."""

    def add_image_layers(self, architecture: "Architecture") -> int:
        """Nothing to add: D numbers an image."""
        return architecture.pixels

    def flat(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, D]."""
        return x.flatten(1)

    def write_flat(self, graph: Operations, x: str) -> str:
        """[B, C, H, W] → [B, D], in ONNX."""
        return graph.add("Flatten", x, axis=1)


class MlpDecoder(Decoder):
    """Each head is one more fully connected layer."""

    def add_image_layers(self, architecture: "Architecture") -> None:
        """Nothing to add, but to know the image's shape."""
        self._shape = architecture.image_shape

    def head(self, architecture: "Architecture") -> nn.Module:
        """[B, hidden[0]] → [B, D]."""
        return nn.Linear(self.layers.outputs, architecture.pixels)

    def spread(self, features: Tensor) -> Tensor:
        """Features as they are. [B, hidden[0]]."""
        return features

    def image(self, head: nn.Module, features: Tensor) -> Tensor:
        """One head's output as images. [B, C, H, W]."""
        values: Tensor = head(features)
        return values.unflatten(1, self._shape)

    def write_image(self, graph: Operations, head: str, features: str) -> str:
        """One head's output as images, in ONNX. [B, C, H, W]."""
        return graph.reshape(graph.linear(f"decoder.{head}", features), self._shape)


class Mlp(NetworkKind):
    """Fully connected layers alone."""

    name: ClassVar[str] = "mlp"
    label: ClassVar[str] = "fully connected"
    order: ClassVar[int] = 1
    encoder: ClassVar[type[Encoder]] = MlpEncoder
    decoder: ClassVar[type[Decoder]] = MlpDecoder
