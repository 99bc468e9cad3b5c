"""The options of the commands that draw a sheet of images, such as `reconstruct`."""

import argparse

from latent_atlas.cli.options import add_data, add_json, add_model, add_models, seed
from latent_atlas.cli.output import add_out


def add_reconstruct(reconstruct: argparse.ArgumentParser) -> None:
    """Which images, and where to put the sheet."""
    add_models(reconstruct)
    add_data(reconstruct)
    reconstruct.add_argument("--count", type=int, default=20, help="how many images")
    reconstruct.add_argument("--seed", type=seed, default=0, help="of the choice of images")
    add_out(reconstruct, "FILE.png", "the sheet", required=False)
    add_json(reconstruct)


def add_manifold(manifold: argparse.ArgumentParser) -> None:
    """Which part of the plane, and where to put the sheet."""
    add_model(manifold)
    manifold.add_argument("--grid", type=int, default=20, help="images per side")
    manifold.add_argument("--axis", choices=["gaussian-cdf", "linear"], default="gaussian-cdf")
    add_out(manifold, "FILE.png", "the sheet")


def add_samples(samples: argparse.ArgumentParser) -> None:
    """How many, of which chance, and where to put the sheet."""
    add_model(samples)
    samples.add_argument("--count", type=int, metavar="N", help="how many samples; default: 36")
    samples.add_argument(
        "--seed", type=seed, help="of the chance that they are drawn of; default: 0, as on the page"
    )
    samples.add_argument(
        "--course",
        action="store_true",
        help="how samples came to be: the same ones after each epoch that a run has kept",
    )
    add_out(samples, "FILE.png", "the sheet")
