"""The ledger of one image as a component: the posterior, and below it what Reconstruct shows."""

from pathlib import Path
from typing import Any

from latent_atlas.ui.components import component

_HERE = Path(__file__).parent
_SHEETS = (_HERE.parent / "reconstruct" / "wall.css", _HERE / "panel.css")

_panel = component(
    "latent_atlas_your_image",
    "own_image/panel",
    "createPanel",
    html='<div class="wall"><section class="panel yours" aria-live="polite"></section></div>\n',
    css="\n".join(sheet.read_text(encoding="utf-8") for sheet in _SHEETS),
)


def panel(ledger: dict[str, Any], *, key: str) -> None:
    """Show the `ledger` of a `Reading`."""
    _panel(ledger, key=key)
