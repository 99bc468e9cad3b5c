"""Three runs worth starting, each with one sentence of what to look for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# What the form holds before a preset is laid over it. Numbers that people like to write their own
# way (1e-3, 0.001) are kept as text and read when the run starts.
DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "dataset": "mnist-12k",
        "hidden": "500",
        "latent_dim": 2,
        "epochs": 20,
        "learning_rate": "0.001",
        "activation": "tanh",
        "batch_size": 100,
        "beta": "1",
        "binarize": "none",
        "init": "torch",
        "samples_per_image": 1,
        "seed": 0,
        "threads": None,
        "name": "",
    }
)


@dataclass(frozen=True)
class Preset:
    """A named start: `changes` are laid over `DEFAULTS`."""

    title: str
    look_for: str
    changes: Mapping[str, object]

    @property
    def values(self) -> dict[str, object]:
        """Return every field of the form."""
        return {**DEFAULTS, **self.changes, "name": self.title}


PRESETS = (
    Preset(
        title="Fast digits",
        look_for="Tiny 8×8 digits, done in seconds: the bound leaps, then creeps, while the code "
        "slowly learns to carry more.",
        changes={
            "dataset": "digits",
            "hidden": "128",
            "activation": "relu",
            "epochs": 100,
            "batch_size": 50,
        },
    ),
    Preset(
        title="A map of digits",
        look_for="Ten kinds of handwritten digit find their places on a plane: the bound rises "
        "fast, then the rate grows as the map unfolds, and in the end test falls behind train.",
        changes={"hidden": "512, 256", "activation": "relu", "epochs": 30},
    ),
    Preset(
        title="Collapse on purpose",
        look_for="The code is charged forty times over: within two epochs every latent dimension "
        "falls silent, and all pictures become the same one.",
        changes={"latent_dim": 10, "epochs": 6, "beta": "40"},
    ),
)


def preset(title: str) -> Preset:
    """Return the preset called `title`; KeyError when there is none."""
    return {p.title: p for p in PRESETS}[title]
