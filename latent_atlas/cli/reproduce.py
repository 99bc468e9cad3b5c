"""The command ``reproduce``: the paper's experiments, from cells to figure data."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from latent_atlas.cli.parser import say
from latent_atlas.cli.useless import refuse
from latent_atlas.reports.figures import write_figure
from latent_atlas.reports.report import write_report
from latent_atlas.reproduce.experiment import Experiment, Options
from latent_atlas.reproduce.figure import FigureData
from latent_atlas.reproduce.jobs import Standing, answer_all
from latent_atlas.reproduce.numbers import PLUS_MINUS
from latent_atlas.reproduce.registry import chosen
from vae_core.errors import AtlasError
from vae_core.runs.environment import default_threads
from vae_core.sentences import counted

LEAST_SAMPLES, MOST_SAMPLES = 1000, 10**10
MOST_JOBS, MOST_SEEDS = 256, 100


def reproduce_command(args: argparse.Namespace) -> int:
    """Write numbers, pictures and a report, each as soon as it can be."""
    figures = []
    for figure in _results(args):
        write_figure(figure, args.out)
        figures.append(figure)
        write_report(figures, args.out)
    _print(figures, args)
    return 0


def _results(args: argparse.Namespace) -> Iterator[FigureData]:
    """The result of each experiment asked for, as soon as it is known."""
    options, jobs = _options(args), _jobs(args)
    experiments = chosen(args.what, options.panels)
    if args.seeds is not None and len(options.seeds) > 1 and all(e.one_seed for e in experiments):
        refuse("A second seed", "experiments of several trainings", args.what)
    _check_folder(args.out, args.resume)
    for number, experiment in enumerate(experiments, start=1):
        say(f"[{number}/{len(experiments)}] {experiment.name}: {experiment.help}")
        yield _result(experiment, options, args.out, jobs)


def _result(experiment: Experiment, options: Options, folder: Path, jobs: int) -> FigureData:
    cells = experiment.cells(options)
    if not cells:
        raise AtlasError(options.frey_absent() or f"{experiment.name} has nothing to compute.")
    progress = _Progress()
    try:
        answers = answer_all(cells, folder, jobs, progress)
    except OSError as error:
        raise AtlasError(
            f"{folder} cannot be written ({error.strerror}). What is finished stays; "
            "go on with --resume."
        ) from error
    except KeyboardInterrupt:
        say(f"\nInterrupted. The same command with --resume goes on from here ({folder}).")
        raise
    finally:
        progress.close()
    return experiment.figure(options, answers)


def _print(figures: list[FigureData], args: argparse.Namespace) -> None:
    """Each claim and its verdict, or JSON."""
    if args.json:
        found = [
            {
                "name": figure.name,
                "files": [str(args.out / f"{figure.name}.{kind}") for kind in FILES],
                "claims": [claim.model_dump(mode="json") for claim in figure.claims],
                "left_out": list(figure.provenance.left_out),
            }
            for figure in figures
        ]
        print(json.dumps({"report": str(args.out / "report.html"), "figures": found}))
        return
    print(f"\n{PLUS_MINUS}")
    for figure in figures:
        print(f"\n{figure.name}: {figure.title}")
        for claim in figure.claims:
            print(f"  {claim.verdict.upper()}: {claim.sentence}\n    {claim.ours}")
            print(f"    Rule: {claim.rule.sentence}")
        for sentence in figure.provenance.left_out:
            print(f"  Left out: {sentence}")
    print(f"\n{args.out / 'report.html'}")


FILES = ("json", "png", "html")


def _options(args: argparse.Namespace) -> Options:
    seeds = args.seeds or ((0,) if args.quick else (0, 1, 2))
    if len(set(seeds)) != len(seeds) or len(seeds) > MOST_SEEDS or min(seeds) < 0:
        raise AtlasError(
            f"--seeds are up to {MOST_SEEDS} different whole numbers from 0 on, such as 0,1,2."
        )
    if args.samples is not None and not LEAST_SAMPLES <= args.samples <= MOST_SAMPLES:
        raise AtlasError(
            f"--samples is {args.samples:,}: give {LEAST_SAMPLES:,} to {MOST_SAMPLES:,}."
        )
    return Options(args.samples, tuple(seeds), args.quick, tuple(args.panel), args.data_dir)


def _jobs(args: argparse.Namespace) -> int:
    jobs: int = args.jobs if args.jobs is not None else default_threads() + 1
    if not 1 <= jobs <= MOST_JOBS:
        raise AtlasError(f"--jobs is {jobs}: give 1 to {MOST_JOBS}.")
    return jobs


def _check_folder(folder: Path, resume: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise AtlasError(f"{folder} is a file: name a folder for the results.")
    if (folder / "cells").exists() and not resume:
        raise AtlasError(
            f"{folder} holds results already. Add --resume to go on with them, or name another "
            "folder."
        )


class _Progress:
    """A line on a terminal that moves, or elsewhere a line for each cell."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()

    def __call__(self, standing: Standing) -> None:
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K  {_words(standing)}")
            sys.stderr.flush()
        elif standing.newest:
            say(f"  {standing.newest} · {_words(standing)}")

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        if self._terminal:
            sys.stderr.write("\n")


def _words(standing: Standing) -> str:
    words = f"{standing.done} of {counted(standing.cells, 'cell')} · {standing.part:z.0%}"
    if standing.seconds_left is None:
        return words
    minutes, seconds = divmod(round(standing.seconds_left), 60)
    return f"{words} · about {minutes} min {seconds:02d} s left"
