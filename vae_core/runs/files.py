"""Files that survive being killed while they are written, and reading what such a kill left."""

import os
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

_T = TypeVar("_T")


def read_json_lines(path: Path, kind: TypeAdapter[_T]) -> list[_T]:
    """What the lines of ``path`` hold, in order, without those that are torn or not of this kind.

    A file that is not there has no lines.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        if line:
            try:
                found.append(kind.validate_json(line))
            except ValidationError:
                continue
    return found


def write_atomically(path: Path, text: str) -> None:
    """Afterwards ``path`` holds the old text or all of the new one, whatever happens in between."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
