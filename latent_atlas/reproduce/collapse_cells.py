"""Which dimensions of a trained model are in use, beside those foretold, as a cell."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.model_cell import ModelCell
from vae_core.evaluation import Watch
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units
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
class InUseCell(ModelCell):
    """Looks which dimensions of a trained model are in use, on its first ``images`` images."""

    prefix: ClassVar[str] = "in-use"

    images: int

    @property
    def cost(self) -> float:
        """Next to nothing."""
        return float(self.images)

    def measure(self, place: Place, watch: Watch) -> InUse:
        """On images of the training."""
        config = self.trained.asked.config
        images, _ = self.first_images(self.images)
        found = units(posteriors(self.model(place), images, treatment=config.treatment))
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
        )
