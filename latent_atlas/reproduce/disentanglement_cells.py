"""Whether each latent dimension of a trained model says one thing, as a cell."""

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from pydantic import BaseModel, ConfigDict
from torch import Generator

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.figure import ImagesPanel
from latent_atlas.reproduce.model_cell import ModelCell
from latent_atlas.reproduce.sheets import few_levels, grid_of
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.evaluation.disentanglement.measures import disentanglement
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units
from vae_core.latent import walked_means

WALKS = 6  # dimensions that are walked along, the largest rate first
STEPS, EXTENT = 7, 2.0  # of a walk: pictures, and standard deviations of the prior to either side


class Told(BaseModel):
    """A score: its value, ± over images or votes in 95 of 100 cases, and what chance gives."""

    model_config = ConfigDict(frozen=True)

    value: float
    half_width: float
    chance: float


class Apart(BaseModel):
    """The result, of all images.

    Attributes:
        scores: by the name that people know each by.
        owned: factors with a dimension of their own.
        active: dimensions in use.
        rate: KL(q(z|x) || p(z)) in nats per image.
        walks: pictures along dimensions, a row each.
    """

    model_config = ConfigDict(frozen=True)

    scores: dict[str, Told]
    owned: tuple[str, ...]
    active: int
    rate: float
    walks: ImagesPanel


@dataclass(frozen=True)
class ApartCell(ModelCell):
    """Scores a trained model's codes by the factors that its images were drawn from.

    Of ``images`` of them, drawn from all splits: no factor was told in training.
    """

    prefix: ClassVar[str] = "apart"

    title: str
    images: int

    @property
    def cost(self) -> float:
        """Most of it for DCI's trees, to which an image is about as much as five of training."""
        return 5.0 * self.images * self.width

    def measure(self, place: Place, watch: Watch) -> Apart:
        """All scores, and the walks of the first image."""
        config, data, vae = self.trained.asked.config, self.data(), self.model(place)
        if data.factors is None:
            raise AtlasError(f"Nothing is known of the images of {config.dataset}.")
        deal = torch.randperm(len(data.images), generator=Generator().manual_seed(0))
        taken = deal[: self.images]
        codes = posteriors(vae, data.images[taken], treatment=config.treatment)
        factors = replace(data.factors, values=data.factors.values[taken])
        found, each = disentanglement(codes.mu, factors, watch=watch), units(codes)
        owns = zip(found.factors, found.information.owned, strict=True)
        walked = each.order[:WALKS]
        walks = walked_means(vae, codes.mu[0], walked, STEPS, EXTENT)
        return Apart(
            scores={
                name: Told(value=score.value, half_width=score.half_width, chance=score.chance)
                for name, score in found.scores.items()
            },
            owned=tuple(name for name, own in owns if own),
            active=each.count,
            rate=sum(each.rate),
            walks=grid_of(self.trained.name, self.title, few_levels(walks)),
        )
