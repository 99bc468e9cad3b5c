"""A stored figure on the page: one panel at a time, so that it is large and a phone shows it."""

from collections.abc import Sequence
from typing import Any

# Plotly asks pandas about all that it draws once it finds it among the modules, and a page that is
# opened at the same moment may have imported only half of it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.colours import QUIET_DARK, QUIET_LIGHT
from latent_atlas.reports.figures import panel_figure
from latent_atlas.reports.figures.axes import Axes
from latent_atlas.reports.figures.images import fitting_scale, sheet_uri
from latent_atlas.reports.figures.table import TABLE_STYLE, table_html
from latent_atlas.reproduce.figure import CurvesPanel, FigureData, ImagesPanel, Panel, TablePanel
from latent_atlas.ui.markdown import escaped, escaped_message
from vae_core.errors import AtlasError

_SHEET_PIXELS = 600  # of a sheet of images, at most
_FEW = 4  # panels that are chosen by buttons; more are chosen from a list


# A fragment: another panel redraws these lines and no other figure.
@st.fragment
def figure(document: FigureData, key: str, wanted: Sequence[str] = (), first: str = "") -> None:
    """Draw the panels of a document whose keys are `wanted`, or all.

    Shown before anybody chooses is the one whose key begins with `first`, or the first of all.
    """
    panels = {p.key: p for p in document.panels if not wanted or p.key in wanted}
    if not panels:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = panels[_choice(panels, key, first)]
        axes: Axes = "data"
        if isinstance(shown, CurvesPanel) and (shown.x_range or shown.y_range):
            wide = st.toggle(
                "On the paper's axes",
                key=f"axes-{key}",
                help="The paper trains longer: its axes go on where our curves end.",
            )
            axes = "paper" if wide else "data"
    try:
        _draw(shown, document, key, axes)
    except AtlasError as error:
        st.info(escaped_message(str(error)))


def _choice(panels: dict[str, Panel], key: str, first: str) -> str:
    names = list(panels)
    start = next((name for name in names if name.startswith(first)), names[0])
    if len(names) == 1:
        st.markdown(f"**{escaped(panels[start].title)}**", width="stretch")
        return start
    if len(names) <= _FEW:
        chosen = st.pills(
            "Panel",
            names,
            default=start,
            required=True,
            format_func=lambda name: escaped(panels[name].title),
            key=f"panel-{key}",
            label_visibility="collapsed",
            wrap=True,
        )
        return chosen or start
    return st.selectbox(
        "Panel",
        names,
        index=names.index(start),
        format_func=lambda name: panels[name].title,
        key=f"panel-{key}",
        label_visibility="collapsed",
        width=368,
    )


def _draw(panel: Panel, document: FigureData, key: str, axes: Axes) -> None:
    if isinstance(panel, TablePanel):
        page = f".measures {{ --page: {_page_colour()}; }}"
        st.html(f"<style>{TABLE_STYLE}{page}</style>{table_html(panel)}")
        return
    if isinstance(panel, ImagesPanel):
        scale = fitting_scale(panel, _SHEET_PIXELS)
        # Made at its final size; only a screen that is narrower than it shrinks it.
        st.html(
            f'<img src="{sheet_uri(panel, scale)}" alt="{panel.rows} × {panel.columns} images that '
            'a model decoded" style="max-width:100%;height:auto;display:block">'
        )
        return
    drawn = panel_figure(panel, seeds=document.provenance.seeds, axes=axes)
    _ink(drawn["layout"], QUIET_DARK if st.context.theme.type == "dark" else QUIET_LIGHT)
    st.plotly_chart(
        drawn,
        key=f"figure-{key}",
        config={"displayModeBar": False},
        alt=f"{panel.title}: {panel.y_label}",
    )


def _page_colour() -> str:
    theme = "dark" if st.context.theme.type == "dark" else "light"
    return str(st.get_option(f"theme.{theme}.backgroundColor"))


def _ink(layout: dict[str, Any], colour: str) -> None:
    """Write axes and notes in a colour of 4.5 : 1 or more; Streamlit's own for Plotly has less."""
    layout["font"] = layout.get("font", {}) | {"color": colour}
    for name in ("xaxis", "yaxis"):
        axis = layout[name]
        axis["tickfont"] = axis.get("tickfont", {}) | {"color": colour}
        if "title" in axis:
            axis["title"] = axis["title"] | {"font": {"color": colour}}
    for note in layout.get("annotations", []):
        note["font"] = note.get("font", {}) | {"color": colour}
