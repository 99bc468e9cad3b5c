"""Epochs of the first model's run, as further columns."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry
from latent_atlas.ui.model_files import epochs_of
from latent_atlas.ui.reconstruct.state import RIVALS, compare_with
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.errors import AtlasError

_KEY = "reconstruct-epochs"


def epoch_picker(entry: ModelEntry, compared: Sequence[ModelEntry]) -> None:
    """Draw the choice of them; nothing for a model that has kept none whole."""
    try:
        epochs = {each.key: each for each in epochs_of(entry)}
    except AtlasError:  # its file is gone, which the page tells
        return
    if not epochs:
        return
    others = [each.key for each in compared if each.key not in epochs]
    put(_KEY, [each.key for each in compared if each.key in epochs])
    with st.popover("Epochs…", key="reconstruct-epochs-of"):
        st.pills(
            f"Epochs of {entry.title} as columns",
            list(epochs),
            selection_mode="multi",
            default=st.session_state[_KEY],
            format_func=lambda key: epochs[key].title.removeprefix(f"{entry.title}, "),
            key=_KEY,
            on_change=on_choice(
                _KEY, lambda: compare_with([*others, *st.session_state[_KEY]][:RIVALS])
            ),
        )
