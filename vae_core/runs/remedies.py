"""What keeps a code from collapsing: one setting of a run each, held against the run without it.

What a setting does to the objective is told where it is declared (``algorithms.aevb``,
``algorithms.lagging``, ``models.architecture``); here is who proposed it, and where to begin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from vae_core.options import Option, options_of
from vae_core.runs.config import EPOCHS, RunConfig
from vae_core.runs.flat import algorithm_options, make_config

# What runs may differ in and still be alike: chance, and what is of no consequence for learning.
_ASIDE = frozenset({"seed", "threads", "name", "data_dir"})
_AHEAD = 0.25  # of the run, in which the encoder goes ahead
_NARROW = 2  # pixels: strokes go on, digits do not


@dataclass(frozen=True)
class Remedy:
    """One change to a run.

    Attributes:
        name: what an address calls it.
        label: what the trade calls it, and who proposed it.
        field: the setting that it changes.
        does: what that changes, a sentence.
        value: what the setting becomes in a run like this one.
        is_absent_as_usual: whether a run has it only once it was asked for.
    """

    name: str
    label: str
    field: str
    does: str
    value: Callable[[RunConfig], object]
    is_absent_as_usual: bool = True

    def setting(self, config: RunConfig) -> str:
        """What it sets in a run like this one, as a form words it."""
        option, value = _options()[self.field], self.value(config)
        return f"{option.label}: {option.choices.get(str(value), f'{value}')}"

    def applied(self, config: RunConfig) -> RunConfig:
        """The run with this one change, under a name that says so.

        Raises:
            AtlasError: such a run has no use for the setting, or holds another that rules it out.
        """
        changed = {**config.given(), self.field: self.value(config)}
        title = config.name or f"{config.dataset} · {config.size}"
        return make_config(**changed | {"name": f"{title[:50]}, {self.label.lower()}"})


def _of_the_run(config: RunConfig) -> int:
    """A part of it, in whole epochs."""
    return max(1, round(_AHEAD * (config.epochs or EPOCHS)))


def _narrower(config: RunConfig) -> int:
    return _NARROW if config.receptive_field > _NARROW else 1


_ALL = (
    Remedy(
        "annealing",
        "Annealing",
        "beta_schedule",
        "The rate costs nothing at first and its weight rises once (Bowman et al. 2016): the code "
        "is in use before it is charged. It may fall silent later.",
        lambda config: "linear",
    ),
    Remedy(
        "cyclical",
        "Cyclical annealing",
        "beta_schedule",
        "The weight of the rate rises from 0 again and again (Fu et al. 2019): each cycle begins "
        "from a code that says more.",
        lambda config: "cyclical",
    ),
    Remedy(
        "free-bits",
        "Free bits",
        "free_bits",
        "So many nats of each dimension cost nothing (Kingma et al. 2016): a dimension is never "
        "pushed below them.",
        lambda config: 0.5,
    ),
    Remedy(
        "delta-vae",
        "δ-VAE",
        "committed_rate",
        "The encoder’s variances are bounded, so that each dimension says at least so many nats "
        "(Razavi et al. 2019), whatever the decoder makes of them.",
        lambda config: 0.1,
    ),
    Remedy(
        "lagging",
        "Lagging inference",
        "lagging_epochs",
        "For a quarter of the run the encoder learns until it gains no more before the decoder "
        "takes a step (He et al. 2019): the decoder meets codes that are worth reading.",
        _of_the_run,
    ),
    Remedy(
        "narrower-field",
        "Narrower field",
        "receptive_field",
        "The decoder is told fewer pixels around each one: what it does not see, the code has to "
        "say.",
        _narrower,
        is_absent_as_usual=False,
    ),
)
REMEDIES: Mapping[str, Remedy] = MappingProxyType({each.name: each for each in _ALL})


def without_remedies(config: RunConfig) -> RunConfig:
    """The run as it would be without any; a receptive field stays, for there is none without."""
    given = config.given()
    for each in REMEDIES.values():
        if each.is_absent_as_usual:
            for name in (each.field, *_dependents(each.field)):
                given.pop(name, None)
    return make_config(**given)


def told_apart(config: RunConfig, others: Mapping[str, RunConfig]) -> dict[str, str]:
    """Which runs are this one without its remedies, or that with one; and in words, with which.

    Runs that differ in the seed alone count as alike. What is neither is left out.

    Args:
        config: the run that all are held against.
        others: by any key, in the order of the answer.
    """
    base, found = _learns_by(without_remedies(config)), {}
    for key, other in others.items():
        changed = _changed(base, _learns_by(other))
        if not changed:
            found[key] = "without a remedy"
        for field in _fields():
            if changed and changed <= {field, *_dependents(field)}:
                found[key] = _words(field, other, base)
    return found


def _learns_by(config: RunConfig) -> dict[str, Any]:
    """All that two runs have to share; thousands are looked at, so that this costs little."""
    values = {**config.settings(), "algorithm": config.algorithm.name}
    if values["epochs"] is None and values["samples"] is None:
        values["epochs"] = EPOCHS
    return {name: value for name, value in values.items() if name not in _ASIDE}


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _words(field: str, config: RunConfig, base: Mapping[str, Any]) -> str:
    """A setting and its value, as the remedy that gives it such a value is called if one does.

    Of choices that is the one. Of numbers it is any where there is none as usual, and else what is
    less than the others have.
    """
    option, value = _options()[field], config.settings()[field]

    def gives(remedy: Remedy) -> bool:
        if option.choices:
            return remedy.value(config) == value
        return remedy.is_absent_as_usual or value < base[field]

    labels = [each.label for each in REMEDIES.values() if each.field == field and gives(each)]
    label = labels[0] if labels else option.label
    if option.choices:
        return label
    return f"{label}: {value:g}"


@cache
def _fields() -> Sequence[str]:
    return tuple(dict.fromkeys(each.field for each in REMEDIES.values()))


def _options() -> dict[str, Option]:
    return options_of(RunConfig) | {option.name: option for option, _ in algorithm_options()}


@cache
def _dependents(field: str) -> Sequence[str]:
    """The settings that have a use only where this one has."""
    return tuple(o.name for o in _options().values() if o.needs is not None and o.needs[0] == field)
