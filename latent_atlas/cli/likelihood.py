"""The command that estimates a model's log p(x): ``likelihood``."""

import argparse
import json
import math
import time
from typing import Any

from torch import Tensor

from latent_atlas.cli.model_and_data import model_and_data
from latent_atlas.cli.parser import say
from latent_atlas.cli.progress import PartBar
from latent_atlas.cli.useless import refuse_others
from vae_core.errors import AtlasError
from vae_core.evaluation import LogLikelihood, Treatment, Watch, over_images
from vae_core.evaluation.estimators import ESTIMATORS, usual_estimator
from vae_core.evaluation.likelihood import GRID
from vae_core.models import VAE
from vae_core.numerals import decimal, places_for, with_error
from vae_core.sentences import counted


def likelihood_command(args: argparse.Namespace) -> int:
    """Print the estimate over a split's first images."""
    both = model_and_data(args)
    given = [name for name, value in vars(args).items() if value is not None]
    latent_dim = both.saved.vae.architecture.latent_dim
    args.method = args.method or usual_estimator(latent_dim, given)
    told = _settings(args)
    if args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    images = both.split.images[: args.images]
    treatment = both.treatment(args.binarize)
    bar = PartBar()
    began = time.perf_counter()
    try:
        found = _estimate(args, told, both.saved.vae, images, treatment, Watch(progress=bar))
    finally:
        bar.close()
    seconds = time.perf_counter() - began
    for warning in found.warnings:
        say(warning)
    if args.json:
        where = both.where(len(images), treatment)
        print(json.dumps(where | _result(args, told, found) | {"seconds": seconds}))
    else:
        print(
            f"{both.data} {both.split.name} ({counted(len(images), 'image')}, "
            f"{both.targets(args.binarize)}): "
            f"log p(x) {_mean(found)} "
            f"({ESTIMATORS[args.method].described.format(**told)}; {seconds:z.1f} s)"
        )
        print(_what_the_error_is(found))
    return 0


def _mean(found: LogLikelihood) -> str:
    """Such as “−129.49 nats per image; ± 0.03 on these images, ± 7 over images”."""
    here, images = 2 * found.standard_error, over_images(found.log_p)
    mean, _, error = with_error(found.mean, here).partition(" ± ")
    errors = [f"± {error} on {_these(found)}"] if error else []
    if images is not None:
        errors.append(f"± {decimal(images, places_for(images))} over images")
    return "; ".join([f"{mean} nats per image", *filter(None, [", ".join(errors)])])


def _these(found: LogLikelihood) -> str:
    return "this image" if len(found.log_p) == 1 else "these images"


def _what_the_error_is(found: LogLikelihood) -> str:
    """What each ± means; quadrature draws nothing, so that no seed changes what it finds."""
    several = len(found.log_p) > 1
    if found.method == GRID:
        grid = f"On {_these(found)} ± tells how far the grid's last two steps differ"
        return grid + (
            "; over images it holds in 95 of 100 cases, for other images like these."
            if several
            else "."
        )
    elsewhere = "; and over images, for other images like these" if several else ""
    return f"± holds in 95 of 100 cases: on {_these(found)}, for another seed{elsewhere}."


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    """What the method is told; AtlasError for what belongs to another, or cannot be."""
    refuse_others(args, "method", {name: e.settings for name, e in ESTIMATORS.items()})
    told = {}
    for name, setting in ESTIMATORS[args.method].settings.items():
        given = getattr(args, name)
        told[name] = value = setting.default if given is None else given
        if isinstance(value, int) and not setting.least <= value <= setting.most:
            raise AtlasError(f"--{name} is {value}: give {setting.least} to {setting.most:,}.")
    return told


def _estimate(
    args: argparse.Namespace,
    told: dict[str, Any],
    vae: VAE,
    images: Tensor,
    treatment: Treatment,
    watch: Watch,
) -> LogLikelihood:
    return ESTIMATORS[args.method].measure(
        vae, images, treatment=treatment, seed=args.seed, watch=watch, **told
    )


def _result(
    args: argparse.Namespace, told: dict[str, Any], found: LogLikelihood
) -> dict[str, object]:
    acceptance = found.acceptance
    return {
        "method": found.method,
        **told,
        "seed": args.seed,
        "log_p": _or_none(found.mean),
        "standard_error": _or_none(found.standard_error),
        "image_error": _or_none(found.image_error),
        "effective_samples": None
        if found.effective_samples is None
        else {
            "median": found.effective_samples.median().item(),
            "least": found.effective_samples.min().item(),
            "of": found.samples,
        },
        "acceptance": None if acceptance is None else acceptance.mean().item(),
        "warnings": list(found.warnings),
    }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
