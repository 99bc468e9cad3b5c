"""The commands that train: ``train``, ``resume`` and ``clone``."""

import argparse
import json
from pathlib import Path
from shlex import quote

from latent_atlas.cli.find_dataset import find_dataset
from latent_atlas.cli.find_model import find_run
from latent_atlas.cli.interrupts import INTERRUPTED, ending_signals
from latent_atlas.cli.means import OVER_IMAGES, written
from latent_atlas.cli.parser import say
from latent_atlas.cli.picture_options import given_for_pictures
from latent_atlas.cli.pictures import kept_pictures
from latent_atlas.cli.progress import Progress
from latent_atlas.cli.train_options import given
from latent_atlas.cli.useless import refuse
from vae_core.data import load_dataset
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.evaluation import Measured, measures
from vae_core.models import load_model
from vae_core.numerals import duration
from vae_core.quantities import scalars
from vae_core.runs import (
    Run,
    RunStatus,
    clone_run,
    create_run,
    make_config,
    runs_folder,
)
from vae_core.runs.collapse import collapse
from vae_core.runs.foreground import train_here
from vae_core.runs.tensorboard import EventFiles, check_tensorboard
from vae_core.runs.validation import division
from vae_core.runs.workbench import inferring
from vae_core.sentences import counted


def train(args: argparse.Namespace) -> int:
    """Make a run and train it in this process."""
    fields = given(args)
    fields["data_dir"] = str(args.data_dir.expanduser().resolve()) if args.data_dir else None
    runs_dir = runs_folder(args.runs_dir)
    fields |= dataset_fields(args, runs_dir)
    if args.tensorboard:
        check_tensorboard()  # before anything is made
    run = create_run(make_config(**fields), runs_dir)
    return _train_and_tell(run, args.json, threads=None, tensorboard=args.tensorboard)


def resume(args: argparse.Namespace) -> int:
    """Go on with a run in this process."""
    run = find_run(args.run, runs_folder(args.runs_dir))
    if args.runs_dir is not None and Path(args.run).name != args.run:
        refuse("--runs-dir", "runs that are looked up by name", args.run)
    if args.threads is not None and args.threads < 1:
        raise AtlasError(f"--threads is {args.threads}: give 1 or more.")
    return _train_and_tell(run, args.json, threads=args.threads)


def clone(args: argparse.Namespace) -> int:
    """Make a new run from another one's weights, and train it in this process."""
    parent = find_run(args.run, runs_folder(args.runs_dir))
    run = clone_run(parent, None, start=args.start, **given(args))
    return _train_and_tell(run, args.json, threads=None)


def dataset_fields(args: argparse.Namespace, runs_dir: Path) -> dict[str, str]:
    """The fields of the run that name its data; own pictures are imported first."""
    found = find_dataset(args.dataset, args.data_dir)
    for option in given_for_pictures(args) if not isinstance(found, Path) else []:
        refuse(option, "pictures of your own (a folder or a file)", str(found))
    if isinstance(found, Path) and args.data_dir is not None:
        refuse("--data-dir", "data that are looked up by name", str(found))
    folder = (runs_dir / "datasets").resolve()
    if isinstance(found, Path):
        return {"dataset": kept_pictures(found, args, folder).name, "data_dir": str(folder)}
    if is_own(found) and not args.data_dir:
        return {"dataset": found, "data_dir": str(folder)}
    return {"dataset": found}


def _train_and_tell(
    run: Run, as_json: bool, threads: int | None, *, tensorboard: bool = False
) -> int:
    told_to_end = ending_signals()
    say(f"Run {run.id} in {run.path.parent}")
    progress = Progress(run)
    files = EventFiles(run) if tensorboard else None

    def listener(status: RunStatus) -> None:
        nonlocal files
        progress(status)
        try:
            if files is not None:
                files.follow()
        except AtlasError as problem:  # training goes on, and the log has all of it
            say(str(problem))
            files = None

    status = train_here(
        run, listener=listener, ending=told_to_end, waiting=_wait_aloud, threads=threads
    )
    progress.close()
    if files is not None:
        files.close()
        say(f"Look at it with: tensorboard --logdir {quote(str(files.folder.parent))}")
    if status.note:
        say(status.note)
    if status.diverged and status.state != "failed":
        say(f"{run.id}: {status.diverged}")
    if told := collapse(run.config, status):
        say(f"{run.id}: {told}")
    if status.state == "finished" and status.reason:
        say(f"{run.id}: {status.reason}")
    if status.state == "failed":
        say(f"{run.id}: {status.reason}")
        return 1
    if status.state != "finished":
        folder = run.path.parent
        usual = folder.resolve() == runs_folder().resolve()
        where = "" if usual else f" --runs-dir {quote(str(folder))}"
        say(f"{run.id} is {status.state}. Go on with: latent-atlas resume {run.id}{where}")
        return INTERRUPTED if told_to_end() else 0
    _tell_result(run, as_json)
    return 0


def _wait_aloud(name: str) -> None:
    say(f"Waiting for {name} to finish training (Ctrl-C leaves this run in the queue).")


def _measured(run: Run, path: Path) -> dict[str, Measured | None]:
    """What is known of the model on all images that it was trained on, and on all test images."""
    config = run.config
    dataset = load_dataset(config.dataset, run.data_dir)
    model = inferring(load_model(path).model, config.algorithm.name)
    images = division(config, dataset)
    return {
        "train": measures(model, images.train, treatment=config.treatment),
        "test": measures(model, images.test, treatment=config.treatment),
    }


def _tell_result(run: Run, as_json: bool) -> None:
    """Print what came of a finished run: in JSON, which is a contract, or in words."""
    status, path = run.status(), run.model_path()
    if path is None:
        raise AtlasError(f"{run.id} has no checkpoint any more: train it again.")
    measured, checkpoint = _measured(run, path), str(path.resolve())
    if as_json:
        result = {
            "run": run.id,
            "checkpoint": checkpoint,
            "samples": status.samples,
            "seconds": round(status.seconds, 3),
            "images_per_second": round(status.samples / max(status.seconds, 1e-9), 1),
            **{part: found and found.means for part, found in measured.items()},
        }
        if status.best is not None:
            result["best"] = status.best.model_dump()
        print(json.dumps(result), flush=True)
        return
    reported = scalars(run.config.algorithm.reports)
    for part, found in measured.items():
        if found is not None:
            known = [quantity for quantity in reported if quantity.name in found.means]
            print(f"{part:5}  {written(known, found.means, found.half_widths, width=15)}")
    if any(measured.values()):
        print(OVER_IMAGES)
    took = duration(status.seconds)
    print(f"{counted(status.samples, 'image')} in {took}; model: {checkpoint}")
    if status.best is not None:
        print(f"Best on validation images: {run.id}@best, step {status.best.step:,}")
