"""Which models are drawn: those compared, and if asked for all others of these data."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from latent_atlas.reports.beta_curves import Curve, beta_curves
from latent_atlas.ui.catalog import ModelEntry, list_models
from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.state import titles_of
from vae_core.data.kinship import relation
from vae_core.errors import AtlasError
from vae_core.runs import Run, open_run, runs_folder

MOST = 60  # models beside those compared: the shipped ones, then the newest


@dataclass(frozen=True)
class Candidate:
    """A model that may be drawn; `letter` is that of its column, empty where it has none."""

    entry: ModelEntry
    title: str
    letter: str = ""


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
    return beta_curves({e.key: run.config for e in entries if (run := run_of(e)) is not None})


def run_of(entry: ModelEntry) -> Run | None:
    """The run that a model is of, where it is of a sound one."""
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
