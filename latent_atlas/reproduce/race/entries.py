"""Who takes part in the race: every algorithm that climbs a VAE's bound, some in two ways."""

from latent_atlas.reproduce.race.record import Entry
from vae_core.algorithms import ALGORITHMS
from vae_core.algorithms.penalised import PenalisedSettings
from vae_core.models import VAE

_WAYS: dict[str, tuple[Entry, ...]] = {
    "aevb": (Entry(key="aevb", title="AEVB", algorithm="aevb"),),
    "iwae": (
        Entry(
            key="iwae",
            title="IWAE, K = 5",
            algorithm="iwae",
            settings={"importance_samples": 5},
        ),
    ),
    "wake-sleep": (Entry(key="wake-sleep", title="Wake-sleep", algorithm="wake-sleep"),),
    "score-function": (
        Entry(
            key="score-nvil",
            title="Score function, NVIL",
            algorithm="score-function",
            settings={"baseline": "nvil"},
        ),
        Entry(key="score-none", title="Score function, bare", algorithm="score-function"),
    ),
    "svi": (Entry(key="svi", title="SVI, no encoder", algorithm="svi"),),
    "semi-amortised": (
        Entry(key="semi-amortised", title="Semi-amortised", algorithm="semi-amortised"),
    ),
    "mcem": (Entry(key="mcem", title="MCEM", algorithm="mcem"),),
    "full-vb": (Entry(key="full-vb", title="Full VB", algorithm="full-vb"),),
}


def entries() -> tuple[Entry, ...]:
    """All racers; an algorithm without a line of its own above takes part as it is.

    Who subtracts something more from the bound, or learns no VAE, has another goal.
    """
    found: list[Entry] = []
    for name, settings in ALGORITHMS.items():
        if settings.trains is not VAE or issubclass(settings, PenalisedSettings):
            continue
        alone = Entry(key=name, title=name, algorithm=name)
        found.extend(_WAYS.get(name, (alone,)))
    return tuple(found)
