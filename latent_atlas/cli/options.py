"""Options that several commands share, and the words they are written in."""

import argparse
from pathlib import Path


def widths(text: str) -> tuple[int, ...]:
    """``500,256`` → (500, 256)."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of layer widths such as 500 or 512,256"
        ) from error


def image_size(text: str) -> tuple[int, int]:
    """``64`` → (64, 64), ``28x20`` → (28, 20): height, then width."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.isascii() and side.isdigit() for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 64 or 28x20")
    return int(sides[0]), int(sides[-1])


def add_model_and_data(parser: argparse.ArgumentParser) -> None:
    """A model file, and the data to measure it on."""
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a model.safetensors")
    parser.add_argument("--dataset", required=True, metavar="D", help="a name that `data` lists")
    parser.add_argument("--split", help="default: the test images of what it was trained on")
    add_data_dir(parser)


def add_runs_dir(parser: argparse.ArgumentParser) -> None:
    """Where runs are kept."""
    parser.add_argument(
        "--runs-dir", type=Path, metavar="R", help="default: LATENT_ATLAS_RUNS, else ./runs"
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
