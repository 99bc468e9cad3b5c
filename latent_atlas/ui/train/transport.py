"""The transport bar: one big play or pause, stop, and a readout that never shifts."""

from collections.abc import Callable
from html import escape

import streamlit as st

from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.train.directing import direct, resume_run
from latent_atlas.ui.train.history import LogContent
from latent_atlas.ui.train.run_view import Seen
from latent_atlas.ui.train.words import epochs_done, number, time_left
from vae_core.runs import RESUMABLE, Run, request_pause, request_stop

_NUMERALS = "font-variant-numeric:tabular-nums"


def transport(seen: Seen, log: LogContent) -> None:
    """Draw the buttons that `seen` answers to, for whoever may press them, and where it stands."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if may_direct(seen.run.path):
            _buttons(seen)
        st.html(_clock(seen), width=320)
        st.html(_gauges(seen, log), width=480)
    st.html(_hairline(seen))


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


def _clock(seen: Seen) -> str:
    """The epoch counter and the time left, large, in cells that keep their width."""
    status = seen.status
    left = time_left(status.seconds_left) if status.state == "running" else ""
    return (
        f'<div style="{_NUMERALS};display:flex;flex-wrap:wrap;column-gap:24px;font-size:20px;'
        'white-space:nowrap">'
        f"<span>{_quiet('epoch')} {escape(epochs_done(status))}</span>"
        f"<span>{escape(left)}</span></div>"
    )


def _gauges(seen: Seen, log: LogContent) -> str:
    """Speed, gradient norm and learning rate, small."""
    gauges = (
        ("images/s", number(seen.status.images_per_second, 0), 7),
        ("gradient norm", number(log.gradient_norm, 2), 7),
        ("learning rate", "–" if log.learning_rate is None else f"{log.learning_rate:g}", 7),
    )
    cells = "".join(
        f'<span style="white-space:nowrap">{_quiet(label)} <span style="display:inline-block;'
        f'min-width:{width}ch">{escape(value)}</span></span>'
        for label, value, width in gauges
    )
    return (
        f'<div style="{_NUMERALS};display:flex;flex-wrap:wrap;column-gap:8px;font-size:14px">'
        f"{cells}</div>"
    )


def _hairline(seen: Seen) -> str:
    """How much of the run is done, as a thin line."""
    status = seen.status
    done = min(max(status.epoch / status.epochs, 0.0), 1.0) if status.epochs else 0.0
    return (
        '<div style="height:2px;background:color-mix(in srgb,currentColor 12%,transparent)">'
        f'<div style="height:2px;background:currentColor;width:{100 * done:z.2f}%"></div></div>'
    )


def _quiet(label: str) -> str:
    return f'<span style="font-size:14px;opacity:.75">{escape(label)}</span>'
