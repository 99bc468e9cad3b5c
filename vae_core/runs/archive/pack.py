"""Writing runs into a ZIP, also while they train."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

from vae_core.errors import AtlasError
from vae_core.runs.archive.members import ANNOTATIONS, CONFIG, STATUS, largest_size
from vae_core.runs.checkpoints import MODEL, STATE, steps
from vae_core.runs.run import Run
from vae_core.runs.status import RunStatus


def export_runs(runs: Sequence[Run], target: BinaryIO) -> None:
    """Write a ZIP with a folder a run, as ``import_runs`` reads it.

    Each has its configuration without the folder of its data, how far it is, its curves, title,
    note, tags and star, its checkpoints, snapshots and sheets of samples. Owners, locks, commands
    and what the worker printed stay here, and so do the data and the pictures of a batch.

    Raises:
        AtlasError: no run was named, one is damaged, is gone by now or cannot be read.
    """
    if not runs:
        raise AtlasError("No run was chosen: name those to export.")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for run in {run.id: run for run in runs}.values():
            try:
                _write(run, archive)
            except OSError as error:
                raise AtlasError(
                    f"{run.id} could not be packed ({error.strerror or error}): see whether it is "
                    "still there, and whether there is room where the ZIP is written."
                ) from error


def exported_bytes(runs: Sequence[Run]) -> int:
    """How many bytes the files of such a ZIP have before they are packed, about."""
    total = 0
    for path in (path for run in runs for paths in _as_they_are(run) for path in paths):
        with suppress(FileNotFoundError):  # pruned while we looked
            total += path.stat().st_size
    return total


def _write(run: Run, archive: zipfile.ZipFile) -> None:
    document, status = run.document, run.status()
    config = document.config.model_copy(update={"data_dir": None})
    exported = document.model_copy(update={"config": config})
    archive.writestr(f"{run.id}/{CONFIG}", exported.model_dump_json(indent=1))
    archive.writestr(f"{run.id}/{STATUS}", _here_no_more(status, run).model_dump_json(indent=1))
    for paths in _as_they_are(run):
        _copy(paths, run, archive)


def _copy(paths: Sequence[Path], run: Run, archive: zipfile.ZipFile) -> None:
    """Files that belong together: all of them, or none where one is gone by now."""
    with ExitStack() as stack:
        try:
            opened = [(path, stack.enter_context(path.open("rb"))) for path in paths]
        except FileNotFoundError:
            return
        for path, source in opened:
            member = zipfile.ZipInfo.from_file(path, f"{run.id}/{_name(path, run)}")
            # Weights do not get smaller, and take long to try.
            tensors = path.suffix == ".safetensors"
            member.compress_type = zipfile.ZIP_STORED if tensors else zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with archive.open(member, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)


def _as_they_are(run: Run) -> Iterator[list[Path]]:
    """The files that are packed as they are, those together that belong together."""
    for step in steps(run.checkpoints_path):
        yield [run.checkpoints_path / f"step-{step}" / each for each in (MODEL, STATE)]
    for path in (*_shown(run), run.start_path, run.path / ANNOTATIONS):
        yield [path]
    yield [run.metrics_path]  # last: it reaches as far as any checkpoint before it


def _shown(run: Run) -> list[Path]:
    """Snapshots, and sheets of samples."""
    folders = (run.snapshots_path, run.samples_path)
    found = [path for folder in folders for path in sorted(folder.glob("*.safetensors"))]
    return [path for path in found if largest_size(_name(path, run)) is not None]


def _name(path: Path, run: Run) -> str:
    return path.relative_to(run.path).as_posix()


def _here_no_more(status: RunStatus, run: Run) -> RunStatus:
    """Without the folders of this machine, which sentences on faults name."""
    if status.reason is None:
        return status
    told = status.reason
    data_dir = run.config.data_dir
    for place, called in (
        (f"{run.path.resolve()}", "the folder of the run"),
        (f"{run.path}", "the folder of the run"),
        (f"{run.path.parent.resolve()}", "the folder of runs"),
        (data_dir or "", "the folder of the data"),
        (f"{Path.home()}", "~"),
    ):
        told = told.replace(place, called) if len(place) > 1 else told
    return status.model_copy(update={"reason": told})
