"""Pictures that a trained model makes: its manifold, or samples from its prior."""

from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict
from torch import Generator, Tensor

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.figure import ImagesPanel
from latent_atlas.reproduce.model_cell import ModelCell
from latent_atlas.reproduce.sheets import grid_of
from vae_core.evaluation import Watch
from vae_core.latent import manifold_images
from vae_core.models import VAE, sample_standard_normal

Kind = Literal["manifold", "samples"]


class Pictures(BaseModel):
    """The result.

    Attributes:
        panel: the pictures.
        step: mean absolute difference of neighbours in the grid, in grey levels of 0 to 1.
        distance: the same of random pairs.
    """

    model_config = ConfigDict(frozen=True)

    panel: ImagesPanel
    step: float
    distance: float


@dataclass(frozen=True)
class PicturesCell(ModelCell):
    """A grid of ``side`` × ``side`` means of p(x|z) from the model of a training cell."""

    kind: Kind
    title: str
    side: int

    @property
    def name(self) -> str:
        """After the kind, and the training's."""
        return f"{self.kind}-{self.trained.name}"

    @property
    def cost(self) -> float:
        """Next to nothing."""
        return float(self.side**2)

    def measure(self, place: Place, watch: Watch) -> Pictures:
        """The pictures, and how smoothly they change."""
        vae = self.model(place)
        images = (
            manifold_images(vae, self.side, "gaussian-cdf")
            if self.kind == "manifold"
            else _samples(vae, self.side)
        )
        panel = grid_of(self.name, self.title, (images * 255).round().byte())
        step, distance = smoothness(images)
        return Pictures(panel=panel, step=step, distance=distance)


@torch.inference_mode()
def _samples(vae: VAE, side: int) -> Tensor:
    """E[x|z], z ~ p(z). [side, side, C, H, W]."""
    generator = Generator().manual_seed(0)
    z = sample_standard_normal(side * side, vae.architecture.latent_dim, generator)
    return vae.decode(z).mean.unflatten(0, (side, side))


def smoothness(images: Tensor) -> tuple[float, float]:
    """Mean absolute difference between neighbours of a grid, and between random pairs.

    Args:
        images: grey levels of 0 to 1 [rows, columns, C, H, W].
    """
    neighbours = [(images[1:] - images[:-1]).abs(), (images[:, 1:] - images[:, :-1]).abs()]
    step = torch.cat([part.flatten() for part in neighbours]).mean()
    flat = images.flatten(0, 1)
    shuffled = flat[torch.randperm(len(flat), generator=Generator().manual_seed(0))]
    return float(step), float((flat - shuffled).abs().mean())
