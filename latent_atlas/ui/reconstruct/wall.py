"""The wall: a component that lays out the images, and the ledger of the one that is selected."""

from pathlib import Path
from typing import Any

from latent_atlas.ui.components import component

_wall = component(
    "latent_atlas_reconstruction_wall",
    "reconstruct/wall",
    "createWall",
    html='<div class="wall"></div>\n',
    css=Path(__file__).with_name("wall.css").read_text(encoding="utf-8"),
)


def wall(data: dict[str, Any], selected: int, key: str) -> int | None:
    """Mount the wall with the data of `wall_data`; returns the id of the image that was selected.

    The wall opens on image `selected`, or on its first if that is not shown. From then on the
    browser keeps the selection and answers a click without waiting for Python.
    """
    result = _wall({**data, "selected": selected}, key=key, on_selected_change=lambda: None)
    chosen = result.selected
    return int(chosen) if isinstance(chosen, int | float) else None
