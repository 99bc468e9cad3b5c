"""Several runs held against each other: their courses on one chart, and what differs in them."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.reports.overlay import Overlay
from latent_atlas.ui import address
from latent_atlas.ui.compare.choices import choices
from latent_atlas.ui.compare.drag import drag
from latent_atlas.ui.compare.drawing import downloads, draw
from latent_atlas.ui.compare.groups import EACH, Varying
from latent_atlas.ui.compare.overlays import Choices, draw_up
from latent_atlas.ui.compare.settings import differing_settings
from latent_atlas.ui.compare.zoom import ZOOM, zoom
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped
from vae_core.runs import Run


def comparison(runs: Sequence[Run]) -> None:
    """Draw the courses of several runs over one another, and the settings that differ.

    All that is chosen on it is in the address. Of fewer than two runs there is nothing to compare.
    """
    if len(runs) > 1:
        _comparison(tuple(runs))


# A fragment: a choice draws these charts anew and not the table of runs above them.
@st.fragment
def _comparison(runs: tuple[Run, ...]) -> None:
    with explained_errors():
        varying = Varying(runs)
        chosen = choices(runs, varying)
        drawn = draw_up(runs, chosen, varying)
        overlay = drawn.overlay
        headline = runs[0].config.algorithm.reports[0].name
        said = escaped(" ".join([told(overlay, chosen, headline), *drawn.notes]).strip())
        below = f"  \n:small[:gray[{said}]]" if said else ""
        st.markdown(f"**{escaped(overlay.title)}**{below}")
        if overlay.charts:
            charts = draw(overlay)
            zoom(drawn.domain, chosen.window, chosen.along, log_axis=chosen.log_axis)
            downloads(overlay)
            drag(charts, chosen.along, log_axis=chosen.log_axis)
        differing_settings(runs, varying)
    address.write({ZOOM: address.named(ZOOM)})


def told(overlay: Overlay, chosen: Choices, headline: str) -> str:
    """What the lines are, in the words of whoever made them; `headline` is what runs are after."""
    sentences = []
    quantity, grouped = overlay.quantity, chosen.way != EACH
    # Of its parts neither way is better by itself: a code that carries more costs more.
    if quantity.name == headline:
        sentences.append(f"{quantity.better.capitalize()} is better.")
    if grouped and any(line.error is not None for chart in overlay.charts for line in chart.lines):
        faint = "" if overlay.words else "; each run is faint behind"
        sentences.append(f"Lines are means over runs, bands their standard error{faint}.")
    if overlay.words:
        when = " before means are taken" if grouped else ""
        sentences.append(
            f"Each run is smoothed{when} ({overlay.words}); what was measured is faint behind."
        )
    return " ".join(sentences)
