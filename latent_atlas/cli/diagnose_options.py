"""The options of the command that looks for a model's weaknesses: `diagnose`."""

import argparse

from latent_atlas.cli.options import add_json, add_model_and_data, seed
from latent_atlas.cli.output import add_out


def add_diagnose(diagnose: argparse.ArgumentParser) -> None:
    """Which model, on which images, and what to look for."""
    from latent_atlas.reports.diagnosis.section import SECTIONS  # imports torch

    add_model_and_data(diagnose)
    for section in SECTIONS.values():
        diagnose.add_argument(f"--{section.name}", action="store_true", help=section.help)
    diagnose.add_argument(
        "--images",
        type=int,
        metavar="N",
        help="the first N of the test images, and of those of training; default: "
        + ", ".join(f"{each.images:,} for --{each.name}" for each in SECTIONS.values()),
    )
    diagnose.add_argument(
        "--binarize", choices=["none", "dynamic"], help="default: as the model was trained"
    )
    diagnose.add_argument("--seed", type=seed, default=0)
    add_out(
        diagnose,
        "FILE",
        "report.html, a page of all that was found, or its numbers as report.json",
        required=False,
    )
    add_json(diagnose)
