"""Learning algorithms: each one small file with one shape (see ``base``), found here by name.

A file declares what its algorithm may be told (see ``settings``); that alone makes it known.
"""

from collections.abc import Mapping

from vae_core.algorithms.aevb import AEVB, AEVBSettings
from vae_core.algorithms.base import Algorithm, Batch, StepResult, bound_seen
from vae_core.algorithms.full_vb import FullVB, FullVBSettings
from vae_core.algorithms.iwae import IWAE, IWAESettings
from vae_core.algorithms.learner import Learner, LearnerSettings
from vae_core.algorithms.mcem import MCEM, MCEMSettings
from vae_core.algorithms.score_function import ScoreFunction, ScoreFunctionSettings
from vae_core.algorithms.settings import Settings
from vae_core.algorithms.svi import SVI, SVISettings
from vae_core.algorithms.wake_sleep import WakeSleep, WakeSleepSettings
from vae_core.declarations import Declarations
from vae_core.quantities import ELBO, LOG_PROB, Quantity

# What each may be told, by the name of the algorithm.
ALGORITHMS: Declarations[Settings] = Declarations(__name__, Settings)  # type: ignore[type-abstract]


def infers_with_encoder(algorithm: str | None) -> bool:
    """Whether a model of this algorithm meets new images with its encoder; so it is if unknown."""
    kind = ALGORITHMS.get(algorithm or "")
    return kind is None or kind.amortised


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


__all__ = [
    "AEVB",
    "ALGORITHMS",
    "IWAE",
    "MCEM",
    "SVI",
    "AEVBSettings",
    "Algorithm",
    "Batch",
    "FullVB",
    "FullVBSettings",
    "IWAESettings",
    "Learner",
    "LearnerSettings",
    "MCEMSettings",
    "SVISettings",
    "ScoreFunction",
    "ScoreFunctionSettings",
    "Settings",
    "StepResult",
    "WakeSleep",
    "WakeSleepSettings",
    "bound_seen",
    "headline",
    "infers_with_encoder",
]
