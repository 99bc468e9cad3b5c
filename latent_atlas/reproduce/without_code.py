"""The yardstick of having learned nothing of any one image: each pixel's mean, without a code."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from latent_atlas.reproduce.cells import JSON, Cell, Place
from vae_core.data import load_dataset
from vae_core.evaluation import Watch


@dataclass(frozen=True)
class WithoutCodeCell:
    """log p(x) of a data set's first test images if every pixel is a Bernoulli by itself."""

    dataset: str
    images: int
    data_dir: Path | None = None

    @property
    def name(self) -> str:
        """After the data set."""
        return f"without-code-{self.dataset}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """Next to nothing."""
        return float(self.images)

    def question(self) -> dict[str, Any]:
        """Data set and test images."""
        return {"dataset": self.dataset, "images": self.images}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """Nats per image."""
        dataset = load_dataset(self.dataset, self.data_dir)
        test = dataset.split(dataset.test_split("train")).images[: self.images]
        return without_code(dataset.split("train").images, test)


def without_code(train: Tensor, test: Tensor) -> float:
    """Mean log p(x) of grey test images under the training images' mean pixels, in nats.

    A pixel that is never lit in training is given half an image's worth of light.

    Args:
        train: uint8 [N, C, H, W].
        test: uint8 [M, C, H, W].
    """
    lit = (train.double().div(255).sum(0) + 0.5) / (len(train) + 1)
    x = test.double() / 255
    return float((x * lit.log() + (1 - x) * (1 - lit).log()).flatten(1).sum(1).mean())
