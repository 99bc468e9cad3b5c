"""What a place that datasets come from has to tell about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os.path import isfile
from pathlib import Path
from typing import Literal

from vae_core.data.dataset import Dataset
from vae_core.data.mirrors import RemoteFile

# What images are like: digits that were centred as MNIST's, other things that are light on a dark
# ground, or anything.
Likeness = Literal["mnist", "light-on-dark", "any"]


@dataclass(frozen=True)
class Source:
    """A dataset before it is read.

    `locate` takes the data folder and gives the files that `load` would read; it returns an empty
    list when one of them is missing, and never raises. `load` raises AtlasError. `where` tells
    people, in words or as a path, where the files are or were looked for. `binary` and
    `test_splits` are those of `Dataset`.

    What can be downloaded has `remote`, the files to put into the folder `name` of the data folder,
    `files`, which names them to people, and `decode`, which gives the bytes in such a file that its
    SHA-256 is of.

    `order` is its place among those that people are offered: most useful first that is always
    there. What is `embedded` comes with the program, and stands in where the dataset that it
    `stands_in_for` is absent. `likeness` says what its images are like, so that one of somebody's
    own is prepared as they were.
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
    binary: bool = False
    test_splits: Mapping[str, str] = field(default_factory=dict)
    remote: tuple[RemoteFile, ...] = ()
    files: str = ""
    decode: Callable[[Path], bytes] = Path.read_bytes
    order: int = 1_000
    embedded: bool = False
    stands_in_for: str = ""
    likeness: Likeness = "any"


def remedy(name: str, files: str) -> str:
    """What to do about the absent or damaged `files` of a dataset that can be downloaded."""
    return (
        f"Run `latent-atlas data fetch {name}`, or put {files} into the folder {name} of the "
        "data folder, which --data-dir or LATENT_ATLAS_DATA names."
    )


def find_any(data: Path, name: str, files: tuple[str, ...]) -> Path | None:
    """The first of `files` that is there: in the folder `name` of the data folder, or beside it."""
    candidates = (folder / file for folder in (data / name, data) for file in files)
    # Not Path.is_file, which raises where a folder may not be entered.
    return next((file for file in candidates if isfile(file)), None)


def folder_of(files: list[Path], otherwise: Path) -> Path:
    """The folder that the files found are in, or the one to put them into."""
    return files[0].parent if files else otherwise
