"""What ails the watched run, and a click that starts it anew as it would be better, beside it."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, open_dialog, tell_problem
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.train.course import collapsed
from latent_atlas.ui.train.directing import start_clone
from latent_atlas.ui.train.form import unused_name
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.run_settings import as_told
from latent_atlas.ui.train.run_view import Seen, choose
from latent_atlas.ui.train.top import begin_at_top
from latent_atlas.ui.visible_data import is_visible
from vae_core.options import options_of
from vae_core.runs import Run, RunConfig
from vae_core.runs.doctor import RULES, Finding, Reads, diagnose
from vae_core.runs.flat import algorithm_options
from vae_core.sentences import counted, listed

DOCTOR = "Ask the doctor…"
_GROWN = 1.25  # times as long
_IN_PASSING: frozenset[Reads] = frozenset({"log"})
_AT_REST: frozenset[Reads] = frozenset({"log", "model"})
_CLOSELY: frozenset[Reads] = frozenset({"log", "model", "data"})  # all images, which takes a while


def doctor(runs_dir: Path, story: Story) -> None:
    """Say what is found first, in two sentences at most, beside its remedy; nothing of a sound run.

    What the page has said already is not said again.
    """
    seen = Seen(story.run, story.status)
    if not is_visible(seen.run.config.dataset, owner_here()):
        return
    found = [each for each in _findings(seen, _in_passing(seen)) if each.answer == "yes"]
    if not found:
        return
    first, *others = found
    told = [] if _is_said(first, story) else [first.sentence]
    told += [first.remedy.reason] if first.remedy else []
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if told:
            st.markdown(f":material/stethoscope: {escaped_message(' '.join(told))}")
        # What does not fit beside the sentence goes below it together.
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _button(first, partial(_at_once, runs_dir, seen.run, first), "remedy")
            more = f"{counted(len(others), 'more finding')}…" if others else DOCTOR
            asked = (DOCTOR, seen.run.id)
            st.button(more, type="tertiary", key="doctor", on_click=open_dialog, args=asked)


@st.dialog("What the doctor finds", width="medium", on_dismiss=close_dialog)
def doctor_dialog(runs_dir: Path, seen: Seen) -> None:
    """Draw what every rule finds: what ails the run in full, the rest folded."""
    found = _findings(seen, _CLOSELY)
    ailing = [each for each in found if each.answer == "yes"]
    if not ailing:
        st.markdown(f"Nothing of what {counted(len(found), 'rule')} look for.")
    for each in ailing:
        st.markdown(_answered(each))
        if each.remedy is not None:
            st.markdown(escaped_message(each.remedy.reason))
        start = partial(_start, runs_dir, seen.run, each)
        _button(each, partial(carry_out, start), "asked-remedy")
    tell_problem()
    with st.expander(f"{counted(len(found) - len(ailing), 'rule')} that found nothing"):
        st.markdown("\n\n".join(_answered(each) for each in found if each not in ailing))
    with st.expander("By which rules"):
        for each in found:
            told = f"{each.rule.replace('_', ' ')}: {each.tolerance}. Otherwise: {each.otherwise}"
            st.caption(escaped_message(told))


def _in_passing(seen: Seen) -> frozenset[Reads]:
    return _IN_PASSING if seen.active else _AT_REST


def _findings(seen: Seen, reads: frozenset[Reads]) -> list[Finding]:
    """What the rules find that read nothing else, as of this state of the run's log.

    While it trains they are asked anew when the log has grown by about a quarter: each time all of
    it is read, and what is found changes no faster.
    """
    path = seen.run.metrics_path
    size = path.stat().st_size if path.exists() else 0
    if seen.active and size:
        size = round(math.log(size, _GROWN))
    return _asked(str(seen.run.path), seen.status.state, size, reads)


@st.cache_resource(max_entries=64, show_spinner=False)
def _asked(path: str, state: str, size: int, reads: frozenset[Reads]) -> list[Finding]:
    return diagnose(Run(Path(path)), reads)


def _is_said(finding: Finding, story: Story) -> bool:
    """Whether the sentences above say so already (`words.message`)."""
    if finding.rule == "collapsed":
        return collapsed(story.log, story.status.epoch) is not None
    return finding.sentence == story.status.diverged


def _answered(finding: Finding) -> str:
    question = RULES[finding.rule].question
    return f"**{escaped(question)}**  \n{escaped_message(finding.sentence)}"


def _button(finding: Finding, start: Callable[[], None], key: str) -> None:
    """Offer a finding's remedy, if it has one."""
    if finding.remedy is not None:
        st.button(
            f"Start it with {escaped(changes_in_words(finding.remedy.changes))}",
            icon=":material/play_arrow:",
            key=f"{key}-{finding.rule}",
            help="A new run beside this one, with fresh weights; both are drawn in one chart.",
            on_click=start,
        )


def changes_in_words(changes: Mapping[str, object]) -> str:
    """Such as “beta 1 and latent dimensions 2”."""
    options = {option.name: option for option, _ in algorithm_options()} | options_of(RunConfig)
    told = [
        f"{options[name].label[0].lower()}{options[name].label[1:]} {as_told(options[name], value)}"
        for name, value in changes.items()
    ]
    return listed(told)


def _at_once(runs_dir: Path, run: Run, finding: Finding) -> None:
    with explained_errors():
        _start(runs_dir, run, finding)


def _start(runs_dir: Path, run: Run, finding: Finding) -> None:
    """As `latent-atlas doctor RUN --start`, under a name that tells the two apart."""
    assert finding.remedy is not None
    changes = finding.remedy.changes
    name = f"{run.title[:40]} · {changes_in_words(changes)}"[:76]
    told = {**changes, "name": unused_name(name, runs_dir)}
    clone = start_clone(run, runs_dir, start="fresh", **told)
    choose([clone.id, run.id])
    begin_at_top()
