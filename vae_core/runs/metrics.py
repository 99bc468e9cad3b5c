"""The log of a run: ``metrics.jsonl``, one event a line, only ever appended to.

A line that was cut off by a kill is ignored (``log_reader`` reads). A resume from step n writes a
``resume`` event, and readers drop the earlier measurements beyond n, for those steps are about to
be made again. Changes of settings are *not* dropped: the resumed run makes them again at their
steps (``course``).
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from vae_core.quantities import Amount, Count, Measures, Number, Sentence, Vectors

Word = Annotated[str, Field(max_length=100)]
CHANGEABLE = (
    "learning_rate",
    "beta",
    "free_bits",
    "total_correlation",
    "gamma",
    "off_diagonal",
    "on_diagonal",
)


class MetricEvent(BaseModel):
    """Measurements at one step: means over images, by the names of their quantities.

    Attributes:
        train: over the images trained on since the event before.
        train_half_widths: the ± of each of them over images, as neighbouring batches differ.
        test: on the fixed probe of test images, or on the whole split where ``full_test``.
        test_half_widths: the ± of each of them over images (``vae_core.evaluation.intervals``).
        valid: on the whole validation split, at epoch ends, where the dataset has one.
        valid_half_widths: the ± of each of them over images, as for ``test``; not in older logs.
        vectors: those of several numbers an image, over the same images as ``train``.
        vector_half_widths: the ± of each of their entries.
        seconds: time spent training so far.
        in_force: the settings that the last step was made with, scheduled and changed ones too.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["metrics"] = "metrics"
    step: Count
    samples: Count
    epoch: Amount
    seconds: Amount
    train: Measures
    train_half_widths: Measures | None = None
    test: Measures | None = None
    test_half_widths: Measures | None = None
    valid: Measures | None = None
    valid_half_widths: Measures | None = None
    full_test: bool = False
    vectors: Vectors = Field(default_factory=dict)
    vector_half_widths: Vectors = Field(default_factory=dict)
    gradient_norm: Number
    learning_rate: Amount
    images_per_second: Amount
    in_force: Measures | None = None

    def parts(self) -> Iterator[tuple[str, dict[str, float], dict[str, float]]]:
        """Each part of the data that was measured: its name, its means and their half widths.

        ``test probe`` is the fixed probe of test images, ``test`` the whole split.
        """
        yield "train", self.train, self.train_half_widths or {}
        if self.valid is not None:
            yield "valid", self.valid, self.valid_half_widths or {}
        if self.test is not None:
            part = "test" if self.full_test else "test probe"
            yield part, self.test, self.test_half_widths or {}

    @model_validator(mode="before")
    @classmethod
    def _of_older_logs(cls, event: object) -> object:
        """Logs once knew one vector, under a name of its own."""
        if isinstance(event, dict) and isinstance(event.get("rate_per_dim"), list):
            rest = {key: value for key, value in event.items() if key != "rate_per_dim"}
            return rest | {"vectors": {"rate_per_dim": event["rate_per_dim"]}}
        return event


class ChangeEvent(BaseModel):
    """From this step on, other settings, whatever their schedules say.

    Attributes:
        step, samples: how far the run had come: the next step is the first with them. Older logs do
            not tell the samples.
        learning_rate … on_diagonal: the new values of those of ``CHANGEABLE`` that were changed.
        before: their values until then.
        command: the id of the command that asked for it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["change"] = "change"
    step: Count
    samples: Count | None = None
    learning_rate: Amount | None = None
    beta: Amount | None = None
    free_bits: Amount | None = None
    total_correlation: Amount | None = None
    gamma: Amount | None = None
    off_diagonal: Amount | None = None
    on_diagonal: Amount | None = None
    before: Measures | None = None
    command: Word | None = None

    def values(self) -> dict[str, float]:
        """The new values, by the names of the settings."""
        found = {name: getattr(self, name) for name in CHANGEABLE}
        return {name: value for name, value in found.items() if value is not None}


class RefusalEvent(BaseModel):
    """A command that was not obeyed, and why, in a sentence."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["refusal"] = "refusal"
    step: Count
    reason: Sentence
    command: Word | None = None


class ResumeEvent(BaseModel):
    """The run went on from the checkpoint of this step; ``note`` says if not bit for bit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["resume"] = "resume"
    step: Count
    note: Sentence | None = None


class StandardsEvent(BaseModel):
    """What a training is held against (``vae_core.evaluation.Standards``), before its first step.

    Runs that began before this was measured have none, and are held against nothing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: Literal["standards"] = "standards"
    untrained: Number
    mean_image: Number
    numbers: Count


Event = MetricEvent | ChangeEvent | RefusalEvent | ResumeEvent | StandardsEvent

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


class MetricsLog:
    """The writing end. Lines reach the operating system at once and the disk at ``sync``."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        if _ends_mid_line(path):
            self._file.write(b"\n")

    def append(self, event: Event) -> None:
        """Add one line."""
        text = json.dumps(event.model_dump(mode="json", exclude_none=True), allow_nan=False)
        self._file.write(text.encode() + b"\n")
        self._file.flush()

    def sync(self) -> None:
        """Make everything appended so far durable."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """End writing."""
        self._file.close()


def measurements(events: Iterable[Event]) -> list[MetricEvent]:
    """The measurements that still hold: what a resume went back behind is left out."""
    kept: list[MetricEvent] = []
    for event in events:
        if isinstance(event, MetricEvent):
            kept.append(event)
        elif isinstance(event, ResumeEvent):
            kept = [earlier for earlier in kept if earlier.step <= event.step]
    return kept


def changes(events: Iterable[Event]) -> list[ChangeEvent]:
    """The changes of settings, by step; of two at one step the later one stands last."""
    found = [event for event in events if isinstance(event, ChangeEvent)]
    return sorted(found, key=lambda change: change.step)


def answered(events: Iterable[Event]) -> dict[str, ChangeEvent | RefusalEvent]:
    """What became of each command that the log answers, by its id."""
    return {
        event.command: event
        for event in events
        if isinstance(event, ChangeEvent | RefusalEvent) and event.command is not None
    }


def standards_of(events: Iterable[Event]) -> StandardsEvent | None:
    """What the run is held against, if that was measured."""
    return next((event for event in events if isinstance(event, StandardsEvent)), None)


def _ends_mid_line(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"
