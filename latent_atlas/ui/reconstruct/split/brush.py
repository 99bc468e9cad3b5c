"""The charts of a split whose images are brushed: a component, answered by the pointer at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.components import component
from latent_atlas.ui.reconstruct.selection import see_on_the_wall, select

_HERE = Path(__file__).parent

_brush = component(
    "latent_atlas_split_brush",
    "reconstruct/split/brush",
    "createBrush",
    html='<div class="split"></div>\n',
    css=(_HERE / "brush.css").read_text(encoding="utf-8"),
)


def brush(data: Mapping[str, Any], on_pair: Callable[[str], None]) -> None:
    """Draw the charts of a sheet (`sheets`), with what `split.js` says of the rest of `data`.

    What is brushed goes into the address, and so does the pair of models that is held against
    each other, by `on_pair`.
    """
    key = f"split-brush-{address.turn()}"

    def sent(name: str) -> object:
        found: dict[str, Any] = st.session_state[key]
        return found.get(name)

    def picked() -> None:
        text = sent("picked")
        if isinstance(text, str):
            select(text)

    def paired() -> None:
        text = sent("pair")
        if isinstance(text, str):
            on_pair(text)

    _brush(
        data,
        key=key,
        on_picked_change=picked,
        on_pair_change=paired,
        on_wall_change=see_on_the_wall,
    )
