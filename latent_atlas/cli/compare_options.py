"""The options of the command that holds models against each other: `compare`."""

import argparse

from latent_atlas.cli.options import add_data, add_json, add_models
from latent_atlas.cli.output import add_out


def add_compare(compare: argparse.ArgumentParser) -> None:
    """Which models, on which images, and where to put what is known of them."""
    add_models(compare)
    add_data(compare)
    compare.add_argument(
        "--images", type=int, metavar="N", help="the first N of the split; default: all"
    )
    compare.add_argument(
        "--identity",
        action="store_true",
        help="also ask a small frozen classifier which classes survive; trains it once",
    )
    add_out(
        compare,
        "FILE",
        "report.html or report.pdf, the numbers of each image as table.csv, or wall.png",
        required=False,
    )
    add_json(compare)
