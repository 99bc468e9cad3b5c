"""The commands that make files of runs, and runs of files."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from shlex import quote
from typing import BinaryIO

from latent_atlas.cli.find_runs import asked_run, asked_runs
from latent_atlas.cli.output import STANDARD_OUTPUT, write_out
from latent_atlas.cli.parser import say
from vae_core.data.own.limits import megabytes
from vae_core.runs import export_runs, import_runs, metrics_csv, runs_folder
from vae_core.runs.tensorboard import EventFiles, check_tensorboard
from vae_core.sentences import counted

_PIECE = 1 << 20


def export(args: argparse.Namespace) -> int:
    """Write runs into a ZIP."""
    found = asked_runs(args)
    with tempfile.TemporaryFile() as packed:  # whole before anything of it is under its name
        export_runs(found, packed)
        packed.seek(0)
        size = write_out(args.out, _pieces(packed))
    if args.out != STANDARD_OUTPUT:
        say(f"{args.out}: {counted(len(found), 'run')}, {megabytes(size)}")
    return 0


def bring_in(args: argparse.Namespace) -> int:
    """Bring the runs of a ZIP into the folder of runs."""
    folder = runs_folder(args.runs_dir)
    came = import_runs(args.path, folder)
    if args.json:
        ids = [run.id for run in came.runs]
        told = {"runs": ids, "renamed": came.renamed, "problems": came.problems}
        print(json.dumps(told))
    else:
        names = {new: old for old, new in came.renamed.items()}
        for run in came.runs:
            was = f"  (was {names[run.id]}, which is taken here)" if run.id in names else ""
            print(f"{run.id:44} {run.title}{was}")
        for problem in came.problems:
            say(problem)
        say(f"{counted(len(came.runs), 'run')} imported into {folder}")
    return 0 if came.runs else 2


def csv(args: argparse.Namespace) -> int:
    """Write all measurements of a run as a table."""
    content = metrics_csv(asked_run(args)).encode()
    write_out(STANDARD_OUTPUT if args.out is None else args.out, [content])
    return 0


def tensorboard(args: argparse.Namespace) -> int:
    """Write event files of runs, each into a folder of its own."""
    check_tensorboard()
    folders = set()
    for run in asked_runs(args):
        files = EventFiles(run, None if args.out is None else args.out / run.id)
        files.close()
        folders.add(files.folder.parent)
    for folder in sorted(folders):
        say(f"Look at them with: tensorboard --logdir {quote(str(folder))}")
    return 0


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece
