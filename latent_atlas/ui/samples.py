"""Models without a plane to walk: what a page says of them, and what they show instead."""

import math

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.sample_sheet import model_sheet
from latent_atlas.ui.walk_map import map_told, walk
from latent_atlas.ui.walk_map.view import WalkView, keep_walk, next_map, walk_view
from vae_core.errors import AtlasError
from vae_core.models import Encodes, Generates, Inverts, Model, ShowsMeans, inability
from vae_core.runs.sample_sheets import only_samples, what_is_drawn
from vae_core.sentences import counted

_DRAW = "samples-draw"
_DRAWS = 1_000  # after which the first one comes again


def no_plane(entry: ModelEntry) -> str | None:
    """Why there is no latent plane of a model, as a clause, or None where there is one."""
    try:
        return inability(loaded(entry).model, Encodes, ShowsMeans)
    except AtlasError:
        return None  # it is gone, which the plane itself will say


def samples_instead(entry: ModelEntry) -> None:
    """Show what a model without a plane makes of chance; of others nothing."""
    try:
        model = loaded(entry).model
    except AtlasError:
        return  # the page has said so
    if not only_samples(model):
        return
    draw = st.session_state.setdefault(_DRAW, 0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("What it makes of chance")
        st.button("Draw again", icon=":material/casino:", key="draw-samples", on_click=_draw_again)
    model_sheet(model, entry.digest, draw, what_is_drawn(model), key=f"samples-{entry.key}")


def walk_instead(entry: ModelEntry) -> WalkView | None:
    """Let a model without an encoder be walked, where it makes images of a latent.

    Returns what is seen of it; None where there is nothing to walk.
    """
    try:
        model = loaded(entry).model
    except AtlasError:
        return None  # the page has said so
    if not isinstance(model, Generates) or isinstance(model, Encodes):
        return None
    view = walk_view()
    keep_walk(view)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Every spot is a picture that it would draw")
        st.button("Another map", icon=":material/casino:", key="walk-again", on_click=next_map)
    walk(model, entry.digest, view, model.image_shape[2], key=f"walk-{entry.key}")
    st.caption(f"{map_told(model, view.number)} {_images_told(model)}")
    return view


def _images_told(model: Model) -> str:
    """Where images are on its map, in a sentence."""
    if not isinstance(model, Inverts):
        return "No image is on it: the model cannot tell of which z one would be made."
    values = math.prod(model.image_shape)
    return (
        f"Each image has exactly one z, of {counted(values, 'number')}, as many as it has values: "
        "a map of two directions misses nearly all of them."
    )


def _draw_again() -> None:
    st.session_state[_DRAW] = (st.session_state[_DRAW] + 1) % _DRAWS
