"""What stands beside the first form: where a start of this kind begins, or what it is to draw."""

import streamlit as st

from latent_atlas.ui.catalog import find_model
from latent_atlas.ui.latent_plane import PlaneView, latent_plane
from latent_atlas.ui.model_files import kept_epochs
from latent_atlas.ui.train.plane import titled
from latent_atlas.ui.train.preset_pictures import real_images
from latent_atlas.ui.train.presets import Preset
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.errors import AtlasError

_HEAP = titled(
    "It begins as one heap",
    "where a network that has learned nothing puts images; the slider shows what became of them",
)
_REAL = titled(
    "Real ones",
    "no map unfolds: samples take this place while it learns, and are to look like these",
)


def waiting(start: Preset) -> None:
    """Draw it, where nothing has been trained yet."""
    if start.like is None:
        _real_images(start)
    elif (entry := find_model(f"shipped:{start.like}")) is not None:
        st.markdown(_HEAP)
        began = kept_epochs(entry)[:1]
        view = PlaneView(epoch=began[0].epoch if began else None)
        latent_plane(entry, view, compact=True, key=f"train-waits-{start.like}")


def _real_images(start: Preset) -> None:
    dataset = start.dataset({info.name for info in visible_datasets() if info.present})
    try:
        uri = None if dataset is None else real_images(dataset)
    except AtlasError:
        return  # whoever starts it is told
    if uri is not None:
        st.markdown(_REAL)
        style = "width: min(100%, 420px); border-radius: 8px; image-rendering: pixelated"
        st.html(f'<img src="{uri}" alt="Images that it learns from" style="{style}">')
