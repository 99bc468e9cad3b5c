"""Runs that were trained to their end, and what they must be equal in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vae_core.models import load_model
from vae_core.runs import Run, RunConfig, create_run
from vae_core.runs.faults import train_run
from vae_core.runs.snapshots import list_snapshots


@dataclass(frozen=True)
class Trained:
    """What is the same to the last bit however often a run was killed, but for chance in its clock.

    Attributes:
        weights: a digest of the model's numbers.
        test: what was measured on the whole test split.
        snapshots: a digest of each epoch's picture, by its file's name.
    """

    weights: str
    test: dict[str, float] | None
    snapshots: dict[str, str]

    def differences(self, other: "Trained") -> list[str]:
        """What of `other` is not as here, in words."""
        told = []
        if self.weights != other.weights:
            told.append("the weights differ")
        if self.test != other.test:
            told.append("the measures on the test split differ")
        for name in sorted(self.snapshots.keys() | other.snapshots.keys()):
            if self.snapshots.get(name) != other.snapshots.get(name):
                what = "differs" if name in other.snapshots else "is missing"
                told.append(f"the snapshot {name} {what}")
        return told


def trained(run: Run) -> Trained:
    """What came of a finished run. Raises AtlasError where its model cannot be read."""
    path = run.model_path()
    digest = hashlib.sha256()
    if path is not None:
        tensors = load_model(path).model.state_dict()
        for name in sorted(tensors):
            digest.update(name.encode() + tensors[name].numpy().tobytes())
    snapshots = {
        each.path.name: hashlib.sha256(each.path.read_bytes()).hexdigest()
        for each in list_snapshots(run.snapshots_path)
    }
    return Trained(digest.hexdigest(), run.status().test, snapshots)


def trained_alone(config: RunConfig, folder: Path) -> Trained:
    """What comes of a run that nothing disturbs, trained here."""
    run = create_run(config, folder)
    train_run(run)
    return trained(run)
