"""Explore: walk the latent plane of a trained model with the pointer."""

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, model_picker
from latent_atlas.ui.compare import planes, twin_picker
from latent_atlas.ui.equations.explore import equations_button
from latent_atlas.ui.export.menu import take_away
from latent_atlas.ui.latent_plane import PlaneView, view_from
from latent_atlas.ui.latent_plane.view import QUERY_KEYS
from latent_atlas.ui.own_image import yours
from latent_atlas.ui.samples import no_plane, samples_instead
from vae_core.errors import AtlasError


def starting_view() -> PlaneView:
    """The view of the link that was opened, else the one that this session left."""
    linked = {name: st.query_params[name] for name in QUERY_KEYS if name in st.query_params}
    return view_from(linked) if linked else st.session_state.get("plane_view", PlaneView())


def remember(entry: ModelEntry, view: PlaneView) -> None:
    """Keep the view for this session and in the address, so that the link restores it."""
    st.session_state["plane_view"] = view
    query = view.to_query()
    address.write_all({"model": entry.key} | {name: query.get(name) for name in QUERY_KEYS})


# A fragment: a pin or a drawing reruns these lines and not the page.
@st.fragment
def plane(entry: ModelEntry) -> None:
    stage = st.container()  # above the image that lands on it
    view = starting_view()
    try:
        landed = yours(entry)
        with stage:
            moved = planes(entry, view, landed=landed)
    except AtlasError as problem:
        st.info(str(problem))
        return
    remember(entry, moved or view)


def beside(entry: ModelEntry) -> None:
    """What stands beside the model's own control."""
    if no_plane(entry) is None:
        equations_button()  # on a phone there is room for it on this line, and on no other
        twin_picker(entry)
    take_away(entry)


entry = model_picker("explore-model", beside=beside)
if (why := no_plane(entry)) is None:
    plane(entry)
else:
    samples_instead(entry, why)
