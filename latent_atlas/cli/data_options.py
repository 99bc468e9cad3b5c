"""The options of `data`, of `data fetch` and of `data import`."""

import argparse
from pathlib import Path

from latent_atlas.cli.options import add_data_dir, add_json, add_runs_dir
from latent_atlas.cli.picture_options import add_picture_options


def add_data(data: argparse.ArgumentParser) -> None:
    """Which folder to look in, which dataset to fetch, or which pictures to import."""
    add_data_dir(data)
    add_json(data)
    actions = data.add_subparsers(dest="action", metavar="{fetch NAME, import PATH}")
    fetch = actions.add_parser(
        "fetch",
        help="download a dataset into the data folder",
        # No defaults of its own, which would override what is given before the word `fetch`.
        argument_default=argparse.SUPPRESS,
    )
    fetch.add_argument("name", metavar="NAME", help="a name that `data` lists")
    add_data_dir(fetch)
    add_json(fetch)
    bring = actions.add_parser("import", help="make a dataset of pictures or arrays of your own")
    bring.add_argument("path", type=Path, metavar="PATH", help="a folder, or a file of any form")
    bring.add_argument("--name", metavar="NAME", help="what to call it; default: as the path")
    add_picture_options(bring)
    add_runs_dir(bring)
    add_json(bring)
