"""The runs that a command names."""

import argparse
from pathlib import Path

from latent_atlas.cli.find_model import find_run
from latent_atlas.cli.useless import refuse
from vae_core.runs import Run, runs_folder


def asked_run(args: argparse.Namespace, text: str | None = None) -> Run:
    """The run that ``args.run`` names, or ``text``.

    Raises:
        AtlasError: there is none, or --runs-dir is given for one that is not looked up there.
    """
    named: str = args.run if text is None else text
    run = find_run(named, runs_folder(args.runs_dir))
    if args.runs_dir is not None and Path(named).name != named:
        refuse("--runs-dir", "runs that are looked up by name", named)
    return run


def asked_runs(args: argparse.Namespace) -> list[Run]:
    """The runs that ``args.runs`` names, each once. Raises AtlasError as ``asked_run``."""
    found = (asked_run(args, text) for text in args.runs)
    return list({run.path: run for run in found}.values())


def folder_option(folder: Path) -> str:
    """What a command that is told to somebody needs so that it finds this folder of runs."""
    from shlex import quote

    usual = folder.resolve() == runs_folder().resolve()
    return "" if usual else f" --runs-dir {quote(str(folder))}"
