"""How soft the pictures of a trained model are, as a cell."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.figure import ImagesPanel
from latent_atlas.reproduce.model_cell import ModelCell
from latent_atlas.reproduce.rivals_answers import Sharp, sharp
from latent_atlas.reproduce.sheets import sheet_of
from vae_core.evaluation import Watch
from vae_core.evaluation.sample_measures import draw, ways
from vae_core.evaluation.sharpness import relative_sharpness, sharpness

MEANS, SAMPLES, REBUILT = "means", "samples", "reconstructed means"


class Softness(BaseModel):
    """The result.

    Attributes:
        of: by kind of picture, the variance of the Laplacian by that of as many real images; 1 is
            as sharp.
        sheet: the first means.
    """

    model_config = ConfigDict(frozen=True)

    of: dict[str, Sharp]
    sheet: ImagesPanel


@dataclass(frozen=True)
class BlurCell(ModelCell):
    """Holds a trained model's pictures against ``images`` test images.

    Means E[x|z] and samples x ~ p(x|z) are of z from the prior; reconstructed means of the mean
    code of each test image.
    """

    prefix: ClassVar[str] = "pictures"

    title: str
    images: int

    @property
    def cost(self) -> float:
        """A pass through the decoder for each picture, and its spectrum."""
        return 10.0 * self.images * self.width

    def measure(self, place: Place, watch: Watch) -> Softness:
        """Of as many pictures as there are test images here."""
        vae = self.model(place)
        _, test = self.first_images(self.images)
        drawn = {name: draw(way, len(test), seed=1).pictures for name, way in ways(vae).items()}
        with torch.inference_mode():
            codes = vae.encode(test.float() / 255).mu
            rebuilt = vae.decode(codes).mean.clamp(0, 1).mul(255).round().byte()
        real = sharpness(test)
        found = {
            name: sharp(relative_sharpness(sharpness(pictures), real).laplacian)
            for name, pictures in (*drawn.items(), (REBUILT, rebuilt))
        }
        sheet = sheet_of(self.trained.name, self.title, drawn[MEANS])
        return Softness(of=found, sheet=sheet)
