"""What the algorithms share that weigh the rate: its weight, and how that rises."""

from typing import Annotated

from pydantic import Field

from vae_core.algorithms.learner import LearnerSettings
from vae_core.algorithms.schedules import Epochs, Progress, WeightSchedule, rising
from vae_core.algorithms.settings import Beta


class RateSettings(LearnerSettings):
    """What every learner may be told that weighs the rate.

    Attributes:
        beta: the weight; where it has a schedule, the largest.
        beta_schedule: how it gets there (see ``schedules.rising``).
        beta_epochs: of one linear rise.
        beta_cycles: how many times it rises.
    """

    beta: Beta = 1.0
    beta_schedule: WeightSchedule = "none"
    beta_epochs: Epochs | None = Field(
        default=None,
        title="Epochs until beta is whole",
        description="Half of the run where no number is given.",
        json_schema_extra={
            "placeholder": "half of the run",
            "needs": ["beta_schedule", "linear"],
        },
    )
    beta_cycles: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Cycles",
            description="Beta rises in the first half of each.",
            json_schema_extra={"needs": ["beta_schedule", "cyclical"]},
        ),
    ] = 4

    def at(self, progress: Progress) -> dict[str, float]:
        """As ``Settings.at``."""
        rises = rising(self.beta_schedule, progress, self.beta_epochs, self.beta_cycles)
        return super().at(progress) | {"beta": self.beta * rises}
