"""The ledger of one image as a component: the posterior, and below it what Reconstruct shows."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_RECONSTRUCT = _HERE.parent / "reconstruct"


def _read(*files: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in files)


_PANEL = st.components.v2.component(
    "latent_atlas_your_image",
    html='<div class="wall"><section class="panel yours" aria-live="polite"></section></div>\n',
    css=_read(_RECONSTRUCT / "wall.css", _HERE / "panel.css"),
    js=_read(
        _RECONSTRUCT / "elements.js",
        _RECONSTRUCT / "ledger.js",
        _HERE / "panel.js",
    ),
)


def panel(ledger: dict[str, Any], *, key: str) -> None:
    """Show the `ledger` of a `Reading`."""
    _PANEL(key=key, data=ledger)
