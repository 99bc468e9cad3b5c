"""The command line that trains the same sweep again."""

from shlex import quote

from pydantic import JsonValue

from vae_core.sweeps.record import SweepDocument
from vae_core.sweeps.varying import setting_options, shown


def sweep_command(document: SweepDocument) -> str:
    """Such as ``latent-atlas sweep digits --latent-dim 2,10 --seed 0,1``, for a shell."""
    known = setting_options()
    told = {name: [value] for name, value in document.given.items()} | document.varies
    words = ["latent-atlas", "sweep", _joined(told.pop("dataset", ["DATASET"]))]
    for name, values in told.items():
        if values != [None]:
            words += [known[name].flag, _joined(values)]
    return " ".join(map(quote, words))


def _joined(values: list[JsonValue]) -> str:
    """As ``read_values`` takes them: slashes stand between lists."""
    between = "/" if any(isinstance(value, list) for value in values) else ","
    return between.join(_exact(value) for value in values)


def _exact(value: JsonValue) -> str:
    """As short as it can be without losing a digit."""
    short = shown(value)
    return f"{value!r}" if isinstance(value, float) and float(short) != value else short
