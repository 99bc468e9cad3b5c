"""The gap in the bound of a trained model, and its two parts, as a cell."""

from dataclasses import dataclass
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.cells import JSON, Cell, Place, TrainingCell
from latent_atlas.reproduce.inference_cells import trained_model
from vae_core.evaluation import Watch
from vae_core.evaluation.gaps import Gap, gaps

DRAWS = 1_000  # of each posterior and image


class Part(BaseModel):
    """A mean in nats per image, and its standard error on these images, over draws."""

    model_config = ConfigDict(frozen=True)

    mean: float
    error: float


class Shortfall(BaseModel):
    """The result, of test images: log p(x) − L[q_φ], the family's part and the encoder's.

    Attributes:
        log_p: log p(x), by the grid or AIS.
        inference, approximation, amortisation: as ``evaluation.gaps`` has them.
        doubts: why some of it may be wrong, in sentences.
    """

    model_config = ConfigDict(frozen=True)

    log_p: Part
    inference: Part
    approximation: Part
    amortisation: Part
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class GapCell:
    """Measures the gaps of a trained model on the first ``images`` test images."""

    trained: TrainingCell
    images: int

    @property
    def name(self) -> str:
        """After the training's."""
        return f"gap-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training."""
        return (self.trained,)

    @property
    def cost(self) -> float:
        """About that of ten thousand passes through the decoder an image."""
        return 10_000.0 * self.images * max(self.trained.asked.config.hidden, default=1)

    def question(self) -> dict[str, Any]:
        """The training's question, and how it is measured."""
        return {"trained": self.trained.question(), "images": self.images, "draws": DRAWS}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """A ``Shortfall`` as JSON."""
        torch.set_num_threads(1)
        vae, _, test = trained_model(self.trained, place, self.images)
        found = gaps(vae, test, draws=DRAWS, watch=watch)
        log_p = found.evidence.joined
        return Shortfall(
            log_p=Part(mean=log_p.mean, error=log_p.standard_error),
            inference=_part(found.inference),
            approximation=_part(found.approximation),
            amortisation=_part(found.amortisation),
            doubts=tuple(each.sentence for each in found.doubts),
        ).model_dump(mode="json")


def _part(gap: Gap) -> Part:
    return Part(mean=gap.mean, error=gap.standard_error)
