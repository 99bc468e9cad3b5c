"""The options of `train`, `clone` and `change`: their own, and those that a run's settings declare.

An option that is not given stays out of the arguments: what it is as usual is the settings' own
business, and what is given is known to be meant.
"""

import argparse
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from latent_atlas.cli.options import add_data_dir, add_json, add_runs_dir, widths
from latent_atlas.cli.picture_options import add_picture_options

if TYPE_CHECKING:
    from vae_core.options import Option

# Adds an option to a parser or a group of it, with words on whose it is.
Adding: TypeAlias = "Callable[[argparse._ActionsContainer, Option, str], None]"

METAVARS = {int: "N", float: "X", str: "NAME", tuple: "N[,N…]"}
GROUPS = {
    "model": "the model",
    "learning": "learning",
    "chance": "chance, threads and name",
}


def add_train(train: argparse.ArgumentParser) -> None:
    """What to train, on what, how, and for how long."""
    train.add_argument(
        "dataset",
        metavar="DATASET",
        help="a name that `data` lists, or a folder or file of your own pictures or arrays",
    )
    add_picture_options(train)
    add_settings(train, _add)
    train.add_argument(
        "--tensorboard",
        action="store_true",
        help="write TensorBoard files as well, into tensorboard beside the runs; wants the extra "
        "latent-atlas[tensorboard]",
    )
    add_runs_dir(train)
    add_data_dir(train)
    add_json(train)


def add_clone(clone: argparse.ArgumentParser) -> None:
    """Which run to begin from, and what is to be otherwise."""
    clone.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    clone.add_argument(
        "--start",
        choices=["last", "best", "fresh"],
        default="last",
        help="with the weights of its last checkpoint, of the one that is best on validation "
        "images, or fresh ones; default: %(default)s",
    )
    add_settings(clone, _add)
    add_runs_dir(clone)
    add_json(clone)


def add_change(change: argparse.ArgumentParser) -> None:
    """Which run, and what is to be another from its next batch on."""
    from vae_core.runs.flat import algorithm_options

    change.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    for option, _ in algorithm_options():
        if option.changeable:
            _add(change, replace(option, default=None), "")
    add_runs_dir(change)
    add_json(change)


def add_settings(
    parser: argparse.ArgumentParser, add: Adding, without: Collection[str] = ()
) -> None:
    """Every setting that a run declares but its data, each in its group and by ``add``."""
    # Looking through all algorithms imports torch: only for who trains, or asks how.
    from vae_core.algorithms import ALGORITHMS, AEVBSettings
    from vae_core.options import options_of
    from vae_core.runs import RunConfig
    from vae_core.runs.flat import algorithm_options, owners_of
    from vae_core.sentences import listed

    of_run = options_of(RunConfig)
    length = parser.add_mutually_exclusive_group()
    groups = {name: parser.add_argument_group(title) for name, title in GROUPS.items()}
    for name, option in of_run.items():
        if name in ("dataset", "data_dir", "algorithm", *without):
            continue
        place = length if name in ("epochs", "samples") else groups.get(option.group or "", parser)
        owners = owners_of(name)
        add(place, option, f"Of {listed(owners, 'or')}. " if owners else "")

    how = parser.add_argument_group("the learning algorithm")
    names = {name: name for name in ALGORITHMS}
    add(how, replace(of_run["algorithm"], kind=str, choices=names, default=AEVBSettings.name), "")
    for option, owners in algorithm_options():
        everybody = len(owners) == len(ALGORITHMS)
        add(how, option, "" if everybody else f"Of {listed(owners, 'or')}. ")


def given(args: argparse.Namespace) -> dict[str, object]:
    """The settings of a run that were typed."""
    from vae_core.runs import RunConfig
    from vae_core.runs.flat import algorithm_options

    names = {*RunConfig.model_fields, *(option.name for option, _ in algorithm_options())}
    return {name: value for name, value in vars(args).items() if name in names}


def words_of(option: "Option", owners: str, names: bool = False) -> str:
    """The help of an option; with the `names` of its choices where nothing else says them."""
    words = f"{owners}{option.help}".strip()
    if any(name != text for name, text in option.choices.items()):
        words += " " + "; ".join(f"{name}: {text}" for name, text in option.choices.items()) + "."
    elif names and option.choices:
        words += f" Among {', '.join(option.choices)}."
    if option.default is not None:
        words += f" Default: {_default(option.default)}."
    return words.strip().replace("%", "%%")


def _add(place: "argparse._ActionsContainer", option: "Option", owners: str) -> None:
    place.add_argument(
        option.flag,
        dest=option.name,
        type=widths if option.kind is tuple else _reader(option),
        choices=list(option.choices) or None,
        default=argparse.SUPPRESS,
        metavar=None if option.choices else option.symbol or METAVARS[option.kind],
        help=words_of(option, owners),
    )


def _reader(option: "Option") -> Callable[[str], object]:
    """From a word on the command line to a value; what is none is refused by the field's title."""
    from vae_core.options import read_number

    if option.kind not in (int, float):
        return str

    def read(word: str) -> float | int:
        try:
            return read_number(option, word)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _default(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
