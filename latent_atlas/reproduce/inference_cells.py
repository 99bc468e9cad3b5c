"""Inferring codes with a trained decoder: by its encoder, and image by image."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from pydantic import BaseModel, ConfigDict
from torch import Generator, Tensor

from latent_atlas.reproduce.cells import Place
from latent_atlas.reproduce.crossing import FINENESS, FIRST, MOST, Crossing, crossing
from latent_atlas.reproduce.model_cell import ModelCell
from vae_core.evaluation import Cancelled, Watch, evaluate
from vae_core.evaluation.likelihood import by_importance
from vae_core.inference import PerImageInference
from vae_core.inference.mean_field import fit_mean_field
from vae_core.models import VAE, DiagonalGaussian, Posterior

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
class AmortisationCell(ModelCell):
    """Infers the codes of ``images`` test and training images, with a trained model's decoder."""

    prefix: ClassVar[str] = "amortisation"

    images: int
    steps: tuple[int, ...] = STEPS

    @property
    def cost(self) -> float:
        """As many passes through the decoder as training would make."""
        return 2.0 * self.images * (sum(self.steps) + 1000) * self.width

    def measure(self, place: Place, watch: Watch) -> Amortisation:
        """Both ways on both splits."""
        vae = self.model(place)
        train, test = self.first_images(self.images)
        return Amortisation(
            test=self._infer(vae, test, watch, 0.0),
            train=self._infer(vae, train, watch, 0.45),
            log_p=by_importance(
                PerImageInference(vae), test, k=1000, proposal="encoder", compared=False
            ).mean,
        )

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
class OvertakingCell(ModelCell):
    """Seeks how many steps it takes per-datapoint inference to be as good as the encoder.

    A cell of its own, so that what ``AmortisationCell`` has found is not asked for again.
    """

    prefix: ClassVar[str] = "overtaking"

    images: int
    step_sizes: tuple[float, ...] = STEP_SIZES

    @property
    def cost(self) -> float:
        """Up to ten searches for each step size, most of them about as long as the crossing."""
        return len(self.step_sizes) * 2000.0 * self.images * self.width

    def question(self) -> dict[str, Any]:
        """The training's question, and what is sought, how finely."""
        return super().question() | {"ladder": [FIRST, MOST, FINENESS]}

    def measure(self, place: Place, watch: Watch) -> Overtaking:
        """The steps that it takes with each step size."""
        vae = self.model(place)
        _, test = self.first_images(self.images)
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
        return Overtaking(crossings=tuple(found))


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
