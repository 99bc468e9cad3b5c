"""The sheets of samples that the browser fetches: of runs, as they are kept, and of models."""

from functools import lru_cache
from pathlib import Path

from latent_atlas.ui.latent_plane.live import watched
from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.owners import Owner
from latent_atlas.ui.visible_data import visible_run
from vae_core.errors import AtlasError
from vae_core.runs.sample_sheets import (
    EPOCH_DIGIT,
    affordable_count,
    list_sheets,
    newest_path,
    read_sheet,
    sample_bytes,
    sheet_bytes,
)


def newest_sheet(run_id: str, after: int, who: Owner | None) -> bytes | None:
    """The newest sheet of a run that trains, or None where that is the one of the step `after`.

    `who` asks.

    Raises:
        Ended: the run does not train, or was removed while it was watched.
        AtlasError: there is no such run, its images are somebody else's, or its sheet is not sound.
    """
    path = newest_path(watched(run_id, who).samples_path)
    try:
        stat = path.stat()
    except OSError:
        return None  # the first one is about to come
    try:
        step, content = _read(path, (stat.st_mtime_ns, stat.st_size))
    except AtlasError:
        if path.exists():
            raise
        return None
    return content if step != after else None


def kept_sheet(run_id: str, epoch: float, who: Owner | None) -> bytes:
    """The sheet of a run that was drawn at an epoch.

    Raises AtlasError: there is no such run or sheet, its images are somebody else's, or it is not
    sound.
    """
    run = visible_run(run_id, who)
    sheets = list_sheets(run.samples_path)
    found = next((each.path for each in sheets if abs(each.epoch - epoch) < EPOCH_DIGIT), None)
    if found is None:
        raise AtlasError("This sheet of samples is not here any more: reload the page.")
    sheet = read_sheet(found)
    return sheet_bytes(sheet.images, sheet.step, sheet.epoch)


@lru_cache(maxsize=32)
def drawn_sheet(digest: str, draw: int) -> bytes:
    """Samples of the model whose file has this SHA-256. Raises AtlasError: it makes none."""
    model = load_by_digest(digest).model
    return sheet_bytes(sample_bytes(model, affordable_count(model), draw), 0, 0)


@lru_cache(maxsize=8)  # a run has one newest sheet, whoever asks for it
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[int, bytes]:
    sheet = read_sheet(path)
    return sheet.step, sheet_bytes(sheet.images, sheet.step, sheet.epoch)
