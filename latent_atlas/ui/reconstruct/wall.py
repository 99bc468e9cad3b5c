"""The wall: a component that lays out the images, and the ledger of the one that is selected."""

from pathlib import Path
from typing import Any

import streamlit as st


def _read(*names: str) -> str:
    return "\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in names)


_WALL = st.components.v2.component(
    "latent_atlas_reconstruction_wall",
    html='<div class="wall"></div>\n',
    css=_read("wall.css"),
    js=_read("elements.js", "ledger.js", "wall.js"),
)


def wall(data: dict[str, Any], selected: int, key: str) -> int | None:
    """Mount the wall with the data of `wall_data`; returns the id of the image that was selected.

    The wall opens on image `selected`, or on its first if that is not shown. From then on the
    browser keeps the selection and answers a click without waiting for Python.
    """
    result = _WALL(
        key=key,
        data={**data, "selected": selected},
        on_selected_change=lambda: None,
    )
    chosen = result.selected
    return int(chosen) if isinstance(chosen, int | float) else None
