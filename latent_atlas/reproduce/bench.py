"""Model, data and loop of a question, with their whole state in one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from latent_atlas.reproduce.questions import Point, Question
from vae_core.checkpoint import read_checkpoint, write_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE
from vae_core.runs.environment import MATMUL_PRECISION
from vae_core.runs.workbench import assemble


@dataclass(frozen=True)
class Progress:
    """How far a cell has come: its points, and the seconds of training behind it."""

    points: tuple[Point, ...] = ()
    seconds: float = 0.0


class Bench:
    """What a question trains.

    Attributes:
        train: the images trained on, uint8 [N, C, H, W].
        test: those of the test split.
    """

    def __init__(self, question: Question) -> None:
        # One thread: the same numbers however many cells are computed at once.
        torch.set_num_threads(1)
        torch.set_float32_matmul_precision(MATMUL_PRECISION)
        config = question.config
        dataset = load_dataset(config.dataset, Path(config.data_dir) if config.data_dir else None)
        images = dataset.split(config.split).images
        self.train: Tensor = images if question.images is None else images[: question.images]
        self.test: Tensor = dataset.split(dataset.test_split(config.split)).images
        # As a run of this config is, its schedules included.
        model, self.loop = assemble(config, self.train)
        self.vae, self.algorithm = cast("VAE", model), self.loop.algorithm

    def save(self, path: Path, progress: Progress) -> None:
        """Write all that the rest of the cell depends on, whole or not at all. Raises OSError."""
        tensors = {f"model.{k}": v for k, v in self.vae.state_dict().items()}
        tensors |= {f"algorithm.{k}": v for k, v in self.algorithm.state_dict().items()}
        tensors |= {f"loop.{k}": v for k, v in self.loop.state_dict().items()}
        points = [point.model_dump() for point in progress.points]
        write_checkpoint(path, tensors, {"points": points, "seconds": progress.seconds})

    def restore(self, path: Path) -> Progress:
        """Go on where ``save`` was called, or from the start if there is no sound file."""
        try:
            state = read_checkpoint(path)
        except AtlasError:
            return Progress()
        self.vae.load_state_dict(_under("model.", state.tensors))
        self.algorithm.load_state_dict(_under("algorithm.", state.tensors))
        self.loop.load_state_dict(_under("loop.", state.tensors))
        points = tuple(Point.model_validate(point) for point in state.metadata["points"])
        return Progress(points, float(state.metadata["seconds"]))


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
