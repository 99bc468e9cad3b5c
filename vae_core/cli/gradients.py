"""The command ``gradient-variance``: how noisy each way of following the bound in phi is."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
from torch import Generator, Tensor

from vae_core.algorithms import AEVB, Batch, Settings
from vae_core.algorithms.variance import WAYS, GradientVariance, gradient_variance
from vae_core.cli.parser import say
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture
from vae_core.training import Plan, TrainingLoop

# The paper's recipe, which the model follows by AEVB from one stage to the next.
RECIPE = Settings(learning_rate=0.02, optimizer="adagrad", weight_prior=True)


@dataclass(frozen=True)
class Row:
    """One way, measured at one stage. Traces are in nats² of the mean gradient over the batch.

    Attributes:
        trace: of the covariance over all encoder parameters.
        relative: trace by that of estimator B.
        decoder_passes: z per image and gradient.
        relative_at_equal_passes: ``relative`` times ``decoder_passes``: as if each spent one.
        squared_mean: ‖E g‖².
        disagreement: of the mean with estimator B's; near 1 if both have the same expectation.
    """

    way: str
    trace: float
    relative: float
    decoder_passes: int
    relative_at_equal_passes: float
    squared_mean: float
    disagreement: float


@dataclass(frozen=True)
class Stage:
    """All ways at the same parameters and minibatch, after ``samples`` of training."""

    samples: int
    rows: list[Row]


def gradient_variance_command(args: argparse.Namespace) -> int:
    """Print a table a stage, or JSON."""
    if args.draws < 2:
        raise AtlasError(f"--draws is {args.draws}: a variance needs 2 or more.")
    if not all(0 <= samples <= 10**9 for samples in args.stages):
        raise AtlasError("--stages are numbers of training samples from 0 on, such as 0,100000.")
    torch.set_num_threads(args.threads or 1)
    dataset = load_dataset(args.dataset, args.data_dir)
    images = dataset.split("train").images
    if not 1 <= args.batch_size <= len(images):
        raise AtlasError(f"--batch-size is {args.batch_size}: give 1 to {len(images):,}.")
    if not (1 <= args.latent_dim <= 512 and all(1 <= width <= 8192 for width in args.hidden)):
        raise AtlasError("Give 1 to 512 latent dimensions and hidden widths of 1 to 8,192.")
    architecture = Architecture(
        image_shape=dataset.image_shape, latent_dim=args.latent_dim, hidden=args.hidden
    )
    generator = Generator().manual_seed(args.seed)
    vae = VAE(architecture).initialise(args.init, generator)
    stages = []
    for stage in measure(vae, images, args.stages, args.draws, args.batch_size, generator):
        stages.append(asdict(stage))
        if not args.json:
            _print(stage)
    if args.json:
        print(json.dumps({"dataset": args.dataset, "draws": args.draws, "stages": stages}))
    return 0


def measure(
    vae: VAE,
    images: Tensor,
    stages: tuple[int, ...],
    draws: int,
    batch_size: int,
    generator: Generator,
) -> Iterator[Stage]:
    """Train by the paper's recipe and stop at each stage (samples) to measure all ways."""
    chosen = torch.randperm(len(images), generator=generator)[:batch_size]
    batch = Batch(images[chosen].float().div_(255), chosen, len(images))
    plan = Plan(max(stages), batch_size=100, sampling="replacement")
    loop = TrainingLoop(AEVB(vae, RECIPE, generator), images, plan, generator)
    for samples in sorted(set(stages)):
        while loop.samples < samples:
            loop.step()
        found: dict[str, GradientVariance] = {}
        for number, (name, way) in enumerate(WAYS.items()):
            say(f"{loop.samples:,} samples: {way.title}")
            found[name] = gradient_variance(way, vae, batch, draws, seed=number)
        yield Stage(loop.samples, [_row(name, found) for name in found])


def _row(name: str, found: dict[str, GradientVariance]) -> Row:
    measured, reference, passes = found[name], found["b"], WAYS[name].decoder_passes
    relative = measured.trace / reference.trace
    return Row(
        way=name,
        trace=measured.trace,
        relative=relative,
        decoder_passes=passes,
        relative_at_equal_passes=relative * passes,
        squared_mean=measured.squared_mean,
        disagreement=measured.disagreement(reference),
    )


def _print(stage: Stage) -> None:
    print(f"\nafter {stage.samples:,} samples")
    print(f"{'':44}{'variance':>10}{'relative':>10}{'passes':>8}{'at equal':>10}{'mean²':>10}")
    for row in stage.rows:
        print(
            f"{WAYS[row.way].title:44}{row.trace:10.3g}{row.relative:10.3g}{row.decoder_passes:8}"
            f"{row.relative_at_equal_passes:10.3g}{row.squared_mean:10.2g}"
        )
