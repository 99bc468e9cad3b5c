"""The methods that estimate log p(x), by name, and what each may be told.

The command line, the library and the docs take their names and their options from here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import LogLikelihood
from vae_core.evaluation.likelihood import (
    AIS,
    APPENDIX_D,
    GRID,
    IMPORTANCE,
    by_annealing,
    by_appendix_d,
    by_grid,
    by_importance,
)
from vae_core.sentences import did_you_mean


@dataclass(frozen=True)
class Setting:
    """What an estimator may be told: a whole number within bounds, or a word."""

    default: int | str
    help: str
    least: int = 1
    most: int = 1
    choices: tuple[str, ...] = ()
    symbol: str = "N"


@dataclass(frozen=True)
class Estimator:
    """One way to log p(x).

    Attributes:
        measure: takes a model, images and the settings; ``by_importance`` shows the rest.
        described: what was done, in words with the settings in braces.
        settings: by the names of ``measure``'s arguments.
    """

    measure: Callable[..., LogLikelihood]
    described: str
    settings: dict[str, Setting]


# Up to this many latent dimensions the exact method costs less than those that estimate.
GRID_BY_DEFAULT = 2

ESTIMATORS: dict[str, Estimator] = {
    GRID: Estimator(by_grid, "integration over a grid", {}),
    IMPORTANCE: Estimator(
        by_importance,
        "importance sampling, k = {k:,}, drawn from the {proposal}",
        {
            "k": Setting(5000, "importance samples per image", 1, 1_000_000, symbol="K"),
            "proposal": Setting(
                "mixture", "what they are drawn from", choices=("encoder", "mixture")
            ),
        },
    ),
    APPENDIX_D: Estimator(
        by_appendix_d,
        "appendix D, samples: {samples} + {samples}",
        {"samples": Setting(50, "to fit and to average", 4, 10_000, symbol="L")},
    ),
    AIS: Estimator(
        by_annealing,
        "AIS, start: {start}, chains: {chains}, temperatures: {temperatures:,}",
        {
            "chains": Setting(16, "per image", 2, 1_000),
            "temperatures": Setting(100, "from start to posterior", 1, 100_000, symbol="T"),
            "start": Setting(
                "both", "p(z), q(z|x) or both", choices=("both", "prior", "posterior")
            ),
        },
    ),
}


def usual_estimator(latent_dim: int, given: Collection[str] = ()) -> str:
    """The method to take where none is asked for: exact if that can be, else importance sampling.

    Args:
        latent_dim: J of the model.
        given: settings that were asked for; one of importance sampling's asks for it.
    """
    wants_samples = any(name in ESTIMATORS[IMPORTANCE].settings for name in given)
    return IMPORTANCE if latent_dim > GRID_BY_DEFAULT or wants_samples else GRID


def find_estimator(name: str) -> Estimator:
    """The estimator of this name. Raises AtlasError: there is none."""
    if name in ESTIMATORS:
        return ESTIMATORS[name]
    meant = did_you_mean(str(name), ESTIMATORS) or f": choose one of {', '.join(ESTIMATORS)}"
    raise AtlasError(f"There is no method “{name}”{meant}.")
