"""From what was typed into the form to a `RunConfig`, or one sentence that says what to change."""

import re
from collections.abc import Mapping

from vae_core.errors import AtlasError
from vae_core.runs import RunConfig, make_config

MAX_WIDTH = 8192


def read_widths(
    text: str, label: str = "Hidden widths", example: str = "512, 256"
) -> tuple[int, ...]:
    """Return hidden widths such as (512, 256) from "512, 256"; AtlasError in a sentence."""
    parts = [part for part in re.split(r"[\s,;×-]+", text.strip()) if part]
    if not parts:
        raise AtlasError(f"{label} are empty: write one number a layer, for example {example}.")
    for part in parts:
        if not part.isdecimal() or not 1 <= int(part) <= MAX_WIDTH:
            raise AtlasError(
                f"{label} hold “{part}”: write whole numbers from 1 to {MAX_WIDTH:,}, "
                f"separated by commas, for example {example}."
            )
    return tuple(int(part) for part in parts)


def read_positive(label: str, text: str, example: str, *, zero: bool = False) -> float:
    """Return a finite number above zero (or from zero on); AtlasError in a sentence."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if 0 < number < float("inf") or (zero and number == 0):
        return number
    least = "zero or more" if zero else "above zero"
    found = f"is “{text.strip()}”" if text.strip() else "is empty"
    raise AtlasError(f"{label} {found}: write a number {least}, for example {example}.")


def read_config(values: Mapping[str, object]) -> RunConfig:
    """Return the run that the form's `values` (fields of `presets.DEFAULTS`) describe.

    AtlasError with one sentence when a field cannot be used.
    """
    typed = dict(values)
    typed["hidden"] = read_widths(str(values["hidden"]))
    typed["channels"] = read_widths(str(values["channels"]), "Channels", "32, 64")
    typed["scale"] = read_positive("The pixel scale", str(values["scale"]), "0.1")
    typed["learning_rate"] = read_positive(
        "The learning rate", str(values["learning_rate"]), "1e-3"
    )
    typed["beta"] = read_positive("Beta", str(values["beta"]), "1", zero=True)
    whole = (
        "latent_dim",
        "epochs",
        "batch_size",
        "samples_per_image",
        "importance_samples",
        "local_steps",
        "leapfrog_steps",
        "updates",
        "seed",
    )
    for key in whole:
        if typed[key] is None:
            raise AtlasError(f"{_label(key)} is empty: write a whole number.")
    typed["name"] = str(values.get("name") or "").strip() or None
    return make_config(**typed)


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()
