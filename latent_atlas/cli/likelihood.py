"""The command that estimates a model's log p(x): ``likelihood``."""

import argparse
import json
import math
import sys
import time

from torch import Tensor

from latent_atlas.cli.model_and_data import model_and_data
from latent_atlas.cli.parser import say
from latent_atlas.cli.progress import WIDTH
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    LogLikelihood,
    Treatment,
    Watch,
    by_annealing,
    by_appendix_d,
    by_importance,
)
from vae_core.models import VAE

# What the options of each method are called, and the values that they may take.
SETTINGS = {
    "importance": {"k": (1, 1_000_000)},
    "appendix-d": {"samples": (4, 10_000)},
    "ais": {"chains": (2, 1_000), "temperatures": (1, 100_000)},
}


def likelihood_command(args: argparse.Namespace) -> int:
    """Print the estimate over a split's first images."""
    _check(args)
    both = model_and_data(args)
    if args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    images = both.split.images[: args.images]
    treatment = both.treatment(args.binarize)
    bar = _Bar()
    began = time.perf_counter()
    try:
        found = _estimate(args, both.saved.vae, images, treatment, Watch(progress=bar))
    finally:
        bar.close()
    seconds = time.perf_counter() - began
    for warning in found.warnings:
        say(warning)
    if args.json:
        where = {
            "checkpoint": str(both.model.path),
            "dataset": both.data,
            "split": both.split.name,
            "images": len(images),
            "treatment": treatment,
        }
        print(json.dumps(where | _result(args, found) | {"seconds": seconds}))
    else:
        print(
            f"{both.data} {both.split.name} ({len(images):,} images, {treatment}): "
            f"log p(x) {found.mean:.3f} ± {found.standard_error:.3f} nats per image "
            f"({_described(args)}; {seconds:.1f} s)"
        )
    return 0


def _estimate(
    args: argparse.Namespace, vae: VAE, images: Tensor, treatment: Treatment, watch: Watch
) -> LogLikelihood:
    if args.method == "importance":
        return by_importance(
            vae, images, treatment=treatment, k=args.k, seed=args.seed, watch=watch
        )
    if args.method == "appendix-d":
        return by_appendix_d(
            vae, images, treatment=treatment, samples=args.samples, seed=args.seed, watch=watch
        )
    return by_annealing(
        vae,
        images,
        treatment=treatment,
        chains=args.chains,
        temperatures=args.temperatures,
        start=args.start,
        seed=args.seed,
        watch=watch,
    )


def _check(args: argparse.Namespace) -> None:
    for name, (least, most) in SETTINGS[args.method].items():
        if not least <= getattr(args, name) <= most:
            raise AtlasError(f"--{name} is {getattr(args, name)}: give {least} to {most:,}.")


def _result(args: argparse.Namespace, found: LogLikelihood) -> dict[str, object]:
    acceptance = found.acceptance
    settings = {name: getattr(args, name) for name in SETTINGS[args.method]}
    if args.method == "ais":
        settings["start"] = args.start
    return {
        "method": found.method,
        **settings,
        "seed": args.seed,
        "log_p": _or_none(found.mean),
        "standard_error": _or_none(found.standard_error),
        "image_error": _or_none(found.image_error),
        "effective_samples": {
            "median": found.effective_samples.median().item(),
            "least": found.effective_samples.min().item(),
            "of": found.samples,
        },
        "acceptance": None if acceptance is None else acceptance.mean().item(),
        "warnings": list(found.warnings),
    }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _described(args: argparse.Namespace) -> str:
    if args.method == "importance":
        return f"importance sampling, k = {args.k:,}"
    if args.method == "appendix-d":
        return f"appendix D, {args.samples} + {args.samples} samples"
    return f"AIS from the {args.start}, {args.chains} chains, {args.temperatures:,} temperatures"


class _Bar:
    """A progress bar on a terminal's standard error; nothing elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._began = time.perf_counter()
        self._shown = -1

    def __call__(self, done: float) -> None:
        """Show the part that is done, each time another hundredth is."""
        if not self._terminal or int(100 * done) == self._shown:
            return
        self._shown = int(100 * done)
        filled = int(WIDTH * done)
        left = (time.perf_counter() - self._began) * (1 - done) / done if done > 0 else 0
        bar = "▕" + "█" * filled + " " * (WIDTH - filled) + "▏"
        sys.stderr.write(f"\r\x1b[2K{bar} {self._shown} % · {left:.0f} s left")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the terminal's line empty."""
        if self._terminal:
            sys.stderr.write("\r\x1b[2K")
