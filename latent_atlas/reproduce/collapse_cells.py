"""Which dimensions of a trained model are in use, beside those foretold, as a cell."""

from dataclasses import dataclass
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.cells import JSON, Cell, Place, TrainingCell
from latent_atlas.reproduce.inference_cells import trained_model
from vae_core.evaluation import Watch
from vae_core.evaluation.units import posteriors, units
from vae_core.runs.forecast import forecast, known_spectrum, unforeseeable


class InUse(BaseModel):
    """The result, of training images; dimensions by A_j, falling.

    Attributes:
        variance: A_j = Var_x(E[z_j|x]).
        rate: KL(q(z|x) || p(z)) in nats per image.
        active: dimensions with A_j > 0.01.
        foretold: A_j of the linear model; empty where there is no forecast of them.
        eigenvalues: λ_j, of as many directions; likewise.
        threshold: βσ²; likewise 0.
    """

    model_config = ConfigDict(frozen=True)

    variance: tuple[float, ...]
    rate: float
    active: int
    foretold: tuple[float, ...] = ()
    eigenvalues: tuple[float, ...] = ()
    threshold: float = 0.0

    @property
    def distance(self) -> float:
        """The largest of an A_j from its forecast."""
        return max(abs(a - b) for a, b in zip(self.variance, self.foretold, strict=True))


@dataclass(frozen=True)
class InUseCell:
    """Looks which dimensions of a trained model are in use, on its first ``images`` images."""

    trained: TrainingCell
    images: int

    @property
    def name(self) -> str:
        """After the training's."""
        return f"in-use-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training."""
        return (self.trained,)

    @property
    def cost(self) -> float:
        """Next to nothing."""
        return float(self.images)

    def question(self) -> dict[str, Any]:
        """The training's question, and on how many images."""
        return {"trained": self.trained.question(), "images": self.images}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """An ``InUse`` as JSON."""
        torch.set_num_threads(1)
        config = self.trained.asked.config
        vae, images, _ = trained_model(self.trained, place, self.images)
        found = units(posteriors(vae, images, treatment=config.treatment))
        told: dict[str, Any] = {}
        if unforeseeable(config) is None:
            ahead = forecast(config, known_spectrum(images, config.treatment)).found
            if ahead is not None:
                told = {
                    "foretold": ahead.variance,
                    "eigenvalues": ahead.eigenvalues,
                    "threshold": ahead.threshold,
                }
        return InUse(
            variance=tuple(sorted(found.variance, reverse=True)),
            rate=sum(found.rate),
            active=found.count,
            **told,
        ).model_dump(mode="json")
