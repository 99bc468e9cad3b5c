"""The command ``evaluate``: a model's bound on a split."""

import argparse
import json

from latent_atlas.cli.model_and_data import model_and_data
from vae_core.algorithms import infers_with_encoder
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate
from vae_core.inference import PerImageInference


def evaluate_command(args: argparse.Namespace) -> int:
    """Print the bound on a split."""
    if args.samples_per_image < 1:
        raise AtlasError(f"--samples-per-image is {args.samples_per_image}: give 1 or more.")
    both = model_and_data(args)
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
        "checkpoint": str(both.model.path),
        "dataset": both.data,
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
            f"{both.data} {split.name} ({bound.images:,} images, {treatment}"
            f"{', q found per image' if inference == 'per-image' else ''}): "
            f"ELBO {bound.elbo:.3f}, rate {bound.rate:.3f}, distortion {bound.distortion:.3f} "
            "nats per image"
        )
    return 0
