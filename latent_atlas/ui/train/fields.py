"""The form's fields, drawn as they are declared; and from what was typed to a `RunConfig`."""

import re
from collections.abc import Iterable, Mapping
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.presets import defaults, typed
from latent_atlas.ui.widget_values import held, held_place
from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.options import Option, read_number, refused
from vae_core.runs import RunConfig, make_config
from vae_core.runs.flat import run_options

_LARGEST = 2**53 - 1  # whole number that a browser keeps exactly
_NAME = 80  # characters


def draw_in_pairs(options: Iterable[Option]) -> None:
    """Draw fields side by side in rows: where a narrow page stacks them, they keep their order."""
    usual, place = usual_values(), st.columns(2)
    for number, option in enumerate(options):
        if number and number % 2 == 0:
            place = st.columns(2)
        draw(option, place[number % 2], usual)


def draw(option: Option, place: DeltaGenerator, usual_of: Mapping[str, object]) -> None:
    """Draw a field. What was not drawn before, or cannot be any more, begins from what is usual."""
    name, usual = key(option.name), usual_of[option.name]
    if not _fits(option, held(name, usual)):
        st.session_state[name] = usual
    if option.choices:
        words = option.choices
        place.selectbox(
            option.label,
            list(words),
            held_place(name, list(words)),
            key=name,
            format_func=words.__getitem__,
            help=_help(option),
        )
    elif option.kind is int:
        least, most = _bounds(option)
        place.number_input(
            option.label,
            least,
            most,
            cast("int", held(name, usual)),  # or None, where that is what is usual
            step=option.step,
            key=name,
            help=_help(option),
            placeholder=option.placeholder,
        )
    else:
        place.text_input(
            option.label,
            held(name, usual),
            key=name,
            help=_help(option),
            max_chars=_NAME if option.name == "name" else None,
            placeholder=option.placeholder,
        )


def form_values() -> dict[str, object]:
    """Every field of the form as it stands, drawn or not."""
    return {name: st.session_state.get(key(name), usual) for name, usual in usual_values().items()}


def usual_values() -> dict[str, object]:
    """Every field as the algorithm in the form has it as usual."""
    chosen = st.session_state.get(key("algorithm"))
    return defaults(str(chosen)) if chosen in ALGORITHMS else defaults()


def read_widths(option: Option, text: str) -> tuple[int, ...]:
    """Hidden widths such as (512, 256) from "512, 256"; AtlasError in a sentence."""
    parts = [part for part in re.split(r"[\s,;×-]+", text.strip()) if part]
    strange = next((part for part in parts if not part.isdecimal()), None)
    if strange is not None or not parts:
        told = refused(option, strange or "", "hold" if strange else "be")
        raise AtlasError(f"{told}, for example {typed(option.default)}.")
    return tuple(int(part) for part in parts)


def read_float(option: Option, text: str) -> float:
    """A number as somebody typed it; AtlasError in a sentence. Bounds are for the settings."""
    try:
        return read_number(option, text)
    except ValueError as error:
        example = "" if option.default is None else f", for example {typed(option.default)}"
        raise AtlasError(f"{error}{example}.") from error


def read_config(values: Mapping[str, object]) -> RunConfig:
    """The run that the form's `values` (fields of `presets.defaults`) describe.

    What the algorithm, network and likelihood in them have no use for was not drawn and is left
    out. AtlasError with one sentence when a field cannot be used.
    """
    told = {
        name: read_field(option, values[name])
        for name, option in run_options(values).items()
        if name in values
    }
    return make_config(**told | {"algorithm": values["algorithm"]})


def read_field(option: Option, value: object) -> object:
    """What a field holds, as a config takes it; AtlasError in a sentence."""
    if option.name == "name":
        return str(value or "").strip() or None
    if option.kind is tuple:
        return read_widths(option, str(value))
    if option.kind is float:
        if option.default is None and not str(value).strip():
            return None
        return read_float(option, str(value))
    if option.kind is int and value is None and option.placeholder is None:
        raise AtlasError(f"{refused(option, '')}.")
    return value


def _fits(option: Option, value: object) -> bool:
    if option.choices:
        return value in option.choices
    if option.kind is int and isinstance(value, int):
        least, most = _bounds(option)
        return least <= value <= most
    return True


def _bounds(option: Option) -> tuple[int, int]:
    least = 0 if option.least is None else option.least
    most = _LARGEST if option.most is None else option.most
    return int(least), int(min(most, _LARGEST))


def _help(option: Option) -> str | None:
    return option.help or None
