"""The cell that measures the variance of gradients in phi along one training."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Generator

from latent_atlas.reproduce.cells import JSON, Cell, Place
from latent_atlas.reproduce.gradient_noise import measure
from vae_core.algorithms.variance import WAYS
from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Watch
from vae_core.models import VAE, Architecture

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
