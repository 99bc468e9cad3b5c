"""Which models are drawn: those compared, and if asked for all others of these data."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from latent_atlas.ui.catalog import ModelEntry, list_models
from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.state import titles_of
from vae_core.data.kinship import relation
from vae_core.errors import AtlasError
from vae_core.runs import Run, open_run, runs_folder
from vae_core.sweeps import SEED, settings_in_use, told_apart, varying
from vae_core.sweeps.varying import shown

MOST = 60  # models beside those compared: the shipped ones, then the newest
BETA = "beta"


@dataclass(frozen=True)
class Candidate:
    """A model that may be drawn; `letter` is that of its column, empty where it has none."""

    entry: ModelEntry
    title: str
    letter: str = ""


@dataclass(frozen=True)
class Curve:
    """Models alike but for β and the seed: what they are called, and each one's β and key."""

    label: str
    at: tuple[tuple[float, str], ...]


def compared(comparison: Comparison) -> list[Candidate]:
    """The models of the columns."""
    return [
        Candidate(column.entry, column.title, letter(place))
        for place, column in enumerate(comparison.columns)
    ]


def others(comparison: Comparison) -> list[Candidate]:
    """All other models that were trained on these data, at most `MOST`."""
    here = {column.entry.key for column in comparison.columns}
    found = [each for each in list_models(owner_here()) if each.key not in here]
    kin = [each for each in found if _is_of(each, comparison.data.name)][:MOST]
    titles = titles_of(kin)
    return [Candidate(each, titles[each.key]) for each in kin]


def curves(entries: Sequence[ModelEntry]) -> list[Curve]:
    """Those of runs that are alike but for β and the seed, where β has several values."""
    runs = {entry.key: run for entry in entries if (run := _run(entry)) is not None}
    configs = {key: run.config for key, run in runs.items()}
    found: dict[str, list[str]] = {}
    for key, config in configs.items():
        told = settings_in_use(config)
        if BETA in told:
            alike = {name: value for name, value in told.items() if name not in (BETA, SEED)}
            found.setdefault(repr(alike), []).append(key)

    def beta(key: str) -> float:
        return float(str(settings_in_use(configs[key])[BETA]))

    several = [keys for keys in found.values() if len({beta(key) for key in keys}) > 1]
    varies = varying([configs[key] for keys in several for key in keys])
    made = []
    for keys in several:
        told = settings_in_use(configs[keys[0]])
        apart = {n: told[n] for n in varies if n in told and n not in (BETA, SEED)}
        at = tuple(sorted((beta(key), key) for key in keys))
        label = f"β {shown(at[0][0])} to {shown(at[-1][0])}"
        made.append(Curve(" · ".join([label, *filter(None, [told_apart(apart, varies)])]), at))
    return made


def _run(entry: ModelEntry) -> Run | None:
    kind, _, name = entry.key.partition(":")
    if kind != "run":
        return None
    try:
        run = open_run(runs_folder(), name)
        run.config  # noqa: B018  a damaged one says so here
    except AtlasError:
        return None
    return run


def _is_of(entry: ModelEntry, dataset: str) -> bool:
    try:
        trained_on = _trained_on(entry.digest)
    except AtlasError:
        return False
    return relation(trained_on, dataset) in ("same", "part", "whole")


@lru_cache(maxsize=4096)
def _trained_on(digest: str) -> str | None:
    """A file of this digest stays what it is. Raises AtlasError when it is gone."""
    return load_by_digest(digest).training.dataset
