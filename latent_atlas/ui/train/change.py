"""A change while a run trains, or before it goes on: asked for here, and told when it was made."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, tell_problem
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train.directing import check_may_direct
from latent_atlas.ui.train.fields import read_float
from latent_atlas.ui.train.reading import Story, as_typed, scheduled, settings_now
from latent_atlas.ui.train.run_view import Seen, read_story
from vae_core.options import options_of
from vae_core.runs import (
    RESUMABLE,
    ChangeEvent,
    RefusalEvent,
    Run,
    RunConfig,
    answer,
    changeable,
    request_change,
)
from vae_core.runs.commands import waiting_commands
from vae_core.sentences import counted, listed

CHANGE = "Change a setting…"
_SHOWN = "change-shown"  # what the fields held before anybody typed
_SENT = "change-sent"


@dataclass(frozen=True)
class _Sent:
    """A change that this session has asked a run for, and what became of it, once that is known."""

    run: str
    command: str
    answer: ChangeEvent | RefusalEvent | None = None


def can_change(seen: Seen) -> bool:
    """Whether the run has any step to come, and a setting that can be another for it."""
    goes_on = seen.active or seen.status.state in RESUMABLE
    return goes_on and bool(changeable(seen.run.config))


def fill_change(seen: Seen) -> None:
    """Callback: the fields begin with what is in force now."""
    shown = {name: f"{value:g}" for name, value in settings_now(read_story(seen)).items()}
    st.session_state[_SHOWN] = shown
    for name in changeable(seen.run.config):
        st.session_state[_key(name)] = shown[name]


@st.dialog("Change a setting", on_dismiss=close_dialog)
def change_dialog(seen: Seen) -> None:
    """Ask for other values of what may be another; they take effect at the next step."""
    config = seen.run.config
    for name, option in changeable(config).items():
        st.text_input(option.label, key=_key(name), help=option.help)
    when = "within a step or two" if seen.status.state == "running" else "when it goes on"
    told = f"Takes effect {when}, and is marked on the curve."
    if moving := [changeable(config)[name].label.lower() for name in scheduled(config)]:
        told += f" What you change here leaves its schedule: {listed(moving)}."
    st.caption(told)
    st.button(
        "Change",
        type="primary",
        key="change-send",
        on_click=carry_out,
        args=(partial(send_change, seen.run),),
    )
    tell_problem()


def send_change(run: Run) -> None:
    """Ask for what was typed anew. Raises AtlasError in a sentence."""
    check_may_direct(run)
    shown: dict[str, str] = st.session_state[_SHOWN]
    values = {
        name: read_float(option, st.session_state[_key(name)])
        for name, option in changeable(run.config).items()
        if st.session_state[_key(name)].strip() != shown[name]
    }
    if values:
        st.session_state[_SENT] = _Sent(run.id, request_change(run, **values))


def change_told(story: Story) -> None:
    """Say what waits for its batch, and since when what was asked for here is in force."""
    run = story.run
    sent: _Sent | None = st.session_state.get(_SENT)
    if sent is not None and sent.run != run.id:
        sent = None
    if sent is not None and sent.answer is None:
        # The whole log is read for it, so only until the answer is there.
        sent = _Sent(sent.run, sent.command, answer(run, sent.command))
        st.session_state[_SENT] = sent
    found = None if sent is None else sent.answer
    if waiting_commands(run.commands_path) and (pending := run.pending()):
        st.caption(f"Asked for: {_words(run.config, pending)}. It holds from the next batch on.")
    elif isinstance(found, RefusalEvent):
        st.warning(escaped_message(found.reason), icon=":material/error:")
    elif found is not None:
        words = _words(run.config, found.values())
        where = "" if found.samples is None else f", {counted(found.samples, 'image')}"
        st.caption(f"{words[0].upper()}{words[1:]} since step {found.step:,}{where}.")


def _words(config: RunConfig, values: dict[str, float]) -> str:
    options = options_of(type(config.algorithm))
    return listed(f"{options[name].label.lower()} {as_typed(v)}" for name, v in values.items())


def _key(name: str) -> str:
    return f"change-{name}"
