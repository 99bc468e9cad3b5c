"""The chosen trial: its plane, and where its model leads."""

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.train.links import links
from latent_atlas.ui.train.plane import has_plane, plane_beside
from latent_atlas.ui.train.run_view import ADDRESS, Seen, read_story
from vae_core.runs import Run

_WAITS = {
    "queued": "It waits for its turn: its plane comes when it trains.",
    "running": "It begins: its plane comes in a moment.",
}


def trial(run: Run, called: str) -> None:
    """Draw the plane of a trial, live while it trains; `called` is what tells it apart."""
    st.subheader(escaped(called))
    with explained_errors():
        seen = Seen(run, run.status())
        if has_plane(seen):
            plane_beside(read_story(seen), ())
        else:
            st.caption(_WAITS.get(seen.status.state, "There is no plane to show of it."))
        with st.container(horizontal=True):
            if (PAGES / "train.py").exists():
                st.page_link(
                    PAGES / "train.py",
                    label="Its curves",
                    icon=":material/show_chart:",
                    query_params={ADDRESS: run.id},
                )
            if run.model_path() is not None:
                links(run)
