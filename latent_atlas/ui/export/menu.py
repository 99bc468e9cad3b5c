"""Take away: the quiet menu of Explore with all that lives on without the app.

Every file is made when its button is pressed, and the button turns while it is made.
"""

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry
from latent_atlas.ui.data.words import escaped
from latent_atlas.ui.export.ends import Here
from latent_atlas.ui.export.exports import file_stem, take_aways
from latent_atlas.ui.export.pictures import manifold_png
from latent_atlas.ui.export.walk_menu import walk_menu
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.samples import no_plane
from vae_core.errors import AtlasError

_KEY = "take-away"
_SCALES = (1, 2, 3, 4)


# A fragment: opening the menu reruns these lines only, and finds the present link.
@st.fragment
def take_away(entry: ModelEntry) -> None:
    """Draw the menu; what is in it is made when it is opened."""
    menu = st.popover(
        "Take away", icon=":material/download:", type="tertiary", key=_KEY, on_change="rerun"
    )
    if not menu.open:
        return
    with menu, st.container(gap="xsmall"):
        try:
            _link()
            _files(entry)
            if no_plane(entry) is not None:
                return
            view = st.session_state.get("plane_view", PlaneView())
            _plane(entry, view)
            digest, mu = st.session_state.get("yours_mu", ("", None))
            walk_menu(Here(entry, view, mu if digest == entry.digest else None))
        except AtlasError as problem:
            st.markdown(f":material/block: {escaped(str(problem))}")


def _link() -> None:
    st.markdown("**A link to this view**")
    address = (st.context.url or "").rstrip("/")
    st.code(f"{address}/?{urlencode(st.query_params.to_dict(), safe=',:')}", language=None)


def _files(entry: ModelEntry) -> None:
    st.markdown("**The model**")
    with st.container(horizontal=True, gap="xsmall"):
        for each in take_aways(entry):
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
