"""The sweeps of β that models of a comparison come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from latent_atlas.reports.beta_curves import beta_curves
from latent_atlas.reports.comparison.subjects import Swept
from vae_core.evaluation.rate_distortion import OperatingPoint
from vae_core.models import LIKELIHOODS
from vae_core.runs import RunConfig

MOST_SWEPT = 48  # runs that are measured beside those compared


@dataclass(frozen=True)
class Placed:
    """A run: what it is called, how it was trained, and where it stands on the images."""

    title: str
    config: RunConfig
    at: OperatingPoint


def swept(placed: Mapping[str, Placed], compared: Iterable[str]) -> tuple[Swept, ...]:
    """The curves that one or more of the `compared` are on; runs are known by their keys."""
    among = set(compared)
    found = []
    for curve in beta_curves({key: each.config for key, each in placed.items()}):
        if among.isdisjoint(key for _, key in curve.at):
            continue
        at = tuple((beta, placed[key].title, placed[key].at) for beta, key in curve.at)
        likelihood = placed[curve.at[0][1]].config.likelihood
        found.append(Swept(curve.label, at, LIKELIHOODS[likelihood].nats))
    return tuple(found)
