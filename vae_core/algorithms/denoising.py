"""What the training of all diffusion models shares: a regression, and the mean of its weights."""

import copy

import torch
from torch import Generator, Tensor

from vae_core.algorithms.averaging import Averaging, MovingMean
from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.optimizers import make_optimizer
from vae_core.algorithms.schedules import RateSchedule
from vae_core.algorithms.settings import Settings
from vae_core.models.diffusion import BaseChannels, Diffusion

_WEIGHT, _STEPS = "weight.", "averaged"  # in saved states


class DenoisingSettings(Settings):
    """What each of them may be told.

    Attributes:
        base_channels: of the network.
        averaging: what the mean of the weights keeps of itself at a step.
    """

    learning_rate_schedule: RateSchedule = "cosine"
    base_channels: BaseChannels = 48
    averaging: Averaging = 0.999

    def make(self, model: Diffusion, generator: Generator) -> "Denoising":
        """The regression itself."""
        return Denoising(model, self, generator)


class Denoising:
    """Adam on the squared error of a regression, at a time and a noise drawn for each image.

    The model is given the moving mean of the weights, with which it makes images; those that learn
    are kept here.
    """

    beta = 1.0

    def __init__(self, model: Diffusion, settings: DenoisingSettings, generator: Generator) -> None:
        self.reports = settings.reported
        self._model, self._generator = model, generator
        self._mean = MovingMean(settings.averaging)
        self._learning = copy.deepcopy(model)
        self._weights = list(self._learning.parameters())
        self._optimizer = make_optimizer("adam", self._weights, settings.learning_rate)

    @property
    def learning_rate(self) -> float:
        """Adam's step size."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._optimizer.learning_rate = value

    def step(self, batch: Batch) -> StepResult:
        """One update of the weights that learn, and of their mean."""
        if not self._mean.steps:  # a clone's weights have come since this was made
            self._learning.load_state_dict(self._model.state_dict())
        errors = self._learning.squared_errors(batch.x, self._generator)
        self._learning.zero_grad()
        errors.mean().backward()
        self._optimizer.step(len(batch.x))
        self._mean.follow(list(self._model.parameters()), self._weights)
        [error] = self.reports
        return StepResult({error.name: errors.detach().sum()}, len(batch.x))

    def gradient_norm(self) -> float:
        """Of the last gradient; 0 before there is one."""
        gradients = [p.grad for p in self._weights if p.grad is not None]
        return float(torch.nn.utils.get_total_norm(gradients)) if gradients else 0.0

    def state_dict(self) -> dict[str, Tensor]:
        """The weights that learn, Adam's moments, and how often the mean was moved."""
        weights = {f"{_WEIGHT}{n}": each.detach() for n, each in enumerate(self._weights)}
        return weights | self._optimizer.state_dict() | {_STEPS: torch.tensor(self._mean.steps)}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take them back. KeyError if one is missing."""
        for number, weight in enumerate(self._weights):
            weight.copy_(state[f"{_WEIGHT}{number}"])
        self._optimizer.load_state_dict(state)
        self._mean.steps = int(state[_STEPS])
