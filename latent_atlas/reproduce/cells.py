"""A cell: one question, its answer on disk, and how it is answered if it is not there yet.

``FOLDER/cells/NAME.json`` holds question and answer together, so that an answer is never taken for
that of another question: asked with other settings, the cell is computed anew.
"""

import json
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from latent_atlas.reproduce.questions import Point, Question
from latent_atlas.reproduce.training_cell import train_and_measure
from vae_core.evaluation import Watch
from vae_core.runs.environment import this_environment
from vae_core.runs.files import write_atomically

# What JSON can say; each kind of cell knows what its own results look like.
JSON: TypeAlias = Any


class Answer(BaseModel):
    """The content of a cell's file.

    Attributes:
        question: what was asked, as JSON.
        result: what was found, as JSON; each kind of cell knows its own.
        date: when, UTC, ISO 8601.
        environment: versions and machine.
        seconds: that it took in all.
    """

    model_config = ConfigDict(frozen=True)

    question: dict[str, Any]
    result: JSON
    date: str
    environment: dict[str, str]
    seconds: float


@dataclass(frozen=True)
class Place:
    """Where a cell's files are: ``folder`` is that of the whole reproduction."""

    folder: Path
    name: str

    @property
    def answer(self) -> Path:
        """Question and answer, once it is answered."""
        return self.folder / "cells" / f"{self.name}.json"

    @property
    def partial(self) -> Path:
        """The state of an answer under way."""
        return self.folder / "cells" / f"{self.name}.partial"

    @property
    def model(self) -> Path:
        """The trained model, for cells that train one."""
        return self.folder / "models" / f"{self.name}.safetensors"


class Cell(Protocol):
    """Something to find out. Cells travel to other processes, so they are plain data."""

    @property
    def name(self) -> str:
        """Unique in a reproduction."""
        ...

    @property
    def needs(self) -> tuple["Cell", ...]:
        """Cells whose models it reads: to be answered before."""
        ...

    @property
    def cost(self) -> float:
        """Roughly how long it takes, in units that compare among cells."""
        ...

    def question(self) -> dict[str, Any]:
        """All that the answer depends on, as JSON."""
        ...

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """The result, as JSON. Raises AtlasError, Cancelled."""
        ...


@dataclass(frozen=True)
class TrainingCell:
    """A cell that trains a model and measures it at its marks."""

    asked: Question

    @property
    def name(self) -> str:
        """The question's."""
        return self.asked.name

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """Samples times hidden units times draws of z."""
        config = self.asked.config
        width = max(config.hidden, default=1)
        return float(self.asked.marks[-1]) * width * config.algorithm.decoder_passes

    def question(self) -> dict[str, Any]:
        """The question without the folder that the data lie in, and without what is as usual:

        so that an option that a later version adds does not make it another question.
        """
        asked = self.asked.model_dump(mode="json", exclude_defaults=True, exclude={"config"})
        config = self.asked.config.given()
        config.pop("data_dir", None)
        return asked | {"config": config}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """One point a mark, as ``Point`` in JSON."""
        place.model.parent.mkdir(parents=True, exist_ok=True)
        points = train_and_measure(self.asked, place.partial, place.model, watch)
        return [point.model_dump(mode="json") for point in points]

    @property
    def data_dir(self) -> Path | None:
        """The folder that the data lie in, if not the usual one."""
        folder = self.asked.config.data_dir
        return Path(folder) if folder else None

    def in_folder(self, data_dir: Path | None) -> "TrainingCell":
        """The same question with data from this folder."""
        config = self.asked.config.model_copy(
            update={"data_dir": str(data_dir) if data_dir else None}
        )
        return replace(self, asked=self.asked.model_copy(update={"config": config}))


def points_of(answer: Answer) -> tuple[Point, ...]:
    """The points of a training cell's answer."""
    return tuple(Point.model_validate(point) for point in answer.result)


def stored_answer(cell: Cell, folder: Path) -> Answer | None:
    """The answer to this very question, if ``folder`` holds it."""
    try:
        answer = Answer.model_validate_json(Place(folder, cell.name).answer.read_bytes())
    except (OSError, ValidationError):
        return None
    return answer if _same(answer.question, cell.question()) else None


def answered(cell: Cell, folder: Path, watch: Watch | None = None, *, anew: bool = False) -> Answer:
    """The answer to a cell, from ``folder`` or found out now and stored there.

    `anew`: whatever is stored, as for a model that is gone. A partial state left by an interrupted
    process is gone on with, unless it is that of another question.

    Raises:
        AtlasError: the data are absent, or a training diverged.
        Cancelled: ``watch`` said so; the work under way is kept.
        OSError: the folder cannot be written.
    """
    found = None if anew else stored_answer(cell, folder)
    if found is not None:
        return found
    place = Place(folder, cell.name)
    place.answer.parent.mkdir(parents=True, exist_ok=True)
    _forget_other_question(place, cell)
    started = time.perf_counter()
    result = cell.find_out(place, watch or Watch())
    answer = Answer(
        question=cell.question(),
        result=result,
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        environment=environment(),
        seconds=time.perf_counter() - started,
    )
    write_atomically(place.answer, answer.model_dump_json(indent=1))
    place.partial.with_suffix(".asked").unlink(missing_ok=True)
    return answer


def environment() -> dict[str, str]:
    """Versions and machine, by name, as results are stored with."""
    here = this_environment(1)
    return {
        "torch": here.torch,
        "code": here.code,
        "python": here.python,
        "machine": here.machine,
        "system": platform.system(),
        "precision": here.precision,
    }


def _forget_other_question(place: Place, cell: Cell) -> None:
    asked = place.partial.with_suffix(".asked")
    question = json.dumps(cell.question(), sort_keys=True)
    try:
        same = asked.read_text(encoding="utf-8") == question
    except OSError:
        same = False
    if not same:
        place.partial.unlink(missing_ok=True)
        write_atomically(asked, question)


def _same(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    return json.dumps(stored, sort_keys=True) == json.dumps(asked, sort_keys=True)
