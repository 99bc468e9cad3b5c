"""Learning algorithms: each one small file with one shape (see ``base``), found here by name."""

from collections.abc import Callable
from typing import TypeAlias

from torch import Generator

from vae_core.algorithms.aevb import AEVB
from vae_core.algorithms.base import (
    Algorithm,
    Batch,
    Estimator,
    OptimizerName,
    Settings,
    StepResult,
)
from vae_core.models import VAE

Factory: TypeAlias = Callable[[VAE, Settings, Generator], Algorithm]

ALGORITHMS: dict[str, Factory] = {"aevb": AEVB}

__all__ = [
    "AEVB",
    "ALGORITHMS",
    "Algorithm",
    "Batch",
    "Estimator",
    "Factory",
    "OptimizerName",
    "Settings",
    "StepResult",
]
