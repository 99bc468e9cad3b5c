"""The parts of the page that move: redrawn by themselves while a run is active, and only then."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import dialog_is_open
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train.curves import panels
from latent_atlas.ui.train.directing import whose
from latent_atlas.ui.train.links import links
from latent_atlas.ui.train.one_batch.section import one_batch, takes_single_batches
from latent_atlas.ui.train.plane import has_plane, plane_beside
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.run_list import run_list
from latent_atlas.ui.train.run_view import (
    Seen,
    Signature,
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
LATER = 1.6  # between those of the curves, once a run has trained for a minute and they hardly move
YOUNG = 60.0  # seconds of training
# What is about to be drawn anew is not dimmed: on a busy machine all that moves would flicker.
_STEADY = """<style>
[data-testid="stElementContainer"][data-stale="true"] { opacity: 1; transition: none; }
</style>"""
RESTS = ("paused", "stopped")  # with a model as far as it has come
LISTENING = 2.0  # seconds between looks whether another tab, or a command, has changed anything


def live(runs_dir: Path, seen: Sequence[Seen]) -> None:
    """Mount the moving parts; they are drawn on a timer only while a run trains or waits.

    While none does, a part without any content looks whether that is still so.
    """
    st.html(_STEADY)
    known = signature(seen)
    active = any(s.active for s in seen)
    young = _young(seen)
    # The page has just read them; from their second turn on, the parts read again themselves.
    st.fragment(_bar, run_every=EVERY if active else None)(runs_dir, known, young, [seen])
    every = EVERY if young else LATER
    st.fragment(_draw, run_every=every if active else None)(runs_dir, [seen])
    if not active:
        st.fragment(_listen, run_every=LISTENING)(runs_dir, known, [seen])


def _young(seen: Sequence[Seen]) -> bool:
    """Whether a run trains whose curves still move much."""
    return any(s.active and s.status.seconds < YOUNG for s in seen)


def _listen(runs_dir: Path, known: Signature, first: list[Sequence[Seen]]) -> None:
    _follow(first.pop() if first else read_runs(runs_dir).seen, known)


def _follow(seen: Sequence[Seen], known: Signature, young: bool = False) -> None:
    """Draw the page anew where a run came, went or changed its state: all of it has to change.

    And where none is `young` any more: its curves are drawn less often. But not around an open
    dialog: its content would be made anew, and what is being typed there would be lost. The page
    follows when the dialog is left.
    """
    if (signature(seen) != known or (young and not _young(seen))) and not dialog_is_open():
        st.rerun()


def _bar(runs_dir: Path, known: Signature, young: bool, first: list[Sequence[Seen]]) -> None:
    seen = first.pop() if first else read_runs(runs_dir).seen
    _follow(seen, known, young)
    with explained_errors():
        if shown := comparable(chosen(seen))[0]:
            transport(shown[0], read_story(shown[0]).log)


def _draw(runs_dir: Path, first: list[Sequence[Seen]]) -> None:
    seen = first.pop() if first else read_runs(runs_dir).seen
    with explained_errors():
        shown, refusal = comparable(chosen(seen))
        if not shown:
            return  # the last one was removed elsewhere, under an open dialog
        stories = [read_story(s) for s in shown]
        watched = shown[0]
        # Containers hold the places, so that a sentence that comes or goes remounts no chart.
        with st.container():
            _state(watched, stories[0], seen)
            if refusal:
                st.warning(escaped_message(refusal), icon=":material/balance:")
            if takes_single_batches(watched):
                one_batch(watched)
        with st.container():
            if any(story.begun for story in stories):
                alone = len(stories) == 1 and has_plane(watched)
                beside = partial(plane_beside, stories[0])
                panels(stories, beside if alone else None)
            elif starting(watched, seen):
                st.skeleton(height=440)
        run_list(seen, shown)


def _state(watched: Seen, story: Story, seen: Sequence[Seen]) -> None:
    """Say what happened to the watched run, what to do and who may, as loudly as it deserves."""
    text = message(story, [(s.run, s.status) for s in seen])
    state = watched.status.state
    if state in ("failed", "interrupted") or watched.status.diverged is not None:
        st.warning(text, icon=":material/error:")
        if state in ("failed", "interrupted") and (log := watched.run.log_tail(20)):
            with st.expander("What the training process wrote"):
                st.code(log, language=None)
        if state == "finished":
            with st.container(horizontal=True):
                links(watched.run)
    elif state == "finished" or (state in RESTS and watched.run.model_path() is not None):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(text, width="content")
            links(watched.run)
    elif text:
        st.markdown(text)
    if watched.status.note:
        st.caption(escaped_message(watched.status.note))
    if said := whose(watched.run):
        st.caption(said)
