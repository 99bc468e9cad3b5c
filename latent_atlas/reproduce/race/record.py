"""The record of a race: ``race.jsonl``, one event a line, only ever appended to."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from vae_core.runs.files import read_json_lines


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Course(_Line):
    """What everybody runs: the same data, networks, start and recipe.

    Attributes:
        samples: datapoint gradients that each racer evaluates.
        images: of the training set, few enough for MCEM, which visits all of them in turn.
        test_images: on which log p(x) is measured.
        hidden: width of the one hidden layer of each network.
        learning_rate: of Adam.
        seed: of the start and of all draws.
    """

    samples: Annotated[int, Field(ge=1)] = 200_000
    images: Annotated[int, Field(ge=1)] = 2_000
    test_images: Annotated[int, Field(ge=1)] = 300
    hidden: Annotated[int, Field(ge=1)] = 100
    batch_size: Annotated[int, Field(ge=1)] = 100
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    seed: int = 0


class Entry(_Line):
    """Who takes part: a key, the name that people read, and what the algorithm is told."""

    key: str
    title: str
    algorithm: str
    settings: dict[str, str | int | float] = Field(default_factory=dict)


class Begun(_Line):
    """The first line."""

    event: Literal["begun"] = "begun"
    course: Course
    entries: tuple[Entry, ...]


class Point(_Line):
    """Where a racer is.

    Attributes:
        racer: its key.
        samples: datapoint gradients evaluated.
        seconds: of computing that its own steps took; measuring is not counted.
        log_p: mean log p(x) of the test images, nats per image.
        half_width: its ± over images (`vae_core.evaluation.intervals`); races of before have none.
    """

    event: Literal["point"] = "point"
    racer: str
    samples: int
    seconds: float
    log_p: float
    half_width: float | None = None


class Out(_Line):
    """A racer gave up; ``reason`` is a sentence."""

    event: Literal["out"] = "out"
    racer: str
    reason: str


class Ended(_Line):
    """The last line, if the process lived to write it; ``reason`` is a sentence if it failed."""

    event: Literal["ended"] = "ended"
    state: Literal["finished", "cancelled", "failed"]
    reason: str = ""


Event = Begun | Point | Out | Ended

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def append(path: Path, event: Event) -> None:
    """Add one line; it reaches whoever reads at once."""
    with path.open("ab") as file:
        file.write(event.model_dump_json().encode() + b"\n")


def read(path: Path) -> list[Event]:
    """All events in order, without lines that are torn or not ours."""
    return read_json_lines(path, _EVENT)
