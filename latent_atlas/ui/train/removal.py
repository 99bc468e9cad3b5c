"""The removal of a run: asked before, and undone by a click after."""

from dataclasses import dataclass
from functools import partial
from time import monotonic

import streamlit as st

from latent_atlas.ui.dialogs import answer_removal, close_dialog
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import quoted
from latent_atlas.ui.train.directing import put_back_own, remove_own_run
from latent_atlas.ui.train.run_view import Seen, choose
from vae_core.runs import RemovedRun, Run

REMOVE = "Remove this run…"
_REMOVED = "removed-run"
_OFFERED_SECONDS = 300.0  # longer than a slip takes to be noticed; the bin keeps it far longer


@dataclass(frozen=True)
class _Removed:
    """What this session has removed last, and until when the page offers it back (`monotonic`)."""

    run: RemovedRun
    title: str
    until: float


@st.dialog("Remove this run?", on_dismiss=close_dialog)
def removal_dialog(seen: Seen) -> None:
    """Ask before a run leaves the lists."""
    st.markdown(
        f"{quoted(seen.run.title)} leaves the lists, with its curves and its model. "
        "You can undo this afterwards."
    )
    answer_removal("it", partial(remove, seen.run), "run")


def remove(run: Run) -> None:
    """Remove it, and watch another. Raises AtlasError as `remove_own_run`."""
    title = run.title
    removed = remove_own_run(run)
    st.session_state[_REMOVED] = _Removed(removed, title, monotonic() + _OFFERED_SECONDS)
    choose([])


def offer_undo() -> None:
    """Draw what was removed just now, and the button that brings it back."""
    gone: _Removed | None = st.session_state.get(_REMOVED)
    if gone is None or monotonic() > gone.until or not gone.run.path.exists():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{quoted(gone.title)} was removed.", width="content")
        st.button("Undo", icon=":material/undo:", key="undo-removal", on_click=_undo, args=(gone,))


def _undo(gone: _Removed) -> None:
    with explained_errors():
        [run] = put_back_own([gone.run])
        st.session_state.pop(_REMOVED, None)
        choose([run.id])
