"""What Plotly's figures take from the page: the ink of its theme, and the accent."""

from typing import Any

import streamlit as st

from latent_atlas.reports.colours import PAGE_DARK, PAGE_LIGHT, QUIET_DARK, QUIET_LIGHT


def put_ink(layout: dict[str, Any]) -> None:
    """Words in a colour that can be read, those beside an axis on the page's own ground."""
    dark = is_dark()
    ink, page = (QUIET_DARK, PAGE_DARK) if dark else (QUIET_LIGHT, PAGE_LIGHT)
    layout["font"] = {"color": ink, "size": 13}
    for name in ("xaxis", "yaxis"):
        axis = layout[name]
        axis["tickfont"] = {"color": ink}
        if "title" in axis:
            axis["title"] = axis["title"] | {"font": {"color": ink}}
    for note in layout["annotations"]:
        note["font"] = {"color": ink, "size": 13}
        note["bgcolor"] = page
    layout["legend"] = layout.get("legend", {}) | {"font": {"color": ink}}


def is_dark() -> bool:
    """Whether the page is drawn in its dark theme."""
    return st.context.theme.type == "dark"


def accent() -> str:
    """The colour of what can be acted on."""
    return str(st.get_option(f"theme.{'dark' if is_dark() else 'light'}.primaryColor"))
