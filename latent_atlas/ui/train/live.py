"""The parts of the page that move: redrawn by themselves while a run is active, and only then.

The readout and the plane move by themselves, and see to it that the page is drawn anew where a run
has come, gone or changed its state. Curves and the list of runs are drawn on timers of their own.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import dialog_is_open
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train.beside import beside_curves
from latent_atlas.ui.train.change import change_told
from latent_atlas.ui.train.curves import panels
from latent_atlas.ui.train.directing import whose
from latent_atlas.ui.train.doctor import doctor
from latent_atlas.ui.train.links import links
from latent_atlas.ui.train.one_batch.section import one_batch, takes_single_batches
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.readout.answer import drawn_every, page_state
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

# What is about to be drawn anew is not dimmed: on a busy machine all that moves would flicker.
_STEADY = """<style>
[data-testid="stElementContainer"][data-stale="true"] { opacity: 1; transition: none; }
</style>"""
RESTS = ("paused", "stopped")  # with a model as far as it has come
LISTENING = 2.0  # seconds between looks whether another tab, or a command, has changed anything
LISTED = 10.0  # seconds between two drawings of the list of runs


def live(runs_dir: Path, seen: list[Seen]) -> None:
    """Draw the moving parts; on a timer only while a run trains or waits.

    While none does, a part without any content looks whether that is still so.
    """
    st.html(_STEADY)
    every = drawn_every(seen)
    with explained_errors():
        if shown := comparable(chosen(seen))[0]:
            stories = [read_story(s) for s in shown]
            st.fragment(_told)(runs_dir, page_state(stories[0], seen), [seen])
            ailments = st.container()
            with st.container():
                if any(story.begun for story in stories):
                    beside = beside_curves(shown[0]) if len(stories) == 1 else None
                    panels(stories, every, None if beside is None else partial(beside, stories[0]))
                elif starting(shown[0], seen):
                    st.skeleton(height=440)
            with ailments:  # of a long log they take seconds: not before its curves
                doctor(runs_dir, stories[0])
        st.fragment(_list, run_every=None if every is None else LISTED)(runs_dir, shown, [seen])
    if every is None:
        st.fragment(_listen, run_every=LISTENING)(runs_dir, signature(seen), [seen])


# The page has just read what there is; from their second turn on, the parts read it themselves.
def _listen(runs_dir: Path, known: Signature, first: list[Sequence[Seen]]) -> None:
    seen = first.pop() if first else read_runs(runs_dir).seen
    if signature(seen) != known:
        _draw_page_anew()


def _draw_page_anew() -> None:
    """But not around an open dialog: its content would be made anew, and what is being typed there
    would be lost. The page follows when the dialog is left.
    """
    if not dialog_is_open():
        st.rerun()


def _told(runs_dir: Path, drawn: str, first: list[Sequence[Seen]]) -> None:
    """How the watched run fares, and the buttons for it; the page is as it was `drawn`."""
    seen = first.pop() if first else read_runs(runs_dir).seen
    with explained_errors():
        shown, refusal = comparable(chosen(seen))
        if not shown:
            return  # the last one was removed elsewhere, under an open dialog
        story = read_story(shown[0])
        if page_state(story, seen) != drawn:
            _draw_page_anew()
        transport(story, seen, drawn)
        _state(shown[0], story, seen)
        change_told(story)
        if refusal:
            st.warning(escaped_message(refusal), icon=":material/balance:")
        if takes_single_batches(shown[0]):
            one_batch(shown[0])


def _list(runs_dir: Path, shown: Sequence[Seen], first: list[Sequence[Seen]]) -> None:
    with explained_errors():
        run_list(first.pop() if first else read_runs(runs_dir).seen, shown)


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
