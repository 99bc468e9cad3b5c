"""Optimizers by name."""

from collections.abc import Sequence

from torch.nn import Parameter

from vae_core.algorithms.adagrad import Adagrad
from vae_core.algorithms.adam import Adam
from vae_core.algorithms.base import Optimizer, OptimizerName


def make_optimizer(
    name: OptimizerName, parameters: Sequence[Parameter], learning_rate: float
) -> Optimizer:
    """A fresh optimizer of these parameters."""
    kind = Adagrad if name == "adagrad" else Adam
    return kind(parameters, learning_rate)
