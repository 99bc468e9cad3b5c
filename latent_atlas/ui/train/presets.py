"""Runs worth starting, each with one sentence of what to look for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from vae_core.algorithms import ALGORITHMS, AEVBSettings
from vae_core.data.own import is_own
from vae_core.options import Option, options_of
from vae_core.runs import RunConfig
from vae_core.runs.config import EPOCHS
from vae_core.runs.flat import algorithm_options

DATASET = "mnist-12k"
DATASET_MODEL = "mnist-2d"  # a shipped model of the like


def defaults(algorithm: str = AEVBSettings.name) -> dict[str, object]:
    """What the form holds before a preset is laid over it: every field, as `algorithm` has it.

    Numbers that people like to write their own way (1e-3, 0.001) are kept as text and read when the
    run starts.
    """
    of_run = [option for option in options_of(RunConfig).values() if option.group is not None]
    of_others = [option for option, _ in algorithm_options()]
    its_own = options_of(ALGORITHMS[algorithm]).values()
    usual = {each.name: held(each, each.default) for each in (*of_run, *of_others, *its_own)}
    return usual | {"dataset": DATASET, "algorithm": algorithm, "epochs": EPOCHS, "name": ""}


def typed(value: object) -> str:
    """A default as people write it: 0.001, or 512, 256."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"


def held(option: Option, value: object) -> object:
    """A setting's value as its field holds it."""
    if option.kind is float and value is None:
        return ""
    return typed(value) if option.kind in (float, tuple) else value


def held_values(config: RunConfig, epochs: int) -> dict[str, object]:
    """What the form holds of a run; `epochs` is its length where it was given in images."""
    # Among flat settings “name” is the algorithm's.
    told = config.settings() | {"algorithm": config.algorithm.name, "name": config.name or ""}
    if told["epochs"] is None:
        told["epochs"] = EPOCHS if told["samples"] is None else epochs
    options = options_of(RunConfig) | options_of(type(config.algorithm))
    usual = defaults(config.algorithm.name)
    return usual | {name: held(options[name], told[name]) for name in usual if name in told}


OWN = "own"  # stands for whatever images people brought themselves


Family = Literal["Autoencoders", "What came after"]
FAMILIES: tuple[Family, ...] = get_args(Family)
AUTOENCODERS, RIVALS = FAMILIES


@dataclass(frozen=True)
class Preset:
    """A named start: `changes` are laid over `defaults`.

    Where its data are not here, `instead` names data that will do. Its card `shows` images of its
    data: as they are, their mean, ever less noise over them, each above noise, or row by row. Or it
    shows how a shipped model, `like` what it comes to, maps them or draws them. None is like what a
    rival comes to.
    """

    title: str
    look_for: str
    changes: Mapping[str, object]
    instead: str | None = None
    shows: Literal["map", "tiles", "images", "mean", "noisy", "paired", "rows"] = "images"
    like: str | None = DATASET_MODEL
    family: Family = AUTOENCODERS

    @property
    def wanted(self) -> str:
        """The data that it is meant for."""
        return str(self.changes.get("dataset", DATASET))

    def dataset(self, present: Collection[str]) -> str | None:
        """The data to use of those that are present, or None if there are none."""
        if self.wanted == OWN:
            return next((name for name in sorted(present) if is_own(name)), None)
        return next((name for name in (self.wanted, self.instead) if name in present), None)

    def values_with(self, present: Collection[str]) -> dict[str, object]:
        """Every field of the form; where no data will do that are here, with those it wants."""
        data = self.dataset(present) or self.wanted
        # Own data bear their own name, which the run takes over when it is given none.
        name = "" if self is YOURS else self.title
        return {**defaults(self.algorithm), **self.changes, "dataset": data, "name": name}

    @property
    def algorithm(self) -> str:
        """The name of what it trains by."""
        return str(self.changes.get("algorithm", AEVBSettings.name))


# Section 5 of the paper, as far as it says; the rest as its authors' code had it.
_PAPER: Mapping[str, object] = MappingProxyType(
    {
        "optimizer": "adagrad",
        "learning_rate": "0.02",
        "init": "paper",
        "weight_prior": "normal",
        "sampling": "replacement",
    }
)

