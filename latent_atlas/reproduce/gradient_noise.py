"""How noisy gradients in phi are along a training: all ways, at the same parameters and batch."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from latent_atlas.reproduce.cells import JSON, Cell, Place
from vae_core.algorithms import AEVBSettings, Batch
from vae_core.algorithms.variance import WAYS, GradientVariance, gradient_variance
from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Watch
from vae_core.models import VAE, Architecture
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


LATENT_DIM, HIDDEN, BATCH = 10, 500, 100


@dataclass(frozen=True)
class NoiseCell:
    """All ways to estimate the gradient, at each stage (samples of training by AEVB)."""

    stages: tuple[int, ...]
    draws: int
    seed: int
    data_dir: Path | None = None

    @property
    def name(self) -> str:
        """By its seed."""
        return f"gradient-noise-seed{self.seed}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """Training, and the gradients drawn."""
        passes = sum(way.decoder_passes for way in WAYS.values())
        return HIDDEN * (max(self.stages) + len(self.stages) * passes * 2.0 * self.draws * BATCH)

    def question(self) -> dict[str, Any]:
        """Stages, draws and seed."""
        return {"stages": list(self.stages), "draws": self.draws, "seed": self.seed}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """A list of ``Stage`` as JSON."""
        torch.set_num_threads(1)
        dataset = load_dataset("mnist", self.data_dir)
        generator = Generator().manual_seed(self.seed)
        architecture = Architecture(
            image_shape=dataset.image_shape, latent_dim=LATENT_DIM, hidden=(HIDDEN,)
        )
        vae = VAE(architecture).initialise("paper-small", generator)
        images = dataset.split("train").images
        done = 0

        def told(_: str) -> None:
            nonlocal done
            if watch.cancelled():
                raise Cancelled
            watch.progress(done / (len(self.stages) * len(WAYS)))
            done += 1

        stages = measure(vae, images, self.stages, self.draws, BATCH, generator, told)
        return [asdict(stage) for stage in stages]
