"""Learning algorithms: each one small file with one shape (see ``base``), found here by name."""

from collections.abc import Callable
from typing import TypeAlias

from torch import Generator

from vae_core.algorithms.aevb import AEVB
from vae_core.algorithms.base import (
    Algorithm,
    AlgorithmName,
    BaselineName,
    Batch,
    Estimator,
    ImportanceGradient,
    OptimizerName,
    Settings,
    StepResult,
)
from vae_core.algorithms.full_vb import FullVB
from vae_core.algorithms.iwae import IWAE
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.mcem import MCEM, refuse_too_many
from vae_core.algorithms.score_function import ScoreFunction
from vae_core.algorithms.svi import SVI
from vae_core.algorithms.wake_sleep import WakeSleep
from vae_core.models import VAE

Factory: TypeAlias = Callable[[VAE, Settings, Generator], Algorithm]

ALGORITHMS: dict[AlgorithmName, Factory] = {
    "aevb": AEVB,
    "iwae": IWAE,
    "wake-sleep": WakeSleep,
    "score-function": ScoreFunction,
    "svi": SVI,
    "mcem": MCEM,
    "full-vb": FullVB,
}

__all__ = [
    "AEVB",
    "ALGORITHMS",
    "IWAE",
    "MCEM",
    "SVI",
    "Algorithm",
    "AlgorithmName",
    "BaselineName",
    "Batch",
    "Estimator",
    "Factory",
    "FullVB",
    "ImportanceGradient",
    "Learner",
    "OptimizerName",
    "ScoreFunction",
    "Settings",
    "StepResult",
    "WakeSleep",
    "refuse_too_many",
]
