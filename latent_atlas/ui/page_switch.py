"""Going to another page by a button: asked for by its callback, done once the pages are known.

A callback runs before `st.navigation` has said which pages there are, and a button that is asked
for its value instead can lose its click to a rerun.
"""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from latent_atlas.ui.whole_runs import have_it_drawn

_ASKED = "asked_page"


def ask_for_page(path: Path, query: Mapping[str, str] | None = None) -> None:
    """Callback: go to the page in the file `path`, with this in its address."""
    st.session_state[_ASKED] = (path, dict(query or {}))
    have_it_drawn()


def switch_to_asked_page() -> None:
    """Go to the page that was asked for, if one was: this run ends here then."""
    if _ASKED in st.session_state:
        path, query = st.session_state.pop(_ASKED)
        st.switch_page(path, query_params=query or None)
