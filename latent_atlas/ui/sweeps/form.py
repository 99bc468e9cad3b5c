"""What to sweep: a question to begin from, the data, and rows of a setting and its values."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import leave_dialog
from latent_atlas.ui.limits import check_start, limits_in_words, why_no_sweep
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.sweeps import words
from latent_atlas.ui.sweeps.directing import start_sweep
from latent_atlas.ui.sweeps.questions import QUESTIONS, Question
from latent_atlas.ui.sweeps.reading import choose_sweep
from latent_atlas.ui.visible_data import visible_datasets
from latent_atlas.ui.widget_values import held, held_place
from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.options import Option
from vae_core.runs.config import dataset_info
from vae_core.sweeps import SweepPlan, plan_sweep, read_values, setting_options
from vae_core.sweeps.varying import shown

_KEPT = "new-sweep-form"  # the form as it stands, whether it is drawn or not
_PROBLEM = "new-sweep-refusal"  # why the sweep in the form could not be started
_WITHOUT = ("dataset", "data_dir", "name", "split", "samples", "threads")
MOST_ROWS = 20
_ROW = 440  # pixels


def new_sweep_form(runs_dir: Path, *, folded: bool) -> None:
    """Draw the form and start the sweep it describes; `folded` hides all but the question."""
    if why := why_no_sweep():
        st.info(why)
        return
    form = _Form.of_session()
    st.pills(
        "Start from",
        [each.title for each in QUESTIONS],
        default=held(_key("question"), form.question),
        required=True,
        key=_key("question"),
        on_change=_lay_over,
        wrap=True,
    )
    st.caption(_question(form.question).look_for)
    if folded:
        with st.expander("Settings"):
            _fields(form)
    else:
        _fields(form)
    told = st.empty()  # filled at the end: trying out how long it takes takes a second
    if limits := limits_in_words():
        st.caption(limits)
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped_message(problem), icon=":material/error:")
    plan, refusal = _planned(form, runs_dir)
    st.button(
        "Train them all" if folded else "Start the sweep",
        icon=":material/play_arrow:",
        type="primary",
        key=_key("start"),
        disabled=plan is None,
        on_click=_start,
        args=(runs_dir,),
    )
    if plan is None:
        told.warning(escaped_message(refusal), icon=":material/error:")
        return
    count = words.product(plan.varies, len(plan.trials))
    told.markdown(f"**{count}**")
    if (seconds := _seconds(plan)) is not None:
        told.markdown(f"**{count}**, {words.expected(seconds, len(plan.trials))}.")


class _Form:
    """The fields as they stand: the data, and for each row its number, setting and values."""

    def __init__(self, question: str, dataset: str, rows: Sequence[tuple[str, str]]) -> None:
        self.question = question
        self.dataset = dataset
        self.rows = dict(enumerate(rows))

    @classmethod
    def of_session(cls) -> "_Form":
        """With what was typed last; at first, of the first question."""
        if _KEPT not in st.session_state:
            st.session_state[_KEPT] = _of(QUESTIONS[0])
        form: _Form = st.session_state[_KEPT]
        form.question = st.session_state.get(_key("question"), form.question)
        form.dataset = st.session_state.get(_key("dataset"), form.dataset)
        for number, (setting, values) in form.rows.items():
            form.rows[number] = (
                st.session_state.get(_key("setting", number), setting),
                st.session_state.get(_key("values", number), values),
            )
        return form

    def values(self) -> dict[str, tuple[object, ...]]:
        """What each setting is to be. Raises AtlasError in a sentence where that cannot be read."""
        offered = _offered()
        told: dict[str, tuple[object, ...]] = {"dataset": (self.dataset,)}
        for setting, text in self.rows.values():
            option = offered[setting]
            if not text.strip():  # as usual
                continue
            if setting in told:
                raise AtlasError(
                    f"{option.label} stands there twice: give all its values in one row."
                )
            try:
                told[setting] = read_values(option, text)
            except ValueError as error:
                raise AtlasError(f"{error}.") from error
        return told


def _fields(form: "_Form") -> None:
    infos = {info.name: info for info in visible_datasets() if info.present}
    names = list(infos)
    titles = told_apart(names, lambda name, mark: infos[name].title + mark)
    usual = form.dataset if form.dataset in infos else names[0]
    st.selectbox(
        "Data",
        names,
        held_place(_key("dataset"), names, usual),
        key=_key("dataset"),
        format_func=lambda name: titles.get(name, name),
        width=320,
    )
    offered = _offered()
    st.markdown(
        "Settings and their values  \n:small[:gray[Several values are tried in all combinations: "
        "commas between them (2,10), ranges (0-2), steps (1-4:0.5), slashes between lists of "
        "widths (500,256/500). A setting without values stays as usual.]]"
    )
    for number, (setting, values) in form.rows.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width=_ROW):
            st.selectbox(
                f"Setting {number + 1}",
                list(offered),
                held_place(_key("setting", number), list(offered), setting),
                key=_key("setting", number),
                format_func=lambda name: offered[name].label,
                label_visibility="collapsed",
                width=160,
            )
            st.text_input(
                f"Values of setting {number + 1}",
                held(_key("values", number), values),
                key=_key("values", number),
                max_chars=400,
                placeholder=_example(offered[setting]),
                label_visibility="collapsed",
                width="stretch",
            )
    st.button(
        "Another setting",
        icon=":material/add:",
        key=_key("add"),
        type="tertiary",
        disabled=len(form.rows) >= MOST_ROWS,
        on_click=_add,
    )


def _planned(form: "_Form", runs_dir: Path) -> tuple[SweepPlan | None, str]:
    """The sweep in the form; or None, and why it cannot be."""
    try:
        plan = plan_sweep(form.values())
        if len(plan.trials) < 2:
            raise AtlasError("This is one trial alone: give one of the settings several values.")
        for config in plan.configs:
            config.plan(dataset_info(config).counts[config.split])  # too many images, or none
        if (who := owner_here()) is not None:
            check_start(plan.configs, runs_dir, who)
    except AtlasError as error:
        return None, str(error)
    return plan, ""


def _start(runs_dir: Path) -> None:
    """Callback: start the sweep in the form and show it. What was typed stays when that fails."""
    plan, refusal = _planned(_Form.of_session(), runs_dir)
    try:
        if plan is None:
            raise AtlasError(refusal)
        sweep = start_sweep(plan, runs_dir)
    except AtlasError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    choose_sweep(sweep.name)
    leave_dialog()


def _lay_over() -> None:
    """Callback: lay the question over the fields that was chosen just now."""
    _draw_anew(_of(_question(st.session_state[_key("question")])))


def _add() -> None:
    """Callback: one more row, of the first setting that has none."""
    form = _Form.of_session()
    used = {setting for setting, _ in form.rows.values()}
    free = next(name for name in _offered() if name not in used)
    form.rows[max(form.rows, default=-1) + 1] = (free, shown_default(_offered()[free]))


def _draw_anew(form: "_Form") -> None:
    old: _Form | None = st.session_state.get(_KEPT)
    for number in old.rows if old else ():
        for part in ("setting", "values"):
            st.session_state.pop(_key(part, number), None)
    st.session_state.pop(_key("dataset"), None)
    st.session_state[_KEPT] = form


def _of(question: Question) -> "_Form":
    return _Form(question.title, question.dataset, question.rows)


def _question(title: object) -> Question:
    return next((each for each in QUESTIONS if each.title == title), QUESTIONS[0])


def _key(name: str, number: int | None = None) -> str:
    return f"new-sweep-{name}" if number is None else f"new-sweep-{name}-{number}"


def _offered() -> dict[str, Option]:
    """The settings that may be given, what people vary first ahead of the others."""
    known = setting_options()
    names = {name: name for name in ALGORITHMS}
    known["algorithm"] = replace(known["algorithm"], kind=str, choices=names, default="aevb")
    first = ("beta", "latent_dim", "seed", "epochs", "hidden", "learning_rate", "algorithm")
    return {n: known[n] for n in (*first, *known) if n not in _WITHOUT}


def shown_default(option: Option) -> str:
    """What a new row holds."""
    return "" if option.default is None else shown(option.default)


def _example(option: Option) -> str:
    return ",".join(list(option.choices)[:3]) if option.choices else shown_default(option)


def _seconds(plan: SweepPlan) -> float | None:
    return _expected(repr((dict(plan.given), dict(plan.varies))), plan)


@st.cache_data(max_entries=64, show_spinner=False)
def _expected(told: str, _plan: SweepPlan) -> float | None:
    """How long a sweep takes that is `told` so: seconds, or None where trying it out fails."""
    try:
        return _plan.expected_seconds()
    except AtlasError:
        return None
