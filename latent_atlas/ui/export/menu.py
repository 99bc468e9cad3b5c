"""Take away: the quiet menu of Explore with all that lives on without the app.

Every file is made when its button is pressed, and the button turns while it is made.
"""

from functools import partial

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry
from latent_atlas.ui.export.endpoints import WalkContext
from latent_atlas.ui.export.exports import export_files, file_stem, manifold_png
from latent_atlas.ui.export.walk_menu import walk_menu
from latent_atlas.ui.latent_plane import PlaneView, told_view
from latent_atlas.ui.latent_plane.chosen import last_view
from latent_atlas.ui.latent_plane.view import QUERY_KEYS
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.own_image import latest_mean
from latent_atlas.ui.samples import no_plane
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.errors import AtlasError

_KEY = "take-away"
_SCALES = (1, 2, 3, 4)


# A fragment: opening the menu reruns these lines only, and finds the present link.
@st.fragment
def export_menu(entry: ModelEntry) -> None:
    """Draw the menu; what is in it is made when it is opened."""
    menu = st.popover(
        "Take away", icon=":material/download:", type="tertiary", key=_KEY, on_change=have_it_drawn
    )
    if not menu.open:
        return
    with menu, st.container(gap="xsmall"):
        try:
            view = told_view() or last_view()
            _link(view)
            _files(entry)
            if no_plane(entry) is not None:
                return
            _plane(entry, view)
            walk_menu(WalkContext(entry, view, latest_mean(entry)))
        except AtlasError as problem:
            st.markdown(f":material/block: {escaped_message(str(problem))}")


def _link(view: PlaneView) -> None:
    query = view.to_query()
    st.markdown("**A link to this view**")
    st.code(address.link({name: query.get(name) for name in QUERY_KEYS}), language=None)


def _files(entry: ModelEntry) -> None:
    st.markdown("**The model**")
    with st.container(horizontal=True, gap="xsmall"):
        for each in export_files(entry):
            st.download_button(
                each.label,
                each.content,
                file_name=each.name,
                mime=each.mime,
                on_click="ignore",
                key=f"{_KEY}-{each.label}",
            )


def _plane(entry: ModelEntry, view: PlaneView) -> None:
    st.markdown("**The plane as a picture**")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        scale = st.segmented_control(
            "Screen pixels a pixel",
            _SCALES,
            default=2,
            required=True,
            format_func=lambda times: f"{times}×",
            key=f"{_KEY}-scale",
            label_visibility="collapsed",
            persist_state="session",
        )
        st.download_button(
            "Manifold, PNG",
            partial(manifold_png, entry, view, int(scale)),
            file_name=f"{file_stem(entry)}-manifold.png",
            mime="image/png",
            on_click="ignore",
            key=f"{_KEY}-manifold",
        )
