"""One of those that read what comes from elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Parser:
    """What is read, from which bytes.

    Attributes:
        seeds: sound examples.
        read: returns, or raises AtlasError.
        is_json: the examples are JSON, whose values are to be changed.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[bytes, Path], object]
    is_json: bool = field(default=False)


def as_file(read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    """Reading the bytes as a file of this name."""

    def reading(content: bytes, folder: Path) -> object:
        (folder / "file").write_bytes(content)
        return read(folder / "file")

    return reading


def as_text(read: Callable[[str], object]) -> Callable[[bytes, Path], object]:
    """Reading the bytes as text, in which some may be no characters."""
    return lambda content, folder: read(content.decode("utf-8", "replace"))
