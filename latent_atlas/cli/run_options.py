"""The options of the commands about runs: `resume` and `runs`."""

import argparse

from latent_atlas.cli.options import add_json, add_runs_dir


def add_resume(resume: argparse.ArgumentParser) -> None:
    """Which run to go on with."""
    resume.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    resume.add_argument("--threads", type=int, help="other than the run began with: not bit-exact")
    add_runs_dir(resume)
    add_json(resume)


def add_runs(runs: argparse.ArgumentParser) -> None:
    """Which folder to list."""
    add_runs_dir(runs)
    add_json(runs)
