"""What the user tells a running worker: a small file a command, taken in the order left.

A pause and a stop are gone once they are read. A change stays until the log has it for good, so
that a kill in between neither loses it nor makes it twice.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vae_core.algorithms.settings import Beta, LearningRate
from vae_core.options import options_of, refusal
from vae_core.quantities import Amount
from vae_core.runs.files import sync_folder, write_atomically
from vae_core.sentences import plain

_LARGEST = 10_000  # bytes: no command is longer


class Command(BaseModel):
    """Pause, stop, or change settings from the next step on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Literal["pause", "stop", "change"]
    learning_rate: LearningRate | None = None
    beta: Beta | None = None
    free_bits: Amount | None = None
    total_correlation: Amount | None = None
    gamma: Amount | None = None
    off_diagonal: Amount | None = None
    on_diagonal: Amount | None = None

    def values(self) -> dict[str, float]:
        """What a change asks for, by the names of the settings."""
        return self.model_dump(exclude={"command"}, exclude_none=True)


@dataclass(frozen=True)
class Waiting:
    """A file that waits: its command, or the sentence that says why it is none."""

    path: Path
    command: Command | None
    problem: str | None = None

    @property
    def id(self) -> str:
        """By which the answer in the log names it."""
        return plain(self.path.stem, 80)

    def remove(self) -> None:
        """It is done with."""
        self.path.unlink(missing_ok=True)


def leave_command(folder: Path, command: Command) -> str:
    """Put a command where the worker will find it; returns its id."""
    folder.mkdir(exist_ok=True)
    name = f"{time.time_ns():020d}-{command.command}-{secrets.token_hex(2)}"
    write_atomically(folder / f"{name}.json", command.model_dump_json(exclude_none=True))
    sync_folder(folder)
    return name


def waiting_commands(folder: Path) -> list[Waiting]:
    """The files that wait, oldest first, those that are no command among them; all stay."""
    return list(_read(folder))


def take_commands(folder: Path) -> list[Command]:
    """Remove and return the waiting commands, oldest first; what is not a command is dropped."""
    found = waiting_commands(folder)
    for each in found:
        each.remove()
    return [each.command for each in found if each.command is not None]


def _read(folder: Path) -> Iterator[Waiting]:
    try:
        paths = sorted(
            path for path in folder.iterdir() if path.suffix == ".json" and path.is_file()
        )
    except FileNotFoundError:
        return
    for path in paths:
        try:
            with path.open("rb") as file:
                yield Waiting(path, Command.model_validate_json(file.read(_LARGEST)))
        except ValidationError as error:
            told = refusal(error, options_of(Command))
            if error.errors()[0]["type"] == "json_invalid":
                told = "What was left holds no command: it cannot be read"
            yield Waiting(path, None, f"{told}.")
        except OSError:  # taken away meanwhile
            continue
