"""Where an error becomes a sentence on the page."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from latent_atlas.ui.markdown import escaped_message
from vae_core.errors import AtlasError


@contextmanager
def explained_errors() -> Iterator[None]:
    """Show an `AtlasError` raised inside as one plain sentence instead of a traceback."""
    try:
        yield
    except AtlasError as error:
        st.error(escaped_message(str(error)), icon=":material/error:")
