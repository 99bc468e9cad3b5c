"""Models without a plane to walk: what Explore says of them, and what they show instead."""

import streamlit as st
from torch import Generator

from latent_atlas.ui.catalog import ModelEntry, loaded
from vae_core.errors import AtlasError
from vae_core.models import Encodes, Samples, ShowsMeans, inability

_COUNT = 24
_DRAW = "samples-draw"


def no_plane(entry: ModelEntry) -> str | None:
    """Why there is no latent plane of a model, as a clause, or None where there is one."""
    try:
        return inability(loaded(entry).model, Encodes, ShowsMeans)
    except AtlasError:
        return None  # it is gone, which the plane itself will say


def samples_instead(entry: ModelEntry, why: str) -> None:
    """Say why there is no plane, and show what the model makes of chance, where it can."""
    st.info(f"There is no latent plane to walk: {why}.")
    model = loaded(entry).model
    if not isinstance(model, Samples):
        return
    draw = st.session_state.setdefault(_DRAW, 0)
    images = model.sample_images(_COUNT, Generator().manual_seed(draw)).clamp(0, 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("What it makes of chance")
        st.button("Draw again", icon=":material/casino:", key="draw-samples", on_click=_draw_again)
    shown = images.permute(0, 2, 3, 1).numpy()
    st.image(
        list(shown if shown.shape[-1] > 1 else shown[..., 0]),
        width=72,
        output_format="PNG",
        alt=[f"Sample {number}" for number in range(1, _COUNT + 1)],
    )


def _draw_again() -> None:
    st.session_state[_DRAW] += 1
