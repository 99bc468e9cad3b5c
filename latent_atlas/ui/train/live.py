"""The part of the page that moves: redrawn by itself while a run is active, and only then."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train.curves import panels
from latent_atlas.ui.train.links import links
from latent_atlas.ui.train.run_list import run_list
from latent_atlas.ui.train.run_view import (
    Seen,
    chosen,
    comparable,
    read_runs,
    read_story,
    signature,
    starting,
)
from latent_atlas.ui.train.transport import transport
from latent_atlas.ui.train.words import message

EVERY = 0.8  # seconds between drawings, so that a second never passes without one


def live(runs_dir: Path, seen: Sequence[Seen]) -> None:
    """Mount the moving part; its timer runs only while a run trains or waits."""
    every = EVERY if any(s.active for s in seen) else None
    st.fragment(_draw, run_every=every)(runs_dir, signature(seen))


def _draw(runs_dir: Path, known: tuple[tuple[str, str], ...]) -> None:
    seen = read_runs(runs_dir)
    if signature(seen) != known:
        # A run came, went or changed its state: what stands around this part changes too.
        st.rerun()
    with explained_errors():
        shown, refusal = comparable(chosen(seen))
        stories = [read_story(s) for s in shown]
        watched = shown[0]
        transport(watched, stories[0].log)
        # Containers hold the places, so that a sentence that comes or goes remounts no chart.
        with st.container():
            _state(watched, seen)
            if refusal:
                st.warning(escaped_message(refusal), icon=":material/balance:")
        with st.container():
            if any(story.begun for story in stories):
                panels(stories)
            elif starting(watched, seen):
                st.skeleton(height=440)
        run_list(seen, shown)


def _state(watched: Seen, seen: Sequence[Seen]) -> None:
    """Say what happened to the watched run and what to do, as loudly as it deserves."""
    text = message(watched.run, watched.status, [(s.run, s.status) for s in seen])
    state = watched.status.state
    if state in ("failed", "interrupted"):
        st.warning(text, icon=":material/error:")
        if log := watched.run.log_tail(20):
            with st.expander("What the training process wrote"):
                st.code(log, language=None)
    elif state == "finished":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(text, width="content")
            links(watched.run)
    elif text:
        st.markdown(text)
    if watched.status.note:
        st.caption(escaped_message(watched.status.note))
