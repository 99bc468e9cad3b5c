"""A kind of network that the program does not have, as somebody would add it: one file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from torch import Tensor, nn

from tests.toys import searched_too
from vae_core.models.architecture import Architecture
from vae_core.models.networks.bodies import Decoder, Encoder, NetworkKind
from vae_core.models.networks.mlp import MlpDecoder


class PooledEncoder(Encoder):
    """Reads means of two by two pixels."""

    def add_image_layers(self, architecture: Architecture) -> int:
        channels, height, width = architecture.image_shape
        return channels * (height // 2) * (width // 2)

    def flat(self, x: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(x, 2).flatten(1)


class PooledDecoder(MlpDecoder):
    """Mixes the features once more before the heads."""

    def add_image_layers(self, architecture: Architecture) -> None:
        super().add_image_layers(architecture)
        self.mix = nn.Linear(self.layers.outputs, self.layers.outputs)

    def spread(self, features: Tensor) -> Tensor:
        return features + self.mix(features).tanh()

    write_image = Decoder.write_image


class Pooled(NetworkKind):
    """Fully connected layers on a smaller picture."""

    name: ClassVar[str] = "pooled"
    label: ClassVar[str] = "pooled"
    order: ClassVar[int] = 9
    encoder: ClassVar[type[Encoder]] = PooledEncoder
    decoder: ClassVar[type[Decoder]] = PooledDecoder


@contextmanager
def pooled_added(folder: Path) -> Iterator[None]:
    """While it lasts, this file lies in a folder that is searched for networks."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pooled.py").write_bytes(Path(__file__).read_bytes())
    with searched_too("vae_core.models.networks", folder):
        yield
