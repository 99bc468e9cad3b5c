"""From flat values, as a command line, a form or a notebook has them, to a config.

Every value counts as given: one that the chosen algorithm, network or likelihood has no use for is
refused. To leave something as usual, leave it out.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from vae_core.algorithms import ALGORITHMS, AEVBSettings, Settings
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, NETWORKS, VAE
from vae_core.models.architecture import unused_settings
from vae_core.options import Option, options_of, refusal
from vae_core.runs.config import RunConfig
from vae_core.sentences import did_you_mean, listed


def make_config(**values: object) -> RunConfig:
    """A config from untrusted values, flat and each of them given.

    Raises:
        AtlasError: naming the first value that cannot be, and what it may be; or that is of no use,
            and what it belongs to.
    """
    kind, told, rest = _sorted(values)
    _refuse_useless(kind, rest)
    try:
        config = RunConfig.model_validate(rest | {"algorithm": kind.model_validate(told)})
    except ValidationError as error:
        words = refusal(error, options_of(RunConfig) | options_of(kind))
        raise AtlasError(f"{words}.") from error
    _refuse_unneeded(kind, values)
    return config


def run_options(values: Mapping[str, object]) -> dict[str, Option]:
    """All that a run with this algorithm, network and likelihood can be told, by name.

    Args:
        values: flat; what is missing among the three is as usual.
    """
    found = options_of(RunConfig)
    network, likelihood = (
        str(values.get(field, found[field].default)) for field in ("network", "likelihood")
    )
    for field, _ in unused_settings(network, likelihood, list(found)):
        del found[field]
    kind = ALGORITHMS[str(values.get("algorithm", AEVBSettings.name))]
    found = {name: option for name, option in found.items() if name not in _of_others(kind)}
    # What is the algorithm's own comes before what it shares with others.
    told = options_of(kind)
    own = {name: option for name, option in told.items() if name in kind.__annotations__}
    every = found | own | told
    return {name: option for name, option in every.items() if _has_use(option, every, values)}


def _has_use(option: Option, every: Mapping[str, Option], values: Mapping[str, object]) -> bool:
    """Whether what a setting needs is as it needs it, in flat values or as usual."""
    if option.needs is None:
        return True
    name, wanted = option.needs
    value = values.get(name, every[name].default if name in every else None)
    return value not in (None, "", 0) if wanted is None else value == wanted


def changed(config: RunConfig, values: dict[str, float]) -> Settings:
    """The algorithm's settings with other values of those that can change while it trains.

    Raises:
        AtlasError: naming the first that cannot be, or that the algorithm has no use for.
    """
    kind, known = type(config.algorithm), changeable(config)
    if not values:
        raise AtlasError(f"Nothing is to be changed: give {listed(_flags(known), 'or')}.")
    for name in values:
        if name not in known:
            owners = listed(owners_of(name)) if name in _changeable_anywhere() else ""
            reason = (
                f"belongs to {owners}; {kind.name}, by which this run learns, has no use for it"
                if owners
                else "can only be chosen before a run begins"
            )
            raise AtlasError(f"{name.replace('_', ' ')} {reason}.")
    told = {name: getattr(config.algorithm, name) for name in kind.model_fields}
    try:
        return kind.model_validate(told | values)
    except ValidationError as error:
        raise AtlasError(f"{refusal(error, options_of(kind))}.") from error


def _flags(options: Mapping[str, Option]) -> list[str]:
    return [option.flag for option in options.values()]


def _changeable_anywhere() -> set[str]:
    return {option.name for option, _ in algorithm_options() if option.changeable}


def changeable(config: RunConfig) -> dict[str, Option]:
    """What can be another while such a run trains, by name."""
    known = options_of(type(config.algorithm))
    return {name: option for name, option in known.items() if option.changeable}


def algorithm_options() -> list[tuple[Option, tuple[str, ...]]]:
    """Each setting of any algorithm with all its choices, and the algorithms that have it."""
    found: dict[str, tuple[Option, tuple[str, ...]]] = {}
    for algorithm, settings in ALGORITHMS.items():
        for name, option in options_of(settings).items():
            known, owners = found.get(name, (option, ()))
            choices = {**known.choices, **option.choices}
            found[name] = replace(known, choices=choices), (*owners, algorithm)
    return list(found.values())


def owners_of(field: str) -> tuple[str, ...]:
    """Which algorithms, networks or likelihoods have a field; none if all runs have it."""
    networks = [name for name, kind in NETWORKS.items() if field in kind.settings]
    likelihoods = [name for name, kind in LIKELIHOODS.items() if field in kind.settings]
    algorithms = [name for name, kind in ALGORITHMS.items() if field in kind.model_fields]
    everybody = len(algorithms) == len(ALGORITHMS)
    return (*networks, *likelihoods, *([] if everybody else algorithms))


def _sorted(values: Mapping[str, object]) -> tuple[type[Settings], dict[str, Any], dict[str, Any]]:
    """The algorithm, what it is told, and the rest."""
    name = values.get("algorithm", AEVBSettings.name)
    if not isinstance(name, str) or name not in ALGORITHMS:
        raise AtlasError(f"Algorithm cannot be “{name}”: choose {listed(ALGORITHMS, 'or')}.")
    kind = ALGORITHMS[name]
    told = {field: value for field, value in values.items() if field in kind.model_fields}
    rest = {
        field: value
        for field, value in values.items()
        if field not in kind.model_fields and field != "algorithm"
    }
    return kind, told, rest


def _refuse_useless(kind: type[Settings], rest: Mapping[str, object]) -> None:
    fields = RunConfig.model_fields
    network = str(rest.get("network", fields["network"].default))
    likelihood = str(rest.get("likelihood", fields["likelihood"].default))
    # One that does not exist is refused as such.
    if network in NETWORKS and likelihood in LIKELIHOODS:
        for field, owners in unused_settings(network, likelihood, list(rest)):
            raise AtlasError(
                f"This run cannot be: {_called(field)} = {_shown(rest[field])} belongs to "
                f"{owners}, and a model of {network} and {likelihood} has no use for it."
            )
    for field, value in rest.items():
        if field in _of_others(kind):
            raise AtlasError(
                f"This run cannot be: {_called(field)} = {_shown(value)} belongs to {VAE.label}, "
                f"and {kind.name} trains {kind.trains.label}."
            )
        if field in fields:
            continue
        having = owners_of(field)
        if not having:
            raise AtlasError(f"This run cannot be: there is no setting “{field}”{_meant(field)}.")
        raise AtlasError(
            f"This run cannot be: {_called(field)} = {_shown(value)} belongs to the algorithm"
            f"{'s' * (len(having) > 1)} {listed(having)}, and {kind.name} has no use for it."
        )


def _of_others(kind: type[Settings]) -> set[str]:
    """What a run can be told of a VAE, where the algorithm trains another kind of model."""
    fields = RunConfig.model_fields.keys() & VAE.document.model_fields.keys()
    return set(fields - kind.trains.document.model_fields.keys())


def _refuse_unneeded(kind: type[Settings], values: Mapping[str, object]) -> None:
    every = options_of(RunConfig) | options_of(kind)
    for name, value in values.items():
        option = every.get(name)
        if option is None or option.needs is None or value in (None, option.default):
            continue
        if not _has_use(option, every, values):
            owner, wanted = option.needs
            word = f"{every[owner].flag} {wanted or every[owner].symbol or ''}".strip()
            raise AtlasError(
                f"This run cannot be: {option.label} = {_shown(value)} belongs to {word}, and "
                "without it has no use."
            )


def _meant(field: str) -> str:
    known = sorted({*RunConfig.model_fields, *(option.name for option, _ in algorithm_options())})
    return did_you_mean(field, known) or f": choose from {', '.join(known)}"


def _called(field: str) -> str:
    """The title of any setting of any run."""
    known = options_of(RunConfig) | {option.name: option for option, _ in algorithm_options()}
    return known[field].label


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
