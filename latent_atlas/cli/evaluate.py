"""The command ``evaluate``: a model's bound on a split."""

import argparse
import json

from latent_atlas.cli.means import OVER_IMAGES, for_scripts, written
from latent_atlas.cli.model_and_data import ModelAndData, model_and_data
from latent_atlas.cli.useless import refuse
from latent_atlas.reports.data_words import treated
from latent_atlas.stored_models import file_digest, recorded_test
from vae_core.algorithms import ALGORITHMS, headline, infers_with_encoder
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Draws,
    Measured,
    dequantisation_error,
    draw_variance,
    evaluate,
    measures,
    over_draws,
)
from vae_core.inference import PerImageInference
from vae_core.models import Bounds, HasDensity, inability
from vae_core.numerals import decimal, places_for
from vae_core.quantities import DISTORTION, ELBO, RATE, Quantity, scalars
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
    vae = PerImageInference(saved.vae) if inference == "per-image" else saved.vae
    settings = Draws(treatment=treatment, samples=args.samples_per_image, seed=args.seed)
    bound = evaluate(vae, split.images, **settings)
    draws = over_draws(draw_variance(vae, split.images, **settings), bound.images)
    result = {
        **both.where(bound.images, treatment),
        "inference": inference,
        **bound.as_dict(),
        "half_widths": for_scripts(bound.half_widths, draws),
    }
    if args.json:
        print(json.dumps(result))
    else:
        print(
            f"{both.data} {split.name} ({counted(bound.images, 'image')}, "
            f"{both.targets(args.binarize)}"
            f"{', q found per image' if inference == 'per-image' else ''}): "
            f"{written((ELBO, RATE, DISTORTION), bound.as_dict(), bound.half_widths)}"
        )
        print(
            f"{OVER_IMAGES} On these very images another draw of z gives the ELBO within "
            f"± {decimal(draws, places_for(draws))}."
        )
        if why := _differs(both, treatment, inference == trained):
            print(why)
    return 0


def _evaluate_otherwise(args: argparse.Namespace, both: ModelAndData) -> int:
    """Print what is known of a model without a bound."""
    saved, split, treatment = both.saved, both.split, both.treatment(args.binarize)
    for option, unusual in (
        ("--inference", args.inference is not None),
        ("--samples-per-image", args.samples_per_image != 1),
    ):
        if unusual:
            refuse(option, "VAEs with the prior N(0, I)", saved.model.label)
    found = measures(saved.model, split.images, treatment=treatment, seed=args.seed)
    best = headline(saved.training.algorithm, None if found is None else found.means)
    if found is None or best is None:
        why = inability(type(saved.model), HasDensity)
        raise AtlasError(f"There is nothing to evaluate: {why}. Choose another model.")
    error = dequantisation_error(saved.model, split.images, treatment=treatment, seed=args.seed)
    if args.json:
        told = {"half_widths": for_scripts(found.half_widths, error)}
        print(json.dumps(both.where(len(split), treatment) | found.means | told))
    else:
        print(
            f"{both.data} {split.name} ({counted(len(split), 'image')}, "
            f"{both.targets(args.binarize)}): "
            f"{written(best[:1], found.means, found.half_widths)}"
        )
        for quantity in _others(saved.training.algorithm, best[0], found):
            print(written((quantity,), found.means, found.half_widths))
        again = "" if error is None else _with_other_noise(best[0], error)
        print(f"{OVER_IMAGES}{again}")
    return 0


def _others(algorithm: str | None, best: Quantity, found: Measured) -> list[Quantity]:
    """What else is known of the images, of what the algorithm declares."""
    kind = ALGORITHMS.get(algorithm or "")
    declared = scalars(kind.reports) if kind is not None else ()
    return [each for each in declared if each is not best and each.name in found.means]


def _with_other_noise(best: Quantity, error: float) -> str:
    return (
        " Levels were spread over their cells by noise; on these very images another draw of it "
        f"gives {best.label} within ± {decimal(error, places_for(error))}."
    )


def _differs(both: ModelAndData, treatment: str, usual_inference: bool) -> str:
    """Why this is another number than the one recorded of the model, if it is."""
    training = both.saved.training
    recorded = recorded_test(training, file_digest(both.model.path))
    if recorded is None:
        return ""
    if usual_inference and recorded.is_of(both.data, len(both.split), treatment):
        return ""
    whose = recorded.whose(treated(recorded.treatment or "", both.saved.model.image_shape[0]))
    how = "" if usual_inference else ", q found as in its training"
    return f"Recorded of this model: {recorded.quantity.label} {recorded.text}, of {whose}{how}."
