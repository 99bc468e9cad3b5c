"""Optimizers by name."""

from collections.abc import Sequence

from torch.nn import Parameter

from vae_core.algorithms.adagrad import WARM_UP, Adagrad
from vae_core.algorithms.adam import Adam
from vae_core.algorithms.base import Optimizer


def make_optimizer(
    name: str,
    parameters: Sequence[Parameter],
    learning_rate: float,
    warm_up: int = WARM_UP,
) -> Optimizer:
    """A fresh optimizer of these parameters; ``warm_up`` is Adagrad's."""
    if name == "adagrad":
        return Adagrad(parameters, learning_rate, warm_up)
    return Adam(parameters, learning_rate)
