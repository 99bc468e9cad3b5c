"""The one place where the command line finds a model or a run by what people call it."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from latent_atlas.cli.paths import as_path
from latent_atlas.cli.useless import refuse
from latent_atlas.stored_models import shipped_models
from vae_core.errors import AtlasError
from vae_core.runs import Run, list_runs, open_run, runs_folder
from vae_core.sentences import did_you_mean, listed

SUFFIX = ".safetensors"
WHICH = ("best", "last")  # of a run's checkpoints


@dataclass(frozen=True)
class FoundModel:
    """A model file, and the run that made it where that is known."""

    path: Path
    title: str
    run: Run | None = None

    @property
    def data_dir(self) -> Path | None:
        """Where the run finds its data, if that is not the usual place."""
        return None if self.run is None else self.run.data_dir


def asked_model(args: argparse.Namespace) -> FoundModel:
    """The model that ``args`` name (see `options.add_model`).

    Raises:
        AtlasError: there is none, or --runs-dir is given for one that is not looked up there.
    """
    return _asked([args.checkpoint], args.runs_dir)[0]


def asked_models(args: argparse.Namespace) -> list[FoundModel]:
    """The models that ``args`` name (see `options.add_models`); raises as `asked_model` does."""
    return _asked(args.checkpoint, args.runs_dir)


def _asked(texts: list[str], runs_dir: Path | None) -> list[FoundModel]:
    found = [find_model(text, runs_folder(runs_dir)) for text in texts]
    looked_up = any(
        model.run is not None and _bare(text) in {model.run.id, *_ids(model.run)}
        for text, model in zip(texts, found, strict=True)
    )
    if runs_dir is not None and not looked_up:
        refuse("--runs-dir", "runs that are looked up by name", listed(texts))
    return found


def find_model(text: str, runs_dir: Path) -> FoundModel:
    """The model that `text` means: a shipped one's name, a run's id or folder, or a file.

    A run's id or folder means its last checkpoint, as with `@last` after it; with `@best` the one
    that is best on validation images. Names and ids are also known as addresses of the app have
    them (`shipped:mnist-2d`, `run:ID`). A name wins over a file of that name; `./mnist-2d` is the
    file. Whether the file is sound, `load_model` tells.

    Raises:
        AtlasError: it means nothing, or a run without a model.
    """
    shipped, bare = shipped_models(), _bare(text)
    for name, path in shipped.items():
        if bare.casefold() == name.casefold():
            return FoundModel(path, name)
    if run := _named_run(bare, runs_dir):
        return _model_of(run)
    name, _, which = bare.rpartition("@")
    if which in WHICH and (run := _named_run(name, runs_dir) or _run_at(Path(name))):
        return _model_of(run, which)
    if named := as_path(text, (SUFFIX,)):
        if run := _run_at(named):
            return _model_of(run)
        # RUN/checkpoints/step-N/model.safetensors
        inside = named.resolve().parents
        return FoundModel(named, named.name, _run_at(inside[2]) if len(inside) > 2 else None)
    known = [*shipped, *(run.id for run in list_runs(runs_dir))]
    meant = did_you_mean(text, known) or (
        f": give the path of a {SUFFIX} file, the id of a run, or one of {', '.join(shipped)}"
    )
    raise AtlasError(f"There is no model “{text}”{meant}.")


def _bare(text: str) -> str:
    """A name or an id, without what stands before it in an address."""
    return text.removeprefix("shipped:").removeprefix("run:")


def _ids(run: Run) -> list[str]:
    return [f"{run.id}@{which}" for which in WHICH]


def find_run(text: str, runs_dir: Path) -> Run:
    """The run that `text` means, its id or its folder. Raises AtlasError when there is none."""
    if _named_run(text, runs_dir):
        return open_run(runs_dir, text)
    if (path := as_path(text, ())) and (run := _run_at(path)):
        return open_run(run.path.parent, run.id)
    if meant := did_you_mean(text, (run.id for run in list_runs(runs_dir))):
        raise AtlasError(f"There is no run “{text}” in {runs_dir}{meant}.")
    return open_run(runs_dir, text)  # which says that there is none


def _named_run(text: str, runs_dir: Path) -> Run | None:
    return _run_at(runs_dir / text) if Path(text).name == text else None


def _run_at(folder: Path) -> Run | None:
    """The run in this folder, damaged or not."""
    # Not Path.is_file, which raises at names that are too long.
    found = any(os.path.isfile(folder / name) for name in ("config.json", "status.json"))
    return Run(folder.resolve()) if found else None


def _model_of(run: Run, which: str = "last") -> FoundModel:
    run = open_run(run.path.parent, run.id)
    path = run.best_model_path() if which == "best" else run.model_path()
    if path is None and which == "best":
        raise AtlasError(
            f"{run.id} has no best model: none of its checkpoints was validated. Train with "
            "--early-stopping, or on data that have images for validation."
        )
    if path is None:
        raise AtlasError(f"{run.id} has no model yet: let it train to its first checkpoint.")
    return FoundModel(path, run.title, run)
