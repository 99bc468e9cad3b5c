"""Starts as cards: what will unfold, what to look for, and how long it takes on this machine."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import streamlit as st

from latent_atlas.ui.train.fields import read_config
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.preset_pictures import preset_picture
from latent_atlas.ui.train.presets import Preset, preset
from latent_atlas.ui.train.words import about
from latent_atlas.ui.widget_values import held_place
from vae_core.errors import AtlasError
from vae_core.runs import RunConfig
from vae_core.runs.expected import expected_seconds

_WHERE = f".st-key-{key('preset')} [role='radiogroup']"
# Cards of a radio group: a whole card is its label, so that a click anywhere on it chooses.
_STYLE = f"""
{_WHERE} {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(216px, 1fr));
  align-items: stretch; gap: 12px; }}
{_WHERE} > div {{ position: relative; margin: 0; padding: 0 12px 12px; border-radius: 8px;
  border: 1px solid color-mix(in srgb, currentColor 20%, transparent); }}
{_WHERE} > div::before {{ content: ""; display: block; height: 64px; margin: 0 -12px 10px;
  border-radius: 7px 7px 0 0; }}
{_WHERE} > div[data-selected='true'] {{ outline: 2px solid var(--chosen); outline-offset: -1px; }}
{_WHERE} > div:has(:focus-visible) {{ outline: 3px solid var(--chosen); }}
{_WHERE} > div:hover {{ background: color-mix(in srgb, currentColor 5%, transparent); }}
{_WHERE} label::after {{ content: ""; position: absolute; inset: 0; cursor: pointer; }}
{_WHERE} [data-testid='stRadioCaption'] {{ margin: 4px 0 0; padding: 0; }}
"""


def preset_cards(
    presets: Sequence[Preset], present: set[str], on_change: Callable[[], None]
) -> None:
    """Draw a card for each; the session holds the title of the chosen one."""
    titles = {each.title: each for each in presets}
    pictures = "".join(
        f"{_WHERE} > div:nth-of-type({n})::before {{ background: {_background(uri)}; }}\n"
        for n, uri in enumerate((_picture(each, present) for each in presets), start=1)
    )
    chosen = st.get_option(
        f"theme.{'dark' if st.context.theme.type == 'dark' else 'light'}.primaryColor"
    )
    st.html(f"<style>{_WHERE} {{ --chosen: {chosen}; }}{_STYLE}{pictures}</style>")
    st.radio(
        "Start from",
        list(titles),
        held_place(key("preset"), list(titles)),
        key=key("preset"),
        captions=[_caption(each, present) for each in presets],
        on_change=on_change,
        width="stretch",
    )


def _background(picture: str | None) -> str:
    """In CSS; where there is no picture yet, its place is seen to be empty."""
    if picture is None:
        return "color-mix(in srgb, currentColor 8%, transparent)"
    return f"#0d1117 url({picture}) center / cover"


def _picture(start: Preset, present: set[str]) -> str | None:
    dataset = start.dataset(present)
    try:
        return None if dataset is None else preset_picture(start, dataset)
    except AtlasError:
        return None  # whoever starts it is told


def _caption(start: Preset, present: set[str]) -> str:
    dataset = start.dataset(present)
    if dataset is None:
        return f"{start.look_for}  \n**Its images are still to be fetched**"
    seconds = _seconds(start.title, dataset)
    return start.look_for + ("" if seconds is None else f"  \n**{about(seconds)} here**")


def expected_time(values: Mapping[str, object]) -> None:
    """Say how long a form with these values takes here, where it can be said."""
    try:
        seconds = _expected(read_config(values))
    except AtlasError:
        return  # whoever starts it is told
    st.caption(f"{about(seconds)} here")


@lru_cache(maxsize=32)
def _expected(config: RunConfig) -> float:
    return expected_seconds(config)


@lru_cache(maxsize=32)
def _seconds(title: str, dataset: str) -> float | None:
    try:
        return _expected(read_config(preset(title).values_with({dataset})))
    except AtlasError:
        return None
