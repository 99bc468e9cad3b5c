"""Inferring codes with a trained decoder: by its encoder, and image by image."""

import time
from dataclasses import dataclass
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from torch import Generator, Tensor

from latent_atlas.reproduce.cells import JSON, Cell, Place, TrainingCell
from latent_atlas.reproduce.crossing import FINENESS, FIRST, MOST, Crossing, crossing
from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Watch, evaluate
from vae_core.evaluation.likelihood import by_importance
from vae_core.inference import PerImageInference
from vae_core.inference.mean_field import fit_mean_field
from vae_core.models import VAE, DiagonalGaussian, Posterior, load_model

STEPS = (3, 10, 30, 100, 300, 1000)
STEP_SIZE = 0.1
STEP_SIZES = (STEP_SIZE, 0.3)  # with which the encoder's bound is sought
DRAWS = 20  # samples per image that a bound is averaged over
REPEATS = 5


class Inferred(BaseModel):
    """One way to infer, on one split: nats and seconds of one core, both per image."""

    model_config = ConfigDict(frozen=True)

    way: str
    bound: float
    seconds: float


class Amortisation(BaseModel):
    """The result: the encoder (no steps) and the steps of per-datapoint inference from N(0, I).

    Attributes:
        test, train: by way; ``encoder``, then the numbers of steps.
        log_p: log p(x) of the same test images, by importance sampling.
    """

    model_config = ConfigDict(frozen=True)

    test: tuple[Inferred, ...]
    train: tuple[Inferred, ...]
    log_p: float


class Fitted(VAE):
    """The model with these posteriors in the place of its encoder's. They belong to one batch."""

    def __init__(self, vae: VAE, posterior: Posterior) -> None:
        torch.nn.Module.__init__(self)
        self.architecture = vae.architecture
        self.encoder, self.decoder = vae.encoder, vae.decoder
        self._posterior = posterior

    def encode(self, x: Tensor) -> Posterior:
        """The posteriors given. [B, …] → [B, J]."""
        return self._posterior


@dataclass(frozen=True)
class AmortisationCell:
    """Infers the codes of ``images`` test and training images, with a trained model's decoder."""

    trained: TrainingCell
    images: int
    steps: tuple[int, ...] = STEPS

    @property
    def name(self) -> str:
        """After the training's."""
        return f"amortisation-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training."""
        return (self.trained,)

    @property
    def cost(self) -> float:
        """As many passes through the decoder as training would make."""
        width = max(self.trained.asked.config.hidden, default=1)
        return 2.0 * self.images * (sum(self.steps) + 1000) * width

    def question(self) -> dict[str, Any]:
        """The training's question, and what is inferred."""
        return {
            "trained": self.trained.question(),
            "images": self.images,
            "steps": list(self.steps),
        }

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """An ``Amortisation`` as JSON."""
        torch.set_num_threads(1)
        vae, train, test = trained_model(self.trained, place, self.images)
        found = Amortisation(
            test=self._infer(vae, test, watch, 0.0),
            train=self._infer(vae, train, watch, 0.45),
            log_p=by_importance(
                PerImageInference(vae), test, k=1000, proposal="encoder", compared=False
            ).mean,
        )
        return found.model_dump(mode="json")

    def _infer(self, vae: VAE, images: Tensor, watch: Watch, done: float) -> tuple[Inferred, ...]:
        x = images.float().div_(255)
        encoded, seconds = _timed_encoding(vae, x)
        found = [Inferred(way="encoder", bound=_bound(vae, images, encoded), seconds=seconds)]
        for number, steps in enumerate(self.steps):
            if watch.cancelled():
                raise Cancelled
            watch.progress(done + 0.45 * number / len(self.steps))
            started = time.process_time()
            fitted = _searched(vae, x, steps, STEP_SIZE)
            seconds = (time.process_time() - started) / len(x)
            bound = _bound(vae, images, fitted)
            found.append(Inferred(way=str(steps), bound=bound, seconds=seconds))
        return tuple(found)


class Overtaking(BaseModel):
    """The result: where per-datapoint inference passes the encoder's test bound, by step size."""

    model_config = ConfigDict(frozen=True)

    crossings: tuple[Crossing, ...]


@dataclass(frozen=True)
class OvertakingCell:
    """Seeks how many steps it takes per-datapoint inference to be as good as the encoder.

    A cell of its own, so that what ``AmortisationCell`` has found is not asked for again.
    """

    trained: TrainingCell
    images: int
    step_sizes: tuple[float, ...] = STEP_SIZES

    @property
    def name(self) -> str:
        """After the training's."""
        return f"overtaking-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training."""
        return (self.trained,)

    @property
    def cost(self) -> float:
        """Up to ten searches for each step size, most of them about as long as the crossing."""
        width = max(self.trained.asked.config.hidden, default=1)
        return len(self.step_sizes) * 2000.0 * self.images * width

    def question(self) -> dict[str, Any]:
        """The training's question, and what is sought, how finely."""
        return {
            "trained": self.trained.question(),
            "images": self.images,
            "step_sizes": list(self.step_sizes),
            "ladder": [FIRST, MOST, FINENESS],
        }

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """An ``Overtaking`` as JSON."""
        torch.set_num_threads(1)
        vae, _, test = trained_model(self.trained, place, self.images)
        x = test.float().div_(255)
        with torch.inference_mode():
            goal = _bound(vae, test, vae.encode(x))
        found = []
        for number, step_size in enumerate(self.step_sizes):

            def bound_after(steps: int, step_size: float = step_size) -> float:
                if watch.cancelled():
                    raise Cancelled
                return _bound(vae, test, _searched(vae, x, steps, step_size))

            watch.progress(number / len(self.step_sizes))
            found.append(crossing(bound_after, goal, step_size))
        return Overtaking(crossings=tuple(found)).model_dump(mode="json")


def trained_model(trained: TrainingCell, place: Place, images: int) -> tuple[VAE, Tensor, Tensor]:
    """The model of a training, and its first training and test images, uint8 [N, C, H, W]."""
    config = trained.asked.config
    vae = load_model(Place(place.folder, trained.name).model).vae
    dataset = load_dataset(config.dataset, trained.data_dir)
    test = dataset.split(dataset.test_split(config.split)).images[:images]
    return vae, dataset.split(config.split).images[:images], test


def _searched(vae: VAE, x: Tensor, steps: int, step_size: float) -> DiagonalGaussian:
    """q(z|x) of each image by so many steps from N(0, I). [B, …] → [B, J]."""
    zeros = torch.zeros(len(x), vae.architecture.latent_dim)
    return fit_mean_field(
        vae,
        x,
        DiagonalGaussian(zeros, zeros),
        steps=steps,
        step_size=step_size,
        generator=Generator().manual_seed(0),
    )


@torch.inference_mode()
def _timed_encoding(vae: VAE, x: Tensor) -> tuple[Posterior, float]:
    """q(z|x) by the encoder, and its seconds per image: the median of some repetitions."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        posterior = vae.encode(x)
        times.append((time.process_time() - started) / len(x))
    return posterior, sorted(times)[REPEATS // 2]


def _bound(vae: VAE, images: Tensor, posterior: Posterior) -> float:
    model = Fitted(vae, posterior)
    return evaluate(model, images, samples=DRAWS, batch_size=len(images)).elbo
