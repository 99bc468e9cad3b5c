"""The commands that look at a model: ``evaluate``, ``reconstruct`` and ``manifold``."""

import argparse
import json
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from latent_atlas.cli.useless import refuse
from vae_core.algorithms import headline, infers_with_encoder
from vae_core.data import Split, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment, evaluate, evaluate_images, measures, reconstruct
from vae_core.inference import PerImageInference
from vae_core.latent import manifold_images
from vae_core.models import Bounds, HasDensity, SavedModel, inability, load_model

LARGEST_GRID = 200
MOST_IMAGES = 400


@dataclass(frozen=True)
class Reconstructions:
    """What a sheet of reconstructions shows.

    Images are [n, C, H, W] in [0, 1]; ``nats`` is −ELBO of each [n], ``split_nats`` the mean over
    the whole split that they were chosen from.
    """

    originals: Tensor
    reconstructions: Tensor
    nats: Tensor
    split: str
    split_nats: float
    treatment: Treatment


def evaluate_command(args: argparse.Namespace) -> int:
    """Print the bound on a split."""
    saved, split = model_and_split(args)
    if inability(type(saved.model), Bounds) is not None:
        return _evaluate_otherwise(args, saved, split)
    if args.samples_per_image < 1:
        raise AtlasError(f"--samples-per-image is {args.samples_per_image}: give 1 or more.")
    treatment = treatment_of(args.binarize, saved)
    trained = "encoder" if infers_with_encoder(saved.training.algorithm) else "per-image"
    inference = args.inference or trained
    bound = evaluate(
        PerImageInference(saved.vae) if inference == "per-image" else saved.vae,
        split.images,
        treatment=treatment,
        samples=args.samples_per_image,
        seed=args.seed,
    )
    result = {
        "checkpoint": str(args.checkpoint),
        "dataset": args.dataset,
        "split": split.name,
        "images": bound.images,
        "treatment": treatment,
        "inference": inference,
        **bound.as_dict(),
    }
    if args.json:
        print(json.dumps(result))
    else:
        print(
            f"{args.dataset} {split.name} ({bound.images:,} images, {treatment}"
            f"{', q found per image' if inference == 'per-image' else ''}): "
            f"ELBO {bound.elbo:.3f}, rate {bound.rate:.3f}, distortion {bound.distortion:.3f} "
            "nats per image"
        )
    return 0


def _evaluate_otherwise(args: argparse.Namespace, saved: SavedModel, split: Split) -> int:
    """Print what is known of a model without a bound."""
    for option, unusual in (
        ("--inference", args.inference is not None),
        ("--samples-per-image", args.samples_per_image != 1),
    ):
        if unusual:
            refuse(option, "models with a latent code", saved.model.label)
    treatment = treatment_of(args.binarize, saved)
    means = measures(saved.model, split.images, treatment=treatment, seed=args.seed)
    best = headline(saved.training.algorithm, means)
    if means is None or best is None:
        why = inability(type(saved.model), HasDensity)
        raise AtlasError(f"There is nothing to evaluate: {why}. Choose another model.")
    if args.json:
        where = {
            "checkpoint": str(args.checkpoint),
            "dataset": args.dataset,
            "split": split.name,
            "images": len(split),
            "treatment": treatment,
        }
        print(json.dumps(where | means))
    else:
        quantity, value = best
        print(
            f"{args.dataset} {split.name} ({len(split):,} images, {treatment}): "
            f"{quantity.label} {value:.3f} {quantity.unit}"
        )
    return 0


def reconstructions(args: argparse.Namespace) -> Reconstructions:
    """Randomly chosen images of a split with their reconstructions, for a sheet."""
    saved, split = model_and_split(args)
    if not 1 <= args.count <= MOST_IMAGES:
        raise AtlasError(f"--count is {args.count}: give 1 to {MOST_IMAGES} images.")
    order = torch.randperm(len(split), generator=Generator().manual_seed(args.seed))
    images = split.images[order[: args.count]]
    treatment = treatment_of(None, saved)
    bounds = evaluate_images(saved.vae, images, treatment=treatment, samples=8)
    whole = evaluate(saved.vae, split.images, treatment=treatment)
    return Reconstructions(
        images.float() / 255,
        reconstruct(saved.vae, images),
        -bounds.elbo,
        split.name,
        -whole.elbo,
        treatment,
    )


def manifold(args: argparse.Namespace) -> Tensor:
    """The plane of a model's first two latent dimensions: float [rows, n, C, H, W]."""
    if not 2 <= args.grid <= LARGEST_GRID:
        raise AtlasError(f"--grid is {args.grid}: give 2 to {LARGEST_GRID} images per side.")
    return manifold_images(load_model(args.checkpoint).vae, args.grid, args.axis)


def model_and_split(args: argparse.Namespace) -> tuple[SavedModel, Split]:
    """The model and the images that ``args`` name, which must be of one size."""
    saved = load_model(args.checkpoint)
    dataset = load_dataset(args.dataset, args.data_dir)
    wanted = saved.model.image_shape
    if dataset.image_shape != wanted:
        raise AtlasError(
            f"{args.checkpoint.name} is a model of {_size(wanted)} images, and those of "
            f"{dataset.name} are {_size(dataset.image_shape)}: "
            "choose the data that it was trained on."
        )
    trained_on = saved.training.split or "train"
    return saved, dataset.split(args.split or dataset.test_split(trained_on))


def treatment_of(binarize: str | None, saved: SavedModel) -> Treatment:
    """As asked with --binarize, else as the model was trained."""
    recorded = saved.training.treatment
    if binarize == "dynamic" or (binarize is None and recorded == "dynamic"):
        return "dynamic"
    return "static" if recorded == "static" else "grey"


def _size(shape: tuple[int, int, int]) -> str:
    channels, height, width = shape
    return f"{width}×{height}" + ("" if channels == 1 else f"×{channels}")
