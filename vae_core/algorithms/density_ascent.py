"""Maximum likelihood of a model that knows log p(x): Adam on −log p(x), its gradient clipped.

The algorithm of a kind of model is its settings and, where it has more to report or treats images
first, a subclass. There is no averaging of weights: a learning rate that falls to zero does what
it would do, and files then hold the weights that were trained.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.optimizers import make_optimizer
from vae_core.algorithms.settings import Settings
from vae_core.quantities import LOG_PROB, Quantity

WeightDecay: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=10,
        allow_inf_nan=False,
        title="Weight decay",
        description="Each step shrinks all weights but biases by this share of the learning rate, "
        "so that a model with many weights learns less of its images by heart.",
        json_schema_extra={"symbol": "λ"},
    ),
]


class DensityAscentSettings(Settings):
    """What every such algorithm may be told; a subclass has a name, and says what it ``trains``.

    Attributes:
        gradient_clip: the longest gradient that a step follows, per pixel value.
        weight_decay: what each step takes from the weights, by its own size (Loshchilov & Hutter
            2019): the share λ · learning rate. Biases stay.
    """

    reports: ClassVar[tuple[Quantity, ...]] = (LOG_PROB,)

    gradient_clip: Annotated[
        float,
        Field(
            gt=0,
            le=1e6,
            allow_inf_nan=False,
            title="Gradient clip",
            description="The longest gradient that a step follows, in nats per pixel value; longer "
            "ones are shortened to it.",
            json_schema_extra={"symbol": "X"},
        ),
    ] = 1.0
    weight_decay: WeightDecay = 0.0

    def make(self, model: Any, generator: Generator, /) -> "DensityAscent":  # noqa: ANN401
        """The ascent itself."""
        return DensityAscent(model, self, generator)


class DensityAscent:
    """Steps up the mean of log p(x) over a minibatch.

    Args:
        model: a model that ``HasDensity``, of the kind that the settings train.
        settings: the step size, and the longest gradient.
        generator: source of all randomness.

    Attributes:
        beta: there is no rate to weigh; one, as of every bound.
        reports: as its settings say.
    """

    beta: float = 1.0

    def __init__(
        self,
        model: Any,  # noqa: ANN401  # of the kind that the settings train
        settings: DensityAscentSettings,
        generator: Generator,
    ) -> None:
        self.reports = settings.reports
        self._model = model
        self._generator = generator
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._optimizer = make_optimizer("adam", self._parameters, settings.learning_rate)
        self._clip = settings.gradient_clip
        self._decay = settings.weight_decay
        self._norm = 0.0

    def _log_prob(self, x: Tensor) -> Tensor:
        """log p of the images of a batch, however they enter the density. [B, C, H, W] → [B]."""
        found: Tensor = self._model.log_prob(x)
        return found

    def _sums(self, x: Tensor, log_prob: Tensor) -> Mapping[str, Tensor]:
        """What a step reports of the batch, by name, each summed over it."""
        return {LOG_PROB.name: log_prob.sum()}

    @property
    def learning_rate(self) -> float:
        """Adam's step size."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._optimizer.learning_rate = value

    def step(self, batch: Batch) -> StepResult:
        """One update from one minibatch."""
        log_prob = self._log_prob(batch.x)
        for parameter in self._parameters:
            parameter.grad = None
        (-log_prob.mean()).backward()
        longest = self._clip * batch.x[0].numel()
        self._norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, longest))
        self._shrink()
        self._optimizer.step(len(batch.x))
        return StepResult(self._sums(batch.x, log_prob.detach()), len(batch.x))

    @torch.no_grad()
    def _shrink(self) -> None:
        """Take from the weights what they lose in a step, whatever its gradient."""
        if not self._decay:
            return
        for weights in (each for each in self._parameters if each.ndim > 1):
            weights.mul_(1 - self.learning_rate * self._decay)

    def gradient_norm(self) -> float:
        """Of the last gradient of log p(x) per image, before it was shortened."""
        return self._norm

    def state_dict(self) -> dict[str, Tensor]:
        """Adam's moments."""
        return self._optimizer.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from them. KeyError if one is missing."""
        self._optimizer.load_state_dict(state)
