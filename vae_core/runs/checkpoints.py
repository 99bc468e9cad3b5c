"""The checkpoints of a run: folders ``checkpoints/step-N``, each whole or absent.

Each holds ``model.safetensors`` (the model, as anybody may use it) and ``state.safetensors``
(what else the next step depends on). A folder is written under a temporary name, its files are
synced, and then it is renamed: a kill at any instant leaves the checkpoints that were there before,
or one more.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vae_core.checkpoint import read_checkpoint, write_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import Model, SavedModel, TrainingRecord, load_model, save_model
from vae_core.runs.files import sync_folder
from vae_core.training import Diverged

MODEL = "model.safetensors"
STATE = "state.safetensors"
KEEP = 2


@dataclass(frozen=True)
class SavedState:
    """A checkpoint read back: the model, the loop's and the algorithm's tensors, and settings."""

    step: int
    model: SavedModel
    tensors: dict[str, Tensor]
    settings: dict[str, float]


def save(
    folder: Path,
    step: int,
    model: Model,
    record: TrainingRecord,
    tensors: dict[str, Tensor],
    settings: dict[str, float],
) -> Path:
    """Write ``step-N`` under ``folder`` and return its path.

    Raises:
        OSError: nothing was added; what was there still is.
        Diverged: the model holds a number that is not finite; nothing was written.
    """
    if not all(bool(torch.isfinite(p).all()) for p in model.parameters()):
        raise Diverged(f"The parameters stopped being numbers at step {step:,}")
    folder.mkdir(exist_ok=True)
    target = folder / f"step-{step}"
    if target.exists():
        return target
    temporary = folder / f".step-{step}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        temporary.mkdir()
        save_model(temporary / MODEL, model, record)
        write_checkpoint(temporary / STATE, tensors, settings)
        sync_folder(temporary)
        temporary.rename(target)
        sync_folder(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def load_latest(folder: Path) -> SavedState | None:
    """The newest checkpoint that is sound, or None if there is none."""
    for step in sorted(steps(folder), reverse=True):
        try:
            return load(folder, step)
        except (AtlasError, KeyError):
            continue  # damaged from outside: an older one is better than none
    return None


def steps(folder: Path) -> list[int]:
    """The steps that have a checkpoint, ascending."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return sorted(
        int(n.removeprefix("step-")) for n in names if n.startswith("step-") and n[5:].isdigit()
    )


def prune(folder: Path, keep: Iterable[int | None]) -> None:
    """Remove all but the last two checkpoints and the steps named in ``keep``."""
    present = steps(folder)
    for step in set(present[:-KEEP]) - set(keep):
        # Renamed first, so that a kill half-way does not leave a folder that looks whole.
        doomed = folder / f".step-{step}.old"
        (folder / f"step-{step}").rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed writers left half done. Only for the holder of the run's lock."""
    for leftover in folder.glob(".step-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def load(folder: Path, step: int) -> SavedState:
    """The checkpoint of a step. Raises AtlasError where a file is missing or not sound."""
    path = folder / f"step-{step}"
    state = read_checkpoint(path / STATE)
    try:
        settings = {str(k): float(v) for k, v in state.metadata.items()}
    except (TypeError, ValueError) as error:
        raise AtlasError(
            f"{STATE} of step {step:,} holds settings that are no numbers: copy it again, or "
            "remove that checkpoint."
        ) from error
    return SavedState(step, load_model(path / MODEL), state.tensors, settings)
