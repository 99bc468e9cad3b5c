"""The gap in the bound of a trained model, and its two parts, as a cell."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.model_cell import ModelCell
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
class GapCell(ModelCell):
    """Measures the gaps of a trained model on the first ``images`` test images."""

    prefix: ClassVar[str] = "gap"

    images: int

    @property
    def cost(self) -> float:
        """About that of ten thousand passes through the decoder an image."""
        return 10_000.0 * self.images * self.width

    def question(self) -> dict[str, Any]:
        """The training's question, and how it is measured."""
        return super().question() | {"draws": DRAWS}

    def measure(self, place: Place, watch: Watch) -> Shortfall:
        """On the test images."""
        _, test = self.first_images(self.images)
        found = gaps(self.model(place), test, draws=DRAWS, watch=watch)
        log_p = found.evidence.joined
        return Shortfall(
            log_p=Part(mean=log_p.mean, error=log_p.standard_error),
            inference=_part(found.inference),
            approximation=_part(found.approximation),
            amortisation=_part(found.amortisation),
            doubts=tuple(each.sentence for each in found.doubts),
        )


def _part(gap: Gap) -> Part:
    return Part(mean=gap.mean, error=gap.standard_error)
