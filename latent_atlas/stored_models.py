"""The models that are here without anybody bringing them: shipped ones, and those of runs."""

from collections.abc import Iterator
from pathlib import Path

from latent_atlas.places import CHECKPOINTS
from vae_core.errors import AtlasError
from vae_core.runs import Run, list_runs

SHIPPED_FIRST = "mnist-2d"  # what a newcomer sees


def shipped_models() -> dict[str, Path]:
    """The files of shipped models by name, in the order in which people are offered them."""
    paths = sorted(
        CHECKPOINTS.glob("*.safetensors"),
        key=lambda path: (path.stem != SHIPPED_FIRST, path.stem),
    )
    return {path.stem: path for path in paths}


def run_models(runs_dir: Path) -> Iterator[tuple[Run, Path]]:
    """The runs that have a model, newest first, with its file."""
    for run in list_runs(runs_dir):
        try:
            path = run.model_path()
        except (OSError, AtlasError):  # removed or pruned while we looked
            continue
        if path is not None:
            yield run, path
