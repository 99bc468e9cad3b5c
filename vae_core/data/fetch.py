"""Downloading a dataset into the data folder: whole and checked, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from vae_core.data.abandoned import remove_abandoned
from vae_core.data.download import (
    Cancelled,
    FetchCancelled,
    MirrorsFailed,
    Progress,
    download,
)
from vae_core.data.registry import (
    SOURCES,
    DatasetInfo,
    available_datasets,
    data_folder,
    load_dataset,
)
from vae_core.data.source import Source
from vae_core.errors import AtlasError
from vae_core.sentences import why

STAGING = ".fetching-"


def fetch_dataset(
    name: str,
    data_dir: Path | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> DatasetInfo:
    """Make sure that the dataset `name` is in the data folder, downloading what is missing.

    What is there and sound stays; what is damaged is replaced. Both callbacks are called in this
    thread, ten times a second: `progress` with the bytes done and in all (None while no server has
    told), `cancelled` to ask whether to stop.

    Raises:
        FetchCancelled: `cancelled` said so; nothing was kept.
        AtlasError: there is no such dataset, no mirror has it whole, or it cannot be written; the
            message says which file to put where.
    """
    source = SOURCES.get(name)
    if source is None:
        known = ", ".join(known.name for known in SOURCES.values() if known.remote)
        raise AtlasError(f"No dataset “{name}” can be downloaded. Choose one of: {known}.")
    folder = data_folder(data_dir)
    if not _sound(source, folder):
        if not source.remote:
            raise AtlasError(f"{source.title} is not downloaded: it is {source.where(folder)}.")
        _fetch(source, folder, progress or _silent, cancelled or _never)
        load_dataset(name, folder)  # raises if older files beside the new ones are still in the way
    return next(info for info in available_datasets(folder) if info.name == name)


def _sound(source: Source, folder: Path) -> bool:
    """Whether the dataset is there and can be read."""
    if not source.locate(folder):
        return False
    try:
        load_dataset(source.name, folder)
    except AtlasError:
        return False
    return True


def _fetch(source: Source, folder: Path, progress: Progress, cancelled: Cancelled) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder, f"{STAGING}*")
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        files = _download_all(source, staging, progress, cancelled)
        target = folder / source.name
        target.mkdir(exist_ok=True)
        for file in files:
            os.replace(file, target / file.name)
    except MirrorsFailed as error:
        raise AtlasError(
            f"{source.title} could not be downloaded: {why(error)}. "
            f"Put {source.files} into {folder / source.name}."
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _download_all(
    source: Source, staging: Path, progress: Progress, cancelled: Cancelled
) -> list[Path]:
    """Each file in turn; `progress` hears of all of them together."""
    files: list[Path] = []
    behind = 0
    for position, remote in enumerate(source.remote):
        ahead = sum(later.size for later in source.remote[position + 1 :])
        files.append(
            download(remote, staging, source.decode, _shifted(progress, behind, ahead), cancelled)
        )
        behind += files[-1].stat().st_size
    if cancelled():
        raise FetchCancelled("The download was cancelled; nothing of it was kept.")
    return files


def _shifted(progress: Progress, behind: int, ahead: int) -> Progress:
    """Progress of one file as progress of all: `behind` bytes are done, `ahead` follow."""

    def told(done: int, total: int | None) -> None:
        progress(behind + done, behind + total + ahead if total else None)

    return told


def _unwritable(folder: Path, error: OSError) -> AtlasError:
    return AtlasError(
        f"The data folder {folder} cannot be written ({error.strerror or error}): name another "
        "with --data-dir or LATENT_ATLAS_DATA."
    )


def _silent(done: int, total: int | None) -> None:
    """Nobody is told."""


_never: Callable[[], bool] = bool  # bool() is False
