"""The command that draws a plane as a sheet of images: ``manifold``."""

import argparse
from pathlib import Path

from PIL import Image

from latent_atlas.cli.find_model import asked_model
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.reports import sheets
from vae_core.errors import AtlasError
from vae_core.latent import manifold_images
from vae_core.models import load_model

LARGEST_GRID = 200
NOTES = {
    "gaussian-cdf": "equal steps of prior probability",
    "linear": "equal steps of z from -3 to 3",
}


def manifold_command(args: argparse.Namespace) -> int:
    """Draw the plane of a model's first two latent dimensions."""
    if not 2 <= args.grid <= LARGEST_GRID:
        raise AtlasError(f"--grid is {args.grid}: give 2 to {LARGEST_GRID} images per side.")
    model = asked_model(args)
    check_out(args, (".png",), [model.path])
    sheet = sheets.manifold_sheet(
        manifold_images(load_model(model.path).vae, args.grid, args.axis),
        title=model.title,
        note=f"{args.grid} x {args.grid}, {NOTES[args.axis]}",
    )
    return write_sheet(sheet, args.out)


def write_sheet(sheet: Image.Image, out: Path) -> int:
    """Write a sheet as PNG and say where it is; the status of the command."""
    write_out(out, [sheets.png_bytes(sheet)])
    if out != STANDARD_OUTPUT:
        print(out)
    return 0
