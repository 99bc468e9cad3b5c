"""The options of the commands about one run: `resume` and `doctor`."""

import argparse

from latent_atlas.cli.options import add_json, add_runs_dir


def add_resume(resume: argparse.ArgumentParser) -> None:
    """Which run to go on with."""
    resume.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    resume.add_argument("--threads", type=int, help="other than the run began with: not bit-exact")
    add_runs_dir(resume)
    add_json(resume)


def add_doctor(doctor: argparse.ArgumentParser) -> None:
    """Which run to look at, and whether to try the remedy."""
    doctor.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    doctor.add_argument(
        "--start",
        action="store_true",
        help="train the run anew with the first remedy, beside the run",
    )
    add_runs_dir(doctor)
    add_json(doctor)
