"""The wall: a component that lays out the images, and the ledger of the one that is selected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from latent_atlas.ui.components import component

_wall = component(
    "latent_atlas_reconstruction_wall",
    "reconstruct/wall",
    "createWall",
    html='<div class="wall"></div>\n',
    css=Path(__file__).with_name("wall.css").read_text(encoding="utf-8"),
)


def wall(
    data: dict[str, Any], selected: int, key: str, on_near: Callable[[int], None]
) -> int | None:
    """Mount the wall with the data of `wall_data`; returns the id of the image that was selected.

    The wall opens on image `selected`, or on its first if that is not shown. From then on the
    browser keeps the selection and answers a click without waiting for Python. `on_near` is called
    with the id of an image whose like somebody wants to see.
    """

    def near() -> None:
        if (image := _whole(st.session_state[key].get("near"))) is not None:
            on_near(image)

    result = _wall(
        {**data, "selected": selected},
        key=key,
        on_selected_change=lambda: None,
        on_near_change=near,
    )
    return _whole(result.selected)


def _whole(sent: object) -> int | None:
    """A number of an image as the browser sends it; None for anything else."""
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        return None
    return int(sent) if 0 <= sent < 1e9 else None
