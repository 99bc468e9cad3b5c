"""Learning algorithms: each one small file with one shape (see ``base``), found here by name."""

from collections.abc import Mapping
from typing import Any, Protocol

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
    bound_seen,
)
from vae_core.algorithms.full_vb import FullVB
from vae_core.algorithms.iwae import IWAE
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.mcem import MCEM, refuse_too_many
from vae_core.algorithms.score_function import ScoreFunction
from vae_core.algorithms.svi import SVI
from vae_core.algorithms.wake_sleep import WakeSleep
from vae_core.models import MODELS, Model
from vae_core.quantities import ELBO, LOG_PROB, Quantity


class Factory(Protocol):
    """Makes an algorithm, and says what it trains and reports before it is made."""

    @property
    def trains(self) -> str:
        """The kind of model, a name of ``MODELS``."""
        ...

    @property
    def reports(self) -> tuple[Quantity, ...]:
        """What it reports, the most important first."""
        ...

    def __call__(
        self,
        model: Any,  # noqa: ANN401  # of the kind that it trains
        settings: Settings,
        generator: Generator,
        /,
    ) -> Algorithm:
        """The algorithm, which learns this model."""
        ...


ALGORITHMS: dict[AlgorithmName, Factory] = {
    "aevb": AEVB,
    "iwae": IWAE,
    "wake-sleep": WakeSleep,
    "score-function": ScoreFunction,
    "svi": SVI,
    "mcem": MCEM,
    "full-vb": FullVB,
}


def reports_of(algorithm: AlgorithmName) -> tuple[Quantity, ...]:
    """The quantities that an algorithm declares, the most important first."""
    return ALGORITHMS[algorithm].reports


def headline(
    algorithm: str | None, means: Mapping[str, float] | None
) -> tuple[Quantity, float] | None:
    """The most important of some means, with its declaration; None where nothing is known of them.

    ``algorithm`` is what the model was trained by, which a file may not know, or not tell.
    """
    declared = [each.reports[0] for name, each in ALGORITHMS.items() if name == algorithm]
    for quantity in (*declared, ELBO, LOG_PROB):
        if means is not None and quantity.name in means:
            return quantity, means[quantity.name]
    return None


def trained_by(algorithm: AlgorithmName) -> type[Model]:
    """The kind of model that an algorithm trains."""
    return MODELS[ALGORITHMS[algorithm].trains]


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
    "bound_seen",
    "headline",
    "refuse_too_many",
    "reports_of",
    "trained_by",
]
