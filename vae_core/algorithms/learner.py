"""What all gradient algorithms share: from an objective to an update, and its state."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import torch
from torch import Generator, Tensor
from torch.nn import Parameter

from vae_core.algorithms.adagrad import WARM_UP
from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.optimizers import make_optimizer
from vae_core.algorithms.settings import OptimizerName, Settings, WeightPrior
from vae_core.models import VAE, Model
from vae_core.quantities import BOUND, Quantity

SOLVED = "solved."  # before the names of heads in saved states
LEAST_SHARE = 0.1  # of the way to what is best for one batch


class LearnerSettings(Settings):
    """What every learner may be told.

    Attributes:
        optimizer: ``adam``, or ``adagrad`` as in the paper's experiments.
        weight_prior: ``normal`` is p(theta) = N(0, I) on the weight matrices (MAP, as in the
            paper).
    """

    trains: ClassVar[type[Model]] = VAE
    # Whatever they climb, the bound is what all are charted by.
    reports: ClassVar[tuple[Quantity, ...]] = BOUND

    optimizer: OptimizerName = "adam"
    weight_prior: WeightPrior = "none"


class Learner(ABC):
    """Steps down the gradient of an objective per image, in nats; a subclass says which.

    Where the weights have a prior, −log p(theta)/N joins the objective: ‖W‖²/2N over the weight
    matrices of both networks and not over biases, as in the authors' own code.

    What the decoder calls ``solved``, the one σ that all pixels share, takes no gradient's step. It
    moves to where it is best for the images that each gradient in theta is of, which the gradient
    itself tells; from the tenth on by a tenth of the way, so that it is fitted to some ten batches.
    What those images' z are, and how they are weighed, is as the algorithm has it.

    Args:
        vae: what learns.
        settings: the optimiser, its step size, and the prior of the weights.
        generator: source of all randomness.
        groups: parameters by name, each group with an optimiser of its own; all of the model's
            with one, by default. Some may be no part of the model. Those that the decoder calls
            ``solved`` are left out.

    Attributes:
        beta: weight of the rate, for those who weigh it; may be set between steps.
        phi_divisor: what the last gradient in phi was divided by, for those who compare gradients.
        warm_up: minibatches that Adagrad only looks at.
        reports: as its settings say.
    """

    beta: float = 1.0
    phi_divisor: float = 1.0
    warm_up: int = WARM_UP

    def __init__(
        self,
        vae: VAE,
        settings: LearnerSettings,
        generator: Generator,
        groups: Mapping[str, Sequence[Parameter]] | None = None,
    ) -> None:
        self.reports = settings.reported
        self._vae = vae
        self._generator = generator
        groups = groups or {"": list(vae.parameters())}
        self._heads = {name: getattr(vae.decoder, name) for name in sorted(vae.decoder.solved)}
        self._solved = dict.fromkeys(self._heads, 0)  # how often
        apart = {id(head) for head in self._heads.values()}
        self._groups = {
            name: [p for p in parameters if id(p) not in apart]
            for name, parameters in groups.items()
        }
        self._parameters = [p for parameters in self._groups.values() for p in parameters]
        self._optimizers = {
            name: make_optimizer(
                settings.optimizer, parameters, settings.learning_rate, self.warm_up
            )
            for name, parameters in self._groups.items()
        }
        matrices = {id(p) for p in vae.parameters() if p.ndim > 1}
        self._decayed = matrices if settings.weight_prior == "normal" else set()

    @abstractmethod
    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        """What to descend, a mean over the batch [], and what the step reports."""

    @property
    def learning_rate(self) -> float:
        """The step size of every optimiser."""
        return next(iter(self._optimizers.values())).learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        for optimizer in self._optimizers.values():
            optimizer.learning_rate = value

    def gradient(self, batch: Batch) -> StepResult:
        """Draw one gradient of the objective into ``grad`` of the parameters; updates none."""
        loss, result = self._objective(batch)
        for parameter in (*self._parameters, *self._heads.values()):
            parameter.grad = None
        loss.backward()
        return result

    def step(self, batch: Batch) -> StepResult:
        """One minibatch: sample, take the gradient, update."""
        result = self.gradient(batch)
        self._update(batch, self._optimizers)
        return result

    def _update(self, batch: Batch, groups: Iterable[str]) -> None:
        """Step along the gradients that these groups have, and the weights' prior."""
        for group in groups:
            decayed: list[Tensor] = [p for p in self._groups[group] if id(p) in self._decayed]
            gradients = [p.grad for p in decayed if p.grad is not None]
            if gradients:
                torch._foreach_add_(gradients, decayed, alpha=1 / batch.n_total)
            self._optimizers[group].step(len(batch.x))
        self._solve()

    def _solve(self) -> None:
        """Move the heads that have a gradient, which they lose; the rest wait for theirs."""
        for name, head in self._heads.items():
            if head.grad is None:
                continue
            best = self._vae.decoder.best_head(name)
            self._solved[name] += 1
            head.data.lerp_(best, max(1 / self._solved[name], LEAST_SHARE))
            head.grad = None

    def gradient_norm(self) -> float:
        """Norm of the last gradient, over all parameters."""
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        return float(torch.nn.utils.get_total_norm(gradients)) if gradients else 0.0

    def state_dict(self) -> dict[str, Tensor]:
        """The optimisers' states, each under its group's name, and how often heads were solved."""
        solved = {f"{SOLVED}{name}": torch.tensor(times) for name, times in self._solved.items()}
        return solved | {
            _key(group, name): tensor
            for group, optimizer in self._optimizers.items()
            for name, tensor in optimizer.state_dict().items()
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take them back. KeyError if something is missing."""
        self._solved = {name: int(state[f"{SOLVED}{name}"]) for name in self._solved}
        for group, optimizer in self._optimizers.items():
            names = optimizer.state_dict()
            optimizer.load_state_dict({name: state[_key(group, name)] for name in names})


def _key(group: str, name: str) -> str:
    return f"{group}.{name}" if group else name
