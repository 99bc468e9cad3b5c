"""Options that several commands share, and the words they are written in."""

import argparse
from pathlib import Path


def widths(text: str) -> tuple[int, ...]:
    """``500,256`` → (500, 256); an empty word → ()."""
    if not text.strip():
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of layer widths such as 500 or 512,256"
        ) from error


def seed(text: str) -> int:
    """``7`` → 7: a whole number of 63 bits, as trainings have, and sections may count up from."""
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19 or int(digits) >= 2**62:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2⁶² − 1")
    return int(digits)


def seeds(text: str) -> tuple[int, ...]:
    """``0,1,2`` → (0, 1, 2)."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of seeds such as 0,1,2"
        ) from error


def image_size(text: str) -> tuple[int, int]:
    """``64`` → (64, 64), ``28x20`` → (28, 20): height, then width."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.isascii() and side.isdigit() for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 64 or 28x20")
    return int(sides[0]), int(sides[-1])


_MODEL = (
    "a model.safetensors, the name of a shipped model such as mnist-2d, or a run's id, "
    "with @best after it for the checkpoint that is best on validation images"
)


def add_model(parser: argparse.ArgumentParser) -> None:
    """A model, by whatever people call it (see `find_model`)."""
    parser.add_argument("checkpoint", metavar="MODEL", help=_MODEL)
    add_runs_dir(parser)


def add_models(parser: argparse.ArgumentParser) -> None:
    """Models, one or more; the first is what others are held against."""
    parser.add_argument("checkpoint", metavar="MODEL", nargs="+", help=_MODEL)
    add_runs_dir(parser)


def add_model_and_data(parser: argparse.ArgumentParser) -> None:
    """A model, and the data to measure it on."""
    add_model(parser)
    add_data(parser)


def add_data(parser: argparse.ArgumentParser) -> None:
    """The images, of a dataset's split."""
    parser.add_argument(
        "--dataset",
        metavar="D",
        help="a name that `data` lists, or a folder, .zip, .npz or .npy of your own pictures; "
        "default: what the model was trained on",
    )
    parser.add_argument("--split", help="default: the test images of what it was trained on")
    add_data_dir(parser)


def add_runs_dir(parser: argparse.ArgumentParser) -> None:
    """Where runs are kept."""
    parser.add_argument(
        "--runs-dir",
        type=Path,
        metavar="R",
        help="default: LATENT_ATLAS_RUNS, else runs in the checkout that you are in, "
        "else in your data folder",
    )


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Where data are looked for."""
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="D",
        help="default: LATENT_ATLAS_DATA, else the cache folder",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """For scripts."""
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
