"""The options of `convert`."""

import argparse
from pathlib import Path

from latent_atlas.cli.options import image_size
from latent_atlas.cli.output import add_out


def add_convert(convert: argparse.ArgumentParser) -> None:
    """What a file of weights does not say of itself."""
    convert.add_argument(
        "weights",
        type=Path,
        metavar="WEIGHTS.safetensors",
        help="of a plain VAE, by another program",
    )
    convert.add_argument(
        "--size", type=image_size, required=True, metavar="HxW", help="of its images, such as 28x28"
    )
    convert.add_argument("--colour", choices=["grey", "rgb"], default="grey")
    convert.add_argument(
        "--activation", choices=["relu", "tanh"], default="relu", help="between its layers"
    )
    add_out(convert, "model.safetensors", "the model to write")
