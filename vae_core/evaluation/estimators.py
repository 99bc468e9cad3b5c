"""The methods that estimate log p(x), by name, and what each may be told.

The command line, the library and the docs take their names and their options from here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import LogLikelihood
from vae_core.evaluation.likelihood import (
    AIS,
    APPENDIX_D,
    IMPORTANCE,
    by_annealing,
    by_appendix_d,
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


ESTIMATORS: dict[str, Estimator] = {
    IMPORTANCE: Estimator(
        by_importance,
        "importance sampling, k = {k:,}",
        {"k": Setting(5000, "importance samples per image", 1, 1_000_000, symbol="K")},
    ),
    APPENDIX_D: Estimator(
        by_appendix_d,
        "appendix D, {samples} + {samples} samples",
        {"samples": Setting(50, "to fit and to average", 4, 10_000, symbol="L")},
    ),
    AIS: Estimator(
        by_annealing,
        "AIS from the {start}, {chains} chains, {temperatures:,} temperatures",
        {
            "chains": Setting(16, "per image", 2, 1_000),
            "temperatures": Setting(100, "from start to posterior", 1, 100_000, symbol="T"),
            "start": Setting("posterior", "p(z) or q(z|x)", choices=("prior", "posterior")),
        },
    ),
}


def find_estimator(name: str) -> Estimator:
    """The estimator of this name. Raises AtlasError: there is none."""
    if name in ESTIMATORS:
        return ESTIMATORS[name]
    meant = did_you_mean(str(name), ESTIMATORS) or f": choose one of {', '.join(ESTIMATORS)}"
    raise AtlasError(f"There is no method “{name}”{meant}.")
