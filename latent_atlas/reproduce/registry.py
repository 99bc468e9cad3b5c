"""All experiments by name, in the order of the paper."""

from collections.abc import Mapping

from latent_atlas.reproduce.experiment import Experiment
from vae_core.declarations import DeclaredObjects
from vae_core.errors import AtlasError
from vae_core.sentences import listed

EXPERIMENTS: Mapping[str, Experiment] = DeclaredObjects(
    "latent_atlas.reproduce.experiments", Experiment
)


def chosen(what: str, panels: tuple[str, ...]) -> list[Experiment]:
    """The experiments that a word asks for: one, or ``all``.

    Raises:
        AtlasError: panels were named that it has not.
    """
    found = list(EXPERIMENTS.values()) if what == "all" else [EXPERIMENTS[what]]
    for panel in panels:
        if what == "all" or panel not in found[0].panels:
            raise AtlasError(f"{what} has no panel “{panel}”. {_panels_of(found)}")
    return found


def _panels_of(found: list[Experiment]) -> str:
    if len(found) == 1 and found[0].panels:
        return f"Its panels are: {', '.join(found[0].panels)}."
    having = listed(each.name for each in EXPERIMENTS.values() if each.panels)
    return f"Any to choose are those of {having} alone."
