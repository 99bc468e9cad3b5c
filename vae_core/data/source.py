"""What a place that datasets come from has to tell about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vae_core.data.dataset import Dataset


@dataclass(frozen=True)
class Source:
    """A dataset before it is read.

    `locate` takes the data folder and gives the files that `load` would read; it returns an empty
    list when one of them is missing, and never raises. `load` raises AtlasError. `where` tells
    people, in words or as a path, where the files are or were looked for.
    """

    name: str
    title: str
    image_shape: tuple[int, int, int]
    counts: Mapping[str, int]
    licence: str
    remedy: str
    where: Callable[[Path], str]
    locate: Callable[[Path], list[Path]]
    load: Callable[[Path], Dataset]
