"""The options of `reproduce`. Imports nothing heavy."""

import argparse
from pathlib import Path

from latent_atlas.cli.options import add_data_dir, add_json, seeds
from latent_atlas.reproduce.experiments import experiment_names


def add_reproduce(reproduce: argparse.ArgumentParser) -> None:
    """Which of the paper's experiments, how thoroughly, and where to."""
    what = [*experiment_names(), "all"]
    reproduce.add_argument("what", choices=what, metavar="WHAT", help=", ".join(what))
    reproduce.add_argument("--out", type=Path, required=True, metavar="DIR")
    reproduce.add_argument(
        "--quick", action="store_true", help="a reduced version: `all` within 15 minutes on 2 cores"
    )
    reproduce.add_argument(
        "--samples", type=int, metavar="N", help="training samples evaluated by each method"
    )
    reproduce.add_argument(
        "--seeds", type=seeds, metavar="0,1,2", help="default: 0,1,2; with --quick: 0"
    )
    reproduce.add_argument(
        "--panel",
        action="append",
        default=[],
        metavar="mnist-3",
        help="of figure2 this panel alone, of rivals this rival (may be repeated)",
    )
    reproduce.add_argument("--jobs", type=int, metavar="N", help="at once (default: all cores)")
    reproduce.add_argument("--resume", action="store_true", help="go on with what DIR holds")
    add_data_dir(reproduce)
    add_json(reproduce)
