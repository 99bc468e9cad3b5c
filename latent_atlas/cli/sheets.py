"""The commands that draw a model as a sheet of images: ``manifold`` and ``samples``."""

import argparse
from pathlib import Path

from PIL import Image

from latent_atlas.cli.find_model import FoundModel, asked_model
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.reports import sheets
from vae_core.errors import AtlasError
from vae_core.latent import manifold_images
from vae_core.models import load_model
from vae_core.runs.sample_sheets import (
    list_sheets,
    read_sheet,
    sample_bytes,
    what_is_drawn,
)

LARGEST_GRID = 200
SAMPLES, MOST_SAMPLES = 36, 400
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


def samples_command(args: argparse.Namespace) -> int:
    """Draw samples of a model, or how those of a run came to be."""
    if args.course and (args.count is not None or args.seed is not None):
        raise AtlasError("--course shows samples as they were drawn: leave out --count and --seed.")
    count = SAMPLES if args.count is None else args.count
    if not 1 <= count <= MOST_SAMPLES:
        raise AtlasError(f"--count is {count}: give a number from 1 to {MOST_SAMPLES}.")
    model = asked_model(args)
    check_out(args, (".png",), [model.path])
    if args.course:
        return write_sheet(_course(model), args.out)
    saved, seed = load_model(model.path).model, args.seed or 0
    sheet = sheets.samples_sheet(
        sample_bytes(saved, count, seed).numpy(),
        title=model.title,
        note=f"{what_is_drawn(saved)}; seed {seed}",
    )
    return write_sheet(sheet, args.out)


def _course(model: FoundModel) -> Image.Image:
    kept = [] if model.run is None else list_sheets(model.run.samples_path)
    if not kept:
        raise AtlasError(
            f"{model.title} has kept no samples: runs of models without a latent plane do. Leave "
            "out --course."
        )
    found = [read_sheet(each.path) for each in kept]
    return sheets.course_sheet(
        [each.images.numpy() for each in found],
        [each.epoch for each in found],
        title=model.title,
        note=f"{what_is_drawn(load_model(model.path).model)}; each row of the same chance",
    )


def write_sheet(sheet: Image.Image, out: Path) -> int:
    """Write a sheet as PNG and say where it is; the status of the command."""
    write_out(out, [sheets.png_bytes(sheet)])
    if out != STANDARD_OUTPUT:
        print(out)
    return 0
