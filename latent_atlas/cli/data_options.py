"""The options of `data` and of `data fetch`."""

import argparse

from latent_atlas.cli.options import add_data_dir, add_json


def add_data(data: argparse.ArgumentParser) -> None:
    """Which folder to look in, or which dataset to fetch."""
    add_data_dir(data)
    add_json(data)
    actions = data.add_subparsers(dest="action", metavar="fetch NAME")
    fetch = actions.add_parser(
        "fetch",
        help="download a dataset into the data folder",
        # No defaults of its own, which would override what is given before the word `fetch`.
        argument_default=argparse.SUPPRESS,
    )
    fetch.add_argument("name", metavar="NAME", help="a name that `data` lists")
    add_data_dir(fetch)
    add_json(fetch)
