"""Whether an unpacked folder is a run that may be kept, file by file, as a run's own are read."""

import time

from vae_core.checkpoint import read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, Model, load_model
from vae_core.runs import checkpoints
from vae_core.runs.annotations import annotations_problem
from vae_core.runs.archive.members import ANNOTATIONS, CONFIG
from vae_core.runs.clone import fits
from vae_core.runs.config import RunConfig
from vae_core.runs.files import write_atomically
from vae_core.runs.run import Run
from vae_core.runs.sample_sheets import read_sheet
from vae_core.runs.snapshots import (
    list_snapshots,
    read_snapshot,
    snapshot_model,
    snapshot_record,
)


def settle(run: Run) -> list[str]:
    """Check a run that came from elsewhere, and make it one of this machine that is at rest.

    Its data are looked for where this machine has them; what waited or trained there is paused.

    Returns:
        What is left out of it, in sentences: notes and tags that cannot be read.

    Raises:
        AtlasError: it is no sound run; the sentence begins with the file.
        OSError: it cannot be written.
    """
    document, status = run.document, run.stored_status()
    model = _checked_models(run, document.config)
    _check_snapshots(run, model)
    for path in run.samples_path.glob("*.safetensors"):
        read_sheet(path)
    left_out = []
    if (problem := annotations_problem(run.path)) is not None:
        (run.path / ANNOTATIONS).unlink()
        left_out.append(problem)
    config = document.config.model_copy(update={"data_dir": None})
    here = document.model_copy(update={"config": config})
    write_atomically(run.path / CONFIG, here.model_dump_json(indent=1))
    if status.active:
        at_rest = {"state": "paused", "reason": None, "updated": time.time()}
        status = status.model_copy(update=at_rest)
    run.write_status(status)
    return left_out


def _checked_models(run: Run, config: RunConfig) -> Model | None:
    """One of the models of a run, all of which are sound and of its kind; None without any."""
    found: Model | None = None
    for step in checkpoints.steps(run.checkpoints_path):
        for name in (checkpoints.MODEL, checkpoints.STATE):
            if not (run.checkpoints_path / f"step-{step}" / name).exists():
                raise AtlasError(f"{name} of step {step:,} is missing: copy the run again.")
        found = checkpoints.load(run.checkpoints_path, step).model.model
        _check_kind(found, config, f"{checkpoints.MODEL} of step {step:,}")
    if run.start_path.exists():
        start = load_model(run.start_path).model
        _check_kind(start, config, run.start_path.name)
        found = found or start
    return found


def _check_kind(model: Model, config: RunConfig, name: str) -> None:
    if not fits(model, config):
        raise AtlasError(f"{name} is another model than {CONFIG} asks for: copy the run again.")


def _check_snapshots(run: Run, model: Model | None) -> None:
    architecture = model.architecture if isinstance(model, VAE) else None
    for snapshot in list_snapshots(run.snapshots_path):
        if isinstance(architecture, Architecture):
            read_snapshot(snapshot, architecture)
            if (record := snapshot_record(snapshot.path)) is not None and record.encoder:
                snapshot_model(snapshot.path)
        else:  # before the first checkpoint; whoever opens it holds it against the run's model
            read_checkpoint(snapshot.path)
