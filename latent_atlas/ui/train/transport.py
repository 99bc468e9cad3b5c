"""The transport bar: one big play or pause, and stop, before a readout that never shifts."""

from collections.abc import Callable, Sequence

import streamlit as st

from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.train.directing import direct, resume_run
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.readout import readout
from latent_atlas.ui.train.run_view import Seen
from vae_core.runs import RESUMABLE, Run, request_pause, request_stop


def transport(story: Story, seen: Sequence[Seen], drawn: str) -> None:
    """Draw the buttons that a run answers to, for whoever may press them, and where it stands.

    `seen` and `drawn` are as in `readout`.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if may_direct(story.run.path):
            _buttons(Seen(story.run, story.status))
        readout(story, seen, drawn)


def _buttons(seen: Seen) -> None:
    state = seen.status.state
    if state in RESUMABLE:
        _button("Resume", "play_arrow", resume_run, seen.run, primary=True)
    else:
        _button("Pause", "pause", request_pause, seen.run, primary=True, off=not seen.active)
    _button(
        "Stop",
        "stop",
        request_stop,
        seen.run,
        off=not (seen.active or state in ("paused", "interrupted")),
    )


def _button(
    label: str,
    icon: str,
    command: Callable[[Run], None],
    run: Run,
    *,
    primary: bool = False,
    off: bool = False,
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        disabled=off,
        # The run is part of the key: a click can never reach a run that is no longer shown.
        key=f"{label.lower()}-{run.id}",
        on_click=_send,
        args=(command, run),
    )


def _send(command: Callable[[Run], None], run: Run) -> None:
    with explained_errors():
        direct(run, command)
