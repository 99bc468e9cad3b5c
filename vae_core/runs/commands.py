"""What the user tells a running worker: a small file a command, taken in the order left."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vae_core.algorithms.settings import Beta, LearningRate
from vae_core.runs.files import write_atomically


class Command(BaseModel):
    """Pause, stop, or change settings from the next step on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Literal["pause", "stop", "change"]
    learning_rate: LearningRate | None = None
    beta: Beta | None = None


def leave_command(folder: Path, command: Command) -> None:
    """Put a command where the worker will find it."""
    folder.mkdir(exist_ok=True)
    name = f"{time.time_ns():020d}-{command.command}.json"
    write_atomically(folder / name, command.model_dump_json(exclude_none=True))


def take_commands(folder: Path) -> list[Command]:
    """Remove and return the waiting commands, oldest first; what is not a command is dropped."""
    try:
        paths = sorted(
            path for path in folder.iterdir() if path.suffix == ".json" and path.is_file()
        )
    except FileNotFoundError:
        return []
    commands = []
    for path in paths:
        with suppress(ValidationError, OSError):  # put there by hand: nothing to obey
            commands.append(Command.model_validate_json(path.read_bytes()))
        path.unlink(missing_ok=True)
    return commands
