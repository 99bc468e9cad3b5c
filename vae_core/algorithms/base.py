"""The one shape that every learning algorithm has; the training loop knows nothing else of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from vae_core.quantities import DISTORTION, RATE_PER_DIM, Quantity


@dataclass(frozen=True)
class Batch:
    """A minibatch.

    Attributes:
        x: images in [0, 1], float [B, C, H, W].
        index: which images of the training set these are, int64 [B]; for algorithms that keep
            something per image.
        n_total: N, the size of the training set.
    """

    x: Tensor
    index: Tensor
    n_total: int


@dataclass(frozen=True)
class StepResult:
    """What one step saw, before its update.

    Attributes:
        sums: the quantities that the algorithm declares and measures, by name, each *summed* over
            the batch: [] or, for vectors, [J].
        samples_evaluated: datapoint gradients computed; the x axis of the paper's figures. The
            gradient of one image's objective is one, however many z it averages over (as L in the
            paper); an algorithm that takes several steps on an image counts each.
    """

    sums: Mapping[str, Tensor]
    samples_evaluated: int


def bound_seen(rate: Tensor, distortion: Tensor, samples_evaluated: int) -> StepResult:
    """A report of the bound of the pair (p, q) on the batch.

    Whatever an algorithm of VAEs climbs, it reports these two, so that all share a chart.

    Args:
        rate: KL of each latent dimension in nats, *summed* over the batch. [J].
        distortion: −log p(x|z), z ~ q(z|x), in nats, *summed* over the batch. [].
        samples_evaluated: see ``StepResult``.
    """
    sums = {RATE_PER_DIM.name: rate, DISTORTION.name: distortion}
    return StepResult(sums, samples_evaluated)


class Optimizer(Protocol):
    """Updates parameters from their gradients, which are those of a mean over the batch."""

    learning_rate: float

    def step(self, batch_size: int) -> None:
        """One update."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Everything but the learning rate that the next step depends on."""
        ...

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Continue from a saved state, bit for bit."""
        ...


class Algorithm(Protocol):
    """A way to learn a model from minibatches.

    ``learning_rate`` and ``beta`` may be set between steps. ``reports`` are the quantities that it
    measures and what is made of them: the first is the one that says how good the model is.
    """

    @property
    def reports(self) -> tuple[Quantity, ...]:
        """What it reports, the most important first."""
        ...

    learning_rate: float
    beta: float

    def step(self, batch: Batch) -> StepResult:
        """One update of the model from one minibatch."""
        ...

    def gradient_norm(self) -> float:
        """Euclidean norm of the last step's gradient of the objective per image."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Everything but the model's parameters that the next step depends on."""
        ...

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Continue from a saved state, bit for bit."""
        ...
