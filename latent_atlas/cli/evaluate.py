"""The command ``evaluate``: a model's bound on a split."""

import argparse
import json

from latent_atlas.cli.model_and_data import ModelAndData, model_and_data
from latent_atlas.cli.useless import refuse
from vae_core.algorithms import headline, infers_with_encoder
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate, measures
from vae_core.inference import PerImageInference
from vae_core.models import Bounds, HasDensity, inability
from vae_core.sentences import counted


def evaluate_command(args: argparse.Namespace) -> int:
    """Print the bound on a split, or what else the model tells of images."""
    if args.samples_per_image < 1:
        raise AtlasError(f"--samples-per-image is {args.samples_per_image}: give 1 or more.")
    both = model_and_data(args)
    if inability(type(both.saved.model), Bounds) is not None:
        return _evaluate_otherwise(args, both)
    saved, split, treatment = both.saved, both.split, both.treatment(args.binarize)
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
        **both.where(bound.images, treatment),
        "inference": inference,
        **bound.as_dict(),
    }
    if args.json:
        print(json.dumps(result))
    else:
        print(
            f"{both.data} {split.name} ({counted(bound.images, 'image')}, {treatment}"
            f"{', q found per image' if inference == 'per-image' else ''}): "
            f"ELBO {bound.elbo:.3f}, rate {bound.rate:.3f}, distortion {bound.distortion:.3f} "
            "nats per image"
        )
    return 0


def _evaluate_otherwise(args: argparse.Namespace, both: ModelAndData) -> int:
    """Print what is known of a model without a bound."""
    saved, split, treatment = both.saved, both.split, both.treatment(args.binarize)
    for option, unusual in (
        ("--inference", args.inference is not None),
        ("--samples-per-image", args.samples_per_image != 1),
    ):
        if unusual:
            refuse(option, "models with a latent code", saved.model.label)
    means = measures(saved.model, split.images, treatment=treatment, seed=args.seed)
    best = headline(saved.training.algorithm, means)
    if means is None or best is None:
        why = inability(type(saved.model), HasDensity)
        raise AtlasError(f"There is nothing to evaluate: {why}. Choose another model.")
    if args.json:
        print(json.dumps(both.where(len(split), treatment) | means))
    else:
        quantity, value = best
        print(
            f"{both.data} {split.name} ({counted(len(split), 'image')}, {treatment}): "
            f"{quantity.label} {value:.3f} {quantity.unit}"
        )
    return 0