YOURS = Preset(
    title="Your own images",
    look_for="What you brought finds its places on a plane, like beside like: first comes what "
    "all of it has in common, then what tells one picture from another.",
    changes={
        "dataset": OWN,
        "network": "conv",
        "hidden": "256",
        "activation": "relu",
        "batch_size": 50,
        "epochs": 60,
    },
)

PRESETS = (
    Preset(
        title="Fast digits",
        look_for="Tiny 8 × 8 digits, done in seconds: the ELBO leaps, then creeps, while the code "
        "slowly learns to say more.",
        changes={
            "dataset": "digits",
            "hidden": "128",
            "activation": "relu",
            "epochs": 100,
            "batch_size": 50,
        },
        shows="map",
        like="digits-2d",
    ),
    Preset(
        title="A map of digits",
        look_for="Ten kinds of digit find their places on a plane: the ELBO rises fast, then codes "
        "get longer as the map unfolds; in the end test falls behind train.",
        changes={"hidden": "512, 256", "activation": "relu", "epochs": 30},
        shows="map",
    ),
    Preset(
        title="Paper: MNIST",
        look_for="The set-up of the paper's experiments, Adagrad and all: after a "
        "hundred batches that only look, the ELBO rises along the curve of its Figure 2.",
        changes={**_PAPER, "dataset": "mnist", "hidden": "500", "epochs": 20, "latent_dim": 3},
        instead="mnist-12k",
        shows="tiles",
    ),
    Preset(
        title="Paper: Frey Face",
        look_for="The paper's other data: one man's face on film, 28 × 20, with a variance for "
        "every pixel. The ELBO is of a density now, so it climbs far above zero.",
        changes={
            **_PAPER,
            "dataset": "frey-face",
            "hidden": "200",
            "epochs": 200,
            "likelihood": "gaussian",
        },
    ),
    Preset(
        title="Collapse on purpose",
        look_for="The code is charged forty times over: within two epochs every latent dimension "
        "falls silent, and all pictures become the same one.",
        changes={"latent_dim": 10, "epochs": 6, "beta": "40"},
        shows="mean",
    ),
    YOURS,
    Preset(
        title="A duel",
        look_for="A GAN: one network makes digits out of noise, another tells them from real "
        "ones. No bound and no map; watch blots become strokes, and strokes digits.",
        changes={"algorithm": "gan", "batch_size": 64, "epochs": 15},
        like=None,
        family=RIVALS,
    ),
    Preset(
        title="There and back",
        look_for="A flow: every digit has one code, as long as itself, and every code one digit. "
        "log p(x) is exact, and rises while samples stay rough.",
        changes={"algorithm": "flow", "batch_size": 32, "epochs": 8},
        shows="paired",
        like=None,
        family=RIVALS,
    ),
    Preset(
        title="Out of noise",
        look_for="Diffusion learns to take a little noise away. Its error falls at once and then "
        "hardly: what goes on getting better are the samples.",
        changes={"algorithm": "ddpm", "batch_size": 32, "epochs": 6},
        shows="noisy",
        like=None,
        family=RIVALS,
    ),
    Preset(
        title="Pixel by pixel",
        look_for="A PixelCNN: each pixel is told those before it. There is no code, so log p(x) is "
        "exact: hold it against a VAE's bound on the same black-and-white digits.",
        changes={"algorithm": "pixelcnn", "binarize": "dynamic", "batch_size": 20, "epochs": 5},
        shows="rows",
        like=None,
        family=RIVALS,
    ),
    Preset(
        title="A prior that fits",
        look_for="A VampPrior: codes never quite lie like noise, so draws of noise look like "
        "nothing. Here p(z) is learned as well, and the same decoder draws better digits.",
        changes={
            "algorithm": "learned-prior",
            "prior": "vamp",
            "hidden": "300",
            "latent_dim": 20,
            "activation": "relu",
            "epochs": 10,
        },
        like=None,
        family=RIVALS,
    ),
)


def offered(present: Collection[str], fetchable: Collection[str] = ()) -> list[Preset]:
    """The presets whose data are here, or can be fetched."""
    return [p for p in PRESETS if p.dataset(present) is not None or p.wanted in fetchable]


def preset(title: str) -> Preset:
    """The preset called `title`; KeyError when there is none."""
    return {p.title: p for p in PRESETS}[title]
