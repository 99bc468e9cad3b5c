"""How noisy gradients in phi are along a training: all ways, at the same parameters and batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.algorithms import AEVBSettings, Batch
from vae_core.algorithms.variance import WAYS, GradientVariance, gradient_variance
from vae_core.models import VAE
from vae_core.training import Plan, TrainingLoop

# The paper's recipe, which the model follows by AEVB from one stage to the next.
RECIPE = AEVBSettings(learning_rate=0.02, optimizer="adagrad", weight_prior="normal")


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


def measure(
    vae: VAE,
    images: Tensor,
    stages: tuple[int, ...],
    draws: int,
    batch_size: int,
    generator: Generator,
    told: Callable[[str], None] = lambda what: None,
) -> Iterator[Stage]:
    """Train by the paper's recipe and stop at each stage (samples) to measure all ways.

    ``told`` hears what is measured next.
    """
    chosen = torch.randperm(len(images), generator=generator)[:batch_size]
    batch = Batch(images[chosen].float().div_(255), chosen, len(images))
    plan = Plan(max(stages), batch_size=100, sampling="replacement")
    loop = TrainingLoop(RECIPE.make(vae, generator), images, plan, generator)
    for samples in sorted(set(stages)):
        while loop.samples < samples:
            loop.step()
        found: dict[str, GradientVariance] = {}
        for number, (name, way) in enumerate(WAYS.items()):
            told(f"{loop.samples:,} samples: {way.title}")
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
