"""The commands that change what is written beside runs, and those that remove runs and undo it."""

import argparse
import json
import time

from latent_atlas.cli.find_runs import asked_run, asked_runs, folder_option
from latent_atlas.cli.parser import say
from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.runs import (
    RemovedRun,
    annotate,
    put_back,
    remove_to_bin,
    removed_runs,
    runs_folder,
)
from vae_core.sentences import counted, did_you_mean


def rename(args: argparse.Namespace) -> int:
    """Give a run a title."""
    run = asked_run(args)
    annotate(run.path, title=args.title)
    print(f"{run.id} is called “{run.title}”.")
    return 0


def note(args: argparse.Namespace) -> int:
    """Write a note to a run, in the place of the one before."""
    run = asked_run(args)
    added = annotate(run.path, note=args.note)
    print(f"{run.id} has {'a note' if added.note else 'no note'}.")
    return 0


def tag(args: argparse.Namespace) -> int:
    """Add tags to runs and remove others; without either, tell those that they have."""
    for run in asked_runs(args):
        added = annotate(run.path, add_tags=args.add, remove_tags=args.remove)
        print(f"{run.id}  {' '.join(f'#{each}' for each in added.tags)}".rstrip())
    return 0


def star(args: argparse.Namespace) -> int:
    """Mark runs, or take the marks away."""
    for run in asked_runs(args):
        annotate(run.path, starred=not args.off)
    return 0


def remove(args: argparse.Namespace) -> int:
    """Remove runs, and say how to undo it."""
    removed, refused = remove_to_bin(asked_runs(args))
    if removed:
        names = " ".join(each.id for each in removed)
        where = folder_option(removed[0].path.parent.parent)
        print(
            f"Removed {counted(len(removed), 'run')}. "
            f"Undo with: latent-atlas runs restore {names}{where}"
        )
    for _, problem in refused:
        say(problem)
    return 2 if refused else 0


def restore(args: argparse.Namespace) -> int:
    """Put removed runs back, or list those that can be."""
    folder = runs_folder(args.runs_dir)
    there = removed_runs(folder)
    if not args.names:
        return _list_removed(there, as_json=args.json)
    for name in args.names:
        # Of several of one name the one that was removed last.
        found = next((each for each in there if name in (each.id, each.path.name)), None)
        if found is None:
            meant = did_you_mean(name, (each.id for each in there))
            known = meant or ": `latent-atlas runs restore` lists those that there are"
            raise AtlasError(f"There is no removed run “{name}” in {folder}{known}.")
        there.remove(found)
        run = put_back(found)
        again = "" if run.id == found.id else f" as {run.id}, for its name was taken"
        print(f"{found.id} is back{again}.")
    return 0


def _list_removed(there: list[RemovedRun], *, as_json: bool) -> int:
    if as_json:
        told = [{"run": each.id, "removed": _iso(each.removed)} for each in there]
        print(json.dumps(told))
        return 0
    if not there:
        print("No removed run is kept.")
    for each in there:
        ago = duration(max(0.0, time.time() - each.removed), places=0)
        print(f"{each.id:44} removed {ago} ago")
    return 0


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
