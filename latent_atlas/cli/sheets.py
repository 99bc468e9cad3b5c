"""The commands that draw a sheet of images: ``reconstruct`` and ``manifold``."""

import argparse
from pathlib import Path

import torch
from PIL import Image
from torch import Generator

from latent_atlas.cli.find_model import asked_model
from latent_atlas.cli.model_and_data import model_and_data
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.reports import sheets
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    draw_variance,
    evaluate,
    evaluate_images,
    over_draws,
    reconstruct,
)
from vae_core.latent import manifold_images
from vae_core.models import load_model

LARGEST_GRID = 200
MOST_IMAGES = 400
SAMPLES = 8  # draws of z for the number of one image
NOTES = {
    "gaussian-cdf": "equal steps of prior probability",
    "linear": "equal steps of z from -3 to 3",
}


def reconstruct_command(args: argparse.Namespace) -> int:
    """Draw randomly chosen images of a split beside their reconstructions."""
    if not 1 <= args.count <= MOST_IMAGES:
        raise AtlasError(f"--count is {args.count}: give 1 to {MOST_IMAGES} images.")
    both = model_and_data(args)
    check_out(args, (".png",), [both.model.path])
    vae, split, treatment = both.saved.vae, both.split, both.treatment()
    order = torch.randperm(len(split), generator=Generator().manual_seed(args.seed))
    images = split.images[order[: args.count]]
    originals, copies = images.float() / 255, reconstruct(vae, images)
    bound = evaluate(vae, split.images, treatment=treatment)
    sheet = sheets.reconstruction_sheet(
        originals,
        copies,
        copies - originals,
        -evaluate_images(vae, images, treatment=treatment, samples=SAMPLES).elbo,
        model=both.model.title,
        data=f"{both.data} {split.name}{both.kinship.aside}",
        nats_per_image=-bound.elbo,
        half_width=bound.half_widths.get("elbo"),
        draws=over_draws(draw_variance(vae, images, treatment=treatment, samples=SAMPLES), 1),
        targets=both.targets(),
    )
    return _write(sheet, args.out)


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
    return _write(sheet, args.out)


def _write(sheet: Image.Image, out: Path) -> int:
    write_out(out, [sheets.png_bytes(sheet)])
    if out != STANDARD_OUTPUT:
        print(out)
    return 0
