"""Maximum likelihood of a mixture by gradient ascent."""

from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.optimizers import make_optimizer
from vae_core.algorithms.settings import Settings
from vae_core.models import MODELS, Model
from vae_core.quantities import LOG_PROB, Quantity

SHARES = Quantity(
    name="shares",
    label="share",
    noun="share of a component",
    unit="parts of one",
    better="higher",
    comparable_with="share of a component",
    question="What each component explains",
    answer="In use: {active} of {count}",
    least=0.01,
    entry="component",
    symbol="k",
)


class MixtureAscentSettings(Settings):
    """What it may be told."""

    name: ClassVar[str] = "mixture-ascent"
    label: ClassVar[str] = "Maximum likelihood of a mixture"
    look_for: ClassVar[str] = "Components take their shares."
    trains: ClassVar[type[Model]] = MODELS["mixture"]
    reports: ClassVar[tuple[Quantity, ...]] = (LOG_PROB, SHARES)

    components: Annotated[int, Field(ge=1, le=100, title="Components")] = 5

    def make(self, model: Any, generator: Generator, /) -> "MixtureAscent":
        """The ascent itself."""
        return MixtureAscent(model, self)


class MixtureAscent:
    """Adam on −log p(x)."""

    beta = 1.0
    reports = MixtureAscentSettings.reports

    def __init__(self, model: Any, settings: MixtureAscentSettings) -> None:
        self._model = model
        self._optimizer = make_optimizer("adam", list(model.parameters()), settings.learning_rate)

    @property
    def learning_rate(self) -> float:
        """Adam's step size."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._optimizer.learning_rate = value

    def step(self, batch: Batch) -> StepResult:
        """One update from one minibatch."""
        joint = self._model.joint(batch.x)
        log_prob = joint.logsumexp(1).sum()
        self._model.zero_grad()
        (-log_prob / len(batch.x)).backward()
        self._optimizer.step(len(batch.x))
        shares = joint.softmax(1).sum(0).detach()
        sums = {LOG_PROB.name: log_prob.detach(), SHARES.name: shares}
        return StepResult(sums, len(batch.x))

    def gradient_norm(self) -> float:
        """Of the last gradient."""
        gradients = [p.grad for p in self._model.parameters() if p.grad is not None]
        return float(torch.nn.utils.get_total_norm(gradients))

    def state_dict(self) -> dict[str, Tensor]:
        """Adam's moments."""
        return self._optimizer.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from them."""
        self._optimizer.load_state_dict(state)
