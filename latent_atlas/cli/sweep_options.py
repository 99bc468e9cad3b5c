"""The options of `sweep`: those of `train`, of which each takes several values."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from latent_atlas.cli.options import add_data_dir, add_json, add_runs_dir
from latent_atlas.cli.picture_options import add_picture_options
from latent_atlas.cli.train_options import METAVARS, add_settings, words_of

if TYPE_CHECKING:
    from vae_core.options import Option


def add_sweep(sweep: argparse.ArgumentParser) -> None:
    """What to train, what to vary, and how to go on."""
    from vae_core.engines import ENGINES

    sweep.description = (
        "Train every combination of the values given: commas between values (--latent-dim 2,10), "
        "ranges (--seeds 0-4, --beta 1-4:0.5), and slashes between lists of widths "
        "(--hidden 500,256/500). Ctrl-C pauses it; --resume goes on."
    )
    sweep.add_argument(
        "dataset",
        metavar="DATASET",
        nargs="?",
        help="a name that `data` lists, or a folder or file of your own pictures or arrays",
    )
    sweep.add_argument("--name", metavar="NAME", help="what to call the sweep")
    sweep.add_argument("--resume", metavar="NAME", help="go on with a sweep")
    sweep.add_argument("--show", metavar="NAME", help="what came of a sweep so far; trains nothing")
    sweep.add_argument(
        "--dry-run", action="store_true", help="list the trials and the expected time, and end"
    )
    sweep.add_argument("--csv", type=Path, metavar="FILE", help="write the results as a table, too")
    sweep.add_argument(
        "--html", type=Path, metavar="FILE", help="write the charts as a page of 5 MB, too"
    )
    sweep.add_argument(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help=f"what trains: this machine's queue, or a Ray cluster. Default: {ENGINES[0]}.",
    )
    add_picture_options(sweep)
    add_settings(sweep, _add, without=("name",))
    add_runs_dir(sweep)
    add_data_dir(sweep)
    add_json(sweep)


def _add(place: "argparse._ActionsContainer", option: "Option", owners: str) -> None:
    several = option.symbol or METAVARS.get(option.kind, "NAME")
    flags = [option.flag, *(["--seeds"] if option.name == "seed" else [])]
    place.add_argument(
        *flags,
        dest=option.name,
        type=_reader(option),
        default=argparse.SUPPRESS,
        metavar=f"{several}{'/…' if option.kind is tuple else ',…'}",
        help=words_of(option, owners, names=True),
    )


def _reader(option: "Option") -> Callable[[str], tuple[object, ...]]:
    def read(text: str) -> tuple[object, ...]:
        from vae_core.sweeps import read_values

        try:
            return read_values(option, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read
