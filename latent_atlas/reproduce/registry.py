"""All experiments by name, in the order of the paper."""

from latent_atlas.reproduce import (
    amortisation,
    figure2,
    figure3,
    figure4,
    figure5,
    gradient_variance,
    iwae_table,
)
from latent_atlas.reproduce.experiment import Experiment
from vae_core.errors import AtlasError

EXPERIMENTS: dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (
        figure2,
        figure3,
        figure4,
        figure5,
        gradient_variance,
        iwae_table,
        amortisation,
    )
}


def chosen(what: str, panels: tuple[str, ...]) -> list[Experiment]:
    """The experiments that a word asks for: one, or ``all``.

    Raises:
        AtlasError: panels were named that it has not.
    """
    found = list(EXPERIMENTS.values()) if what == "all" else [EXPERIMENTS[what]]
    for panel in panels:
        if what == "all" or panel not in found[0].panels:
            having = ", ".join(found[0].panels) if len(found) == 1 else ""
            known = f" Its panels are: {having}." if having else " Only figure2 has any to choose."
            raise AtlasError(f"{what} has no panel “{panel}”.{known}")
    return found
