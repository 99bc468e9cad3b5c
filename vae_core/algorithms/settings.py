"""What a learning algorithm may be told: each declares its own, in its own file.

    class Mine(LearnerSettings):
        name: ClassVar[str] = "mine"
        label: ClassVar[str] = "Mine, a new one"
        look_for: ClassVar[str] = "What to look for while it learns."

        patience: Annotated[int, Field(ge=1, le=9, description="How long it waits.")] = 3

        def make(self, vae, generator):
            return MineLearner(vae, self, generator)

The command line, the form and ``config.json`` take it from there.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from torch import Generator

from vae_core.algorithms.base import Algorithm
from vae_core.algorithms.schedules import Epochs, Progress, RateSchedule, falling
from vae_core.errors import AtlasError
from vae_core.models import Model
from vae_core.options import Choice
from vae_core.quantities import Quantity
from vae_core.sentences import counted

LearningRate: TypeAlias = Annotated[
    float,
    Field(
        gt=0,
        le=100,
        allow_inf_nan=False,
        title="Learning rate",
        description="The optimiser's step size. For example 1e-3.",
        json_schema_extra={"flag": "--lr", "symbol": "X", "changeable": True},
    ),
]
SamplesPerImage: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=1000,
        title="Samples per image",
        description="Draws of z for each image and step; the paper uses one.",
        json_schema_extra={"symbol": "L"},
    ),
]
Beta: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=1000,
        allow_inf_nan=False,
        title="Beta",
        description="Weight of the rate while training. One is the true bound.",
        json_schema_extra={"changeable": True},
    ),
]
OptimizerName: TypeAlias = Annotated[
    str,
    Choice({"adam": "Adam", "adagrad": "Adagrad, as in the paper"}),
    Field(title="Optimiser"),
]
WeightPrior: TypeAlias = Annotated[
    str,
    Choice({"none": "none", "normal": "N(0, 1), as in the paper"}),
    Field(
        title="Prior of the weights",
        description="On the weight matrices: learning is then towards their most probable values.",
    ),
]


@dataclass(frozen=True)
class Limit:
    """How many training images are within an algorithm's reach, and why no more are."""

    images: int
    reason: str


class Settings(BaseModel):
    """What one algorithm may be told, and the algorithm that is told so.

    Attributes:
        name: what the command line and ``config.json`` call the algorithm.
        label: what a form calls it.
        look_for: one to three sentences: what to look for while it learns.
        order: where it stands in lists.
        amortised: whether the encoder is part of what it learns. If not, new images are inferred
            one by one.
        traceable: whether a step is to encode the batch, draw z = mu + sigma ⊙ eps, decode, and
            descend distortion + beta · rate: then ``traced_step`` can show it from inside.
        needs_diagonal: whether its gradient is known of a Gaussian without covariances alone.
        trains: the kind of model that it learns.
        reports: the quantities that it measures and what is made of them; the first is the one that
            says how good the model is.
        limit: how many images it can learn from, where that is not any number.
        formerly: settings that came later than others, as it was before they came, where that is
            not what is usual now. A ``config.json`` names all settings that there were, and is read
            so; a command line names none that was usual, and means what is usual now.
        learning_rate: the optimiser's step size; where it has a schedule, the largest.
        learning_rate_schedule: ``constant``, or how it falls (see ``schedules.falling``).
        learning_rate_epochs: between two falls by ``learning_rate_factor``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: ClassVar[str]
    label: ClassVar[str]
    look_for: ClassVar[str]
    order: ClassVar[int] = 1_000
    amortised: ClassVar[bool] = True
    traceable: ClassVar[bool] = False
    needs_diagonal: ClassVar[bool] = False
    trains: ClassVar[type[Model]]
    reports: ClassVar[tuple[Quantity, ...]]
    limit: ClassVar[Limit | None] = None
    formerly: ClassVar[Mapping[str, object]] = MappingProxyType({})

    learning_rate: LearningRate = 1e-3
    learning_rate_schedule: RateSchedule = "constant"
    learning_rate_epochs: Epochs | None = Field(
        default=None,
        title="Epochs between falls",
        description="A third of the run where no number is given.",
        json_schema_extra={
            "flag": "--lr-epochs",
            "placeholder": "a third of the run",
            "needs": ["learning_rate_schedule", "step"],
        },
    )
    learning_rate_factor: Annotated[
        float,
        Field(
            gt=0,
            lt=1,
            title="Factor of a fall",
            json_schema_extra={"flag": "--lr-factor", "needs": ["learning_rate_schedule", "step"]},
        ),
    ] = 0.1

    @abstractmethod
    def make(
        self,
        model: Any,  # noqa: ANN401  # of the kind that it trains
        generator: Generator,
        /,
    ) -> Algorithm:
        """The algorithm, about to learn this model; ``generator`` is its source of randomness."""

    @property
    def reported(self) -> tuple[Quantity, ...]:
        """What it reports of training images: ``reports``, and perhaps what it climbs."""
        return self.reports

    @property
    def simply_weighed(self) -> bool:
        """Whether what it descends is distortion + beta · rate."""
        return True

    def at(self, progress: Progress) -> dict[str, float]:
        """What the algorithm's attributes of these names are to be for the next step."""
        falls = falling(
            self.learning_rate_schedule,
            progress,
            self.learning_rate_epochs,
            self.learning_rate_factor,
        )
        return {"learning_rate": self.learning_rate * falls}

    @property
    def decoder_passes(self) -> int:
        """Samples z per image and gradient."""
        return 1

    @property
    def samples_per_visit(self) -> int:
        """Datapoint gradients that one visit to an image computes (``samples_evaluated``)."""
        return 1

    @classmethod
    def refuse_too_many(cls, images: int) -> None:
        """AtlasError if a training set has more images than the algorithm can learn from."""
        if cls.limit is not None and images > cls.limit.images:
            raise AtlasError(
                f"{cls.limit.reason}, so {counted(images, 'image')} are out of its reach. "
                f"Give it {cls.limit.images:,} or fewer."
            )

    @model_serializer(mode="wrap")
    def _with_name(self, handler: SerializerFunctionWrapHandler) -> Mapping[str, Any]:
        return {"name": self.name, **handler(self)}
