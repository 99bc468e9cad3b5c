"""Which trials a sweep has: the product of the values of what varies, each a sound config."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vae_core.errors import AtlasError
from vae_core.runs.config import RunConfig
from vae_core.runs.expected import expected_seconds
from vae_core.runs.flat import make_config

MOST_TRIALS = 500
_TIMED = 12  # configurations that are tried for the expected time; a tenth of a second each


@dataclass(frozen=True)
class SweepPlan:
    """What is the same in all trials, what varies, and the values of each trial.

    Attributes:
        given: settings that all trials share, flat, as ``make_config`` takes them.
        varies: the values of each setting that has several.
        trials: for each trial its value of each of those, in the order of training: all
            configurations with the first seed, then all with the next.
    """

    given: Mapping[str, object]
    varies: Mapping[str, tuple[object, ...]]
    trials: Sequence[Mapping[str, object]]

    @cached_property
    def configs(self) -> list[RunConfig]:
        """The config of each trial."""
        return [make_config(**self.given, **values) for values in self.trials]

    def expected_seconds(self) -> float:
        """Seconds that all trials take one after the other (``runs.expected``), about.

        Seeds take equally long. Of more than a dozen other configurations a dozen are tried, spread
        evenly.

        Raises:
            AtlasError: the data are not here, or a trial diverges at its first steps.
        """
        kinds = list({config.model_copy(update={"seed": 0}) for config in self.configs})
        kinds.sort(key=lambda kind: kind.model_dump_json())
        tried = kinds[:: math.ceil(len(kinds) / _TIMED)]
        return sum(map(expected_seconds, tried)) / len(tried) * len(self.configs)


def plan_sweep(values: Mapping[str, Sequence[object]]) -> SweepPlan:
    """The sweep over all combinations of these values.

    Args:
        values: of each setting that is told, by its name, one or several.

    Raises:
        AtlasError: there are more than ``MOST_TRIALS``, or one of them cannot be (``make_config``).
    """
    count = math.prod(len(each) for each in values.values())
    if count > MOST_TRIALS:
        raise AtlasError(
            f"These are {count:,} trials, and a sweep has at most {MOST_TRIALS}: vary less at once."
        )
    given = {name: each[0] for name, each in values.items() if len(each) == 1}
    varies = {name: tuple(each) for name, each in values.items() if len(each) > 1}
    # The seed changes last of all, so that there is something to see of every corner early.
    outer = sorted(varies, key=lambda name: name != "seed")
    combinations = itertools.product(*(varies[name] for name in outer))
    chosen = [dict(zip(outer, each, strict=True)) for each in combinations]
    trials = [{name: each[name] for name in varies} for each in chosen]
    plan = SweepPlan(given, varies, trials)
    plan.configs  # noqa: B018  one that cannot be says so here
    return plan
