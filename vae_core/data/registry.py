"""The datasets by name: which there are, which are present, and reading one of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from vae_core.data.dataset import Dataset
from vae_core.data.own import store
from vae_core.data.source import Likeness, Source
from vae_core.declarations import DeclaredObjects
from vae_core.errors import AtlasError
from vae_core.folders import cache_folder
from vae_core.sentences import did_you_mean

SOURCES: Mapping[str, Source] = DeclaredObjects("vae_core.data.sources", Source)


@dataclass(frozen=True)
class DatasetInfo:
    """What can be told about a dataset without reading its pixels.

    `present` says whether the files are there (not that they are sound), `where` the folder they
    are in or were looked for, `remedy` what to do when they are absent, `counts` the images per
    split. `binary` and `test_splits` are those of `Dataset`; `fetchable` says whether
    `fetch_dataset` can download it; `likeness` is that of `Source`.
    """

    name: str
    title: str
    present: bool
    where: str
    remedy: str
    image_shape: tuple[int, int, int]
    counts: dict[str, int]
    licence: str
    binary: bool = False
    test_splits: dict[str, str] = field(default_factory=dict)
    fetchable: bool = False
    likeness: Likeness = "any"

    def test_split(self, train_split: str) -> str:
        """The name of the split to test on what was trained on `train_split`."""
        return self.test_splits.get(train_split, "test")


def data_folder(data_dir: Path | None = None) -> Path:
    """Where datasets lie: `data_dir`, else LATENT_ATLAS_DATA, else the platform's cache folder."""
    if data_dir is not None:
        return Path(data_dir).expanduser()
    if named := os.environ.get("LATENT_ATLAS_DATA"):
        return Path(named).expanduser()
    return cache_folder()


def available_datasets(data_dir: Path | None = None) -> list[DatasetInfo]:
    """Every dataset that there is, present or not, people's own last.

    Reads no pixels, never raises.
    """
    folder = data_folder(data_dir)
    return [
        DatasetInfo(
            name=source.name,
            title=source.title,
            present=bool(source.locate(folder)),
            where=source.where(folder),
            remedy=source.remedy,
            image_shape=source.image_shape,
            counts=dict(source.counts),
            licence=source.licence,
            binary=source.binary,
            test_splits=dict(source.test_splits),
            fetchable=bool(source.remote),
            likeness=source.likeness,
        )
        for source in SOURCES.values()
    ] + [
        DatasetInfo(
            name=own.name,
            title=own.title,
            present=True,
            where=str(own.file.parent),
            remedy="",
            image_shape=own.image_shape,
            counts=dict(own.counts),
            licence=store.LICENCE,
            test_splits=own.test_splits,
        )
        for own in store.own_datasets(data_dir)
    ]


def load_dataset(name: str, data_dir: str | Path | None = None) -> Dataset:
    """The dataset called `name`; asked again for unchanged files, it returns the same object.

    Raises AtlasError if there is no dataset of that name, or if its files are missing or damaged.
    """
    if not isinstance(name, str):
        raise AtlasError(f"{name!r} names no dataset. Choose one of: {', '.join(SOURCES)}.")
    data_dir = None if data_dir is None else Path(data_dir)
    if store.is_own(name):
        return store.load(name, data_dir)
    source = SOURCES.get(name) or SOURCES.get(name.lower())
    if source is None:
        meant = did_you_mean(name, SOURCES) or f": choose one of {', '.join(SOURCES)}"
        raise AtlasError(f"There is no dataset called “{name}”{meant}.")
    folder = data_folder(data_dir)
    return _load(source.name, folder, _stamps(source.locate(folder)))


# Images are held once however many pages ask for them. The stamps make a replaced file a new entry.
@lru_cache(maxsize=4)
def _load(name: str, folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> Dataset:
    return SOURCES[name].load(folder)


def _stamps(files: list[Path]) -> tuple[tuple[Path, int, int], ...]:
    try:
        found = [(file, file.stat()) for file in files]
    except OSError:  # gone since it was located: `load` looks again and tells what is missing
        return ()
    return tuple((file, stat.st_size, stat.st_mtime_ns) for file, stat in found)


def companion_datasets(
    trained_on: str | None, image_shape: tuple[int, int, int], data_dir: Path | None = None
) -> list[str]:
    """The names of present datasets of that shape [C, H, W], best first, reading no pixel.

    What the model was trained on comes first, then what stands in for it, then what comes with the
    program, so that there is something to look at; `kinship` says which of these it is.
    """
    known = available_datasets(data_dir)
    fitting = {each.name for each in known if each.present and each.image_shape == image_shape}
    wanted = [] if trained_on is None else [trained_on]
    wanted += [each.name for each in SOURCES.values() if each.stands_in_for in wanted]
    wanted += [each.name for each in SOURCES.values() if each.embedded]
    return [name for name in dict.fromkeys(wanted) if name in fitting]
