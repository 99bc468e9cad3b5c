"""Explore: walk the latent plane of a trained model with the pointer."""

import streamlit as st

from latent_atlas.ui.catalog import loaded, model_picker, selected_model
from latent_atlas.ui.equations.explore import equations_button
from latent_atlas.ui.export.menu import export_menu
from latent_atlas.ui.head import STAGE
from latent_atlas.ui.judges.bringing import other_judge
from latent_atlas.ui.latent_plane.chosen import Chosen, chosen, keep
from latent_atlas.ui.latent_plane.twin import planes, twin_picker
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.own_image import own_image_section, sheet_beside
from latent_atlas.ui.room import leave_room
from latent_atlas.ui.samples import no_plane, samples_instead, walk_instead
from latent_atlas.ui.walk_map.view import LEFT
from vae_core.errors import AtlasError

ORDER = 10  # in the navigation

KEY = "explore-model"

selection = selected_model(KEY)
now = chosen(selection)
without_plane = no_plane(now.model)


def beside() -> None:
    """What stands beside the model's own control."""
    if without_plane is None:
        equations_button()  # on a phone there is room for it on this line, and on no other
        twin_picker(now, selection.entries)
    export_menu(now.model)


# A fragment: a pin or a drawing reruns these lines and not the page.
@st.fragment
def plane(now: Chosen) -> None:
    stage = st.container(key=STAGE)  # above the image that lands on it
    stage.empty()  # what holds nothing takes no room
    try:
        landed = own_image_section(now.model)
        with stage:
            now = planes(now, landed=landed, pad=sheet_beside(now.model))
            if now.view.judged:
                other_judge(loaded(now.model).model.image_shape)
    except AtlasError as problem:
        st.info(escaped_message(str(problem)))
    keep(now, LEFT)


# Likewise, where a map stands in the plane's place.
@st.fragment
def instead(now: Chosen, why: str) -> None:
    walked = walk_instead(now.model)
    if walked is None:
        st.info(f"There is no latent plane to walk: {why}.")
    samples_instead(now.model)
    keep(now, LEFT if walked is None else walked.to_query())


leave_room()
model_picker(selection, KEY, beside=beside)
if without_plane is None:
    plane(now)
else:
    instead(now, without_plane)
