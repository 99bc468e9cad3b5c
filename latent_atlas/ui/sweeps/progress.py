"""How far a sweep is, and its buttons: drawn on a timer, only while a trial trains or waits."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from latent_atlas.ui.dialogs import dialog_is_open
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.sweeps import words
from latent_atlas.ui.sweeps.directing import (
    may_direct_all,
    pause_sweep,
    resume_sweep,
    stop_sweep,
)
from latent_atlas.ui.sweeps.reading import KnownSweep, SeenSweep, look_at
from latent_atlas.ui.train.directing import whose
from vae_core.errors import AtlasError
from vae_core.runs import ensure_worker

EVERY = 1.5  # seconds


def progress(known: KnownSweep, seen: SeenSweep) -> None:
    """Draw it; where a trial has changed its state, the page is drawn anew."""
    every = EVERY if seen.active else None
    st.fragment(_draw, run_every=every)(known, seen.signature(), [seen])


# The page has just looked at the trials; from its second turn on, the fragment does so itself.
def _draw(known: KnownSweep, drawn: tuple[str, ...], first: list[SeenSweep]) -> None:
    with explained_errors():
        seen = first.pop() if first else look_at(known)
        if seen.signature() != drawn and not dialog_is_open():
            st.rerun()
        states = seen.states()
        if states["queued"] and not states["running"]:
            with suppress(AtlasError):  # who would start the next one may have been killed
                ensure_worker(seen.sweep.runs_dir)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if may_direct_all(seen):
                _buttons(seen)
            st.markdown(escaped(words.states(seen)), width="content")
            if others := [run for run in seen.runs if not may_direct(run.path)]:
                st.caption(whose(others[0]), width="content")
        if seen.active:
            st.progress(words.share(seen), text=escaped(words.training(seen)) or "It begins…")


def _buttons(seen: SeenSweep) -> None:
    if seen.active:
        _button("Pause", "pause", pause_sweep, seen, "Rests at a checkpoint and goes on from there")
    if left := len(seen.left) + seen.unmade:
        told = f"Trains the {left} that are left; nothing that is finished is trained again"
        _button("Resume", "play_arrow", resume_sweep, seen, told, primary=not seen.active)
    if seen.active or seen.left:
        _button("Stop", "stop", stop_sweep, seen, "Ends all that is not finished; that stays")


def _button(
    label: str,
    icon: str,
    command: Callable[[SeenSweep], None],
    seen: SeenSweep,
    told: str,
    *,
    primary: bool = False,
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        help=told,
        # The sweep is part of the key: a click can never reach one that is no longer shown.
        key=f"sweep-{label.lower()}-{seen.sweep.name}",
        on_click=_send,
        args=(command, seen),
    )


def _send(command: Callable[[SeenSweep], None], drawn: SeenSweep) -> None:
    with explained_errors():
        command(look_at(KnownSweep(drawn.sweep, drawn.sweep.document)))
