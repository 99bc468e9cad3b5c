"""Which runs make a curve between rate and distortion: those alike but for β and the seed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vae_core.runs import RunConfig
from vae_core.sweeps import SEED, settings_in_use, told_apart, varying
from vae_core.sweeps.varying import shown

BETA = "beta"


@dataclass(frozen=True)
class Curve:
    """Models alike but for β and the seed: what they are called, and each one's β and key."""

    label: str
    at: tuple[tuple[float, str], ...]


def beta_curves(configs: Mapping[str, RunConfig]) -> list[Curve]:
    """Runs, by their keys, that are alike but for β and the seed, and have several values of β."""
    found: dict[str, list[str]] = {}
    for key, config in configs.items():
        if (kind := _kind(config)) is not None:
            found.setdefault(kind, []).append(key)
    several = [keys for keys in found.values() if len({_beta(configs[key]) for key in keys}) > 1]
    varies = varying([configs[key] for keys in several for key in keys])
    made = []
    for keys in several:
        told = settings_in_use(configs[keys[0]])
        apart = {n: told[n] for n in varies if n in told and n not in (BETA, SEED)}
        at = tuple(sorted((_beta(configs[key]), key) for key in keys))
        label = f"β {shown(at[0][0])} to {shown(at[-1][0])}"
        made.append(Curve(" · ".join([label, *filter(None, [told_apart(apart, varies)])]), at))
    return made


def swept_with(config: RunConfig, others: Iterable[RunConfig]) -> list[RunConfig]:
    """Those of the others that are alike but for β and the seed."""
    kind = _kind(config)
    return [each for each in others if kind is not None and _kind(each) == kind]


def _kind(config: RunConfig) -> str | None:
    """What is the same in all runs of a curve; None of one without β."""
    told = settings_in_use(config)
    if BETA not in told:
        return None
    return repr({name: value for name, value in told.items() if name not in (BETA, SEED)})


def _beta(config: RunConfig) -> float:
    return float(str(settings_in_use(config)[BETA]))
