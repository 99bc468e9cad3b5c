"""What differs between runs: of all their settings only those that tell them apart."""

from collections.abc import Mapping, Sequence

from vae_core.models.architecture import unused_settings
from vae_core.options import Option, options_of
from vae_core.runs.config import EPOCHS, RunConfig
from vae_core.runs.flat import algorithm_options

SEED = "seed"
# Where it lies, how fast it goes and what it is called change nothing that is measured.
_OUTWARD = frozenset({"data_dir", "threads", "name"})


def settings_in_use(config: RunConfig) -> dict[str, object]:
    """The settings that act on what a run learns, flat, by name, in the order of declaration.

    What its network, likelihood or algorithm has no use for is left out, and a length that nobody
    gave is the usual one.
    """
    told = config.settings() | {"algorithm": config.algorithm.name}
    if config.epochs is None and config.samples is None:
        told["epochs"] = EPOCHS
    useless = {name for name, _ in unused_settings(config.network, config.likelihood, list(told))}
    return {name: value for name, value in told.items() if name not in useless | _OUTWARD}


def varying(configs: Sequence[RunConfig]) -> dict[str, Option]:
    """The settings of which these runs have more than one value, in the order of declaration.

    One that only some of them have varies where it differs among those; that they have it follows
    from another (say, the algorithm).
    """
    told = [settings_in_use(config) for config in configs]
    return {
        name: option
        for name, option in setting_options().items()
        if len({repr(each[name]) for each in told if name in each}) > 1
    }


def setting_options() -> dict[str, Option]:
    """Every setting of any run as it is offered, by name."""
    return options_of(RunConfig) | {option.name: option for option, _ in algorithm_options()}


def shown(value: object) -> str:
    """A setting's value as a command line has it."""
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def told_apart(values: Mapping[str, object], options: Mapping[str, Option] | None = None) -> str:
    """Such as “latent-dim 2 · beta 4 · seed 0”, by the words of the command line.

    Who tells many trials apart has the ``options`` of these values at hand.
    """
    known = setting_options() if options is None else options
    return " · ".join(f"{known[n].flag.lstrip('-')} {shown(v)}" for n, v in values.items())
