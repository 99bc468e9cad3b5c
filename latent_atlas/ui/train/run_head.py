"""Below the title of the watched run: where it comes from."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.train.run_view import Seen, choose
from vae_core.sentences import counted


def run_head(watched: Seen, seen: Sequence[Seen]) -> None:
    """Draw it; nothing where there is nothing to tell."""
    parent = watched.run.document.parent
    if parent is None:
        return
    found = next((each for each in seen if each.run.id == parent.run), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.caption("Clone of", width="content")
        if found is None:
            st.caption(f"“{escaped(parent.title)}”, which is not here now,", width="content")
        else:
            st.button(
                escaped(found.run.title),
                type="tertiary",
                key=f"parent-{watched.run.id}",
                on_click=choose,
                args=([found.run.id],),
            )
        st.caption(f"after {counted(parent.samples, 'image')}", width="content")
