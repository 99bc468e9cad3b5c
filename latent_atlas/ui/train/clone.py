"""A clone with a change: the fields of a run as it is by now, and with which weights to begin."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, tell_problem
from latent_atlas.ui.limits import limits_in_words
from latent_atlas.ui.train.advanced import advanced
from latent_atlas.ui.train.directing import start_clone
from latent_atlas.ui.train.fields import draw, form_values, read_field, usual_values
from latent_atlas.ui.train.form import first_settings, unused_name
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.laid_over import hold, lay_over
from latent_atlas.ui.train.presets import held_values
from latent_atlas.ui.train.run_view import Seen, choose
from latent_atlas.ui.train.top import begin_at_top
from vae_core.errors import AtlasError
from vae_core.options import options_of
from vae_core.runs import Run, RunConfig, cloned_config
from vae_core.runs.clone import Start
from vae_core.runs.config import dataset_info
from vae_core.runs.flat import run_options

CLONE = "Clone with a change…"
_FILLED = key("cloned")  # what the fields held before anybody typed
_START = "clone-start"
_STARTS: Mapping[Start, str] = MappingProxyType(
    {"last": "its last weights", "best": "its best on validation images", "fresh": "fresh weights"}
)


def fill_form_from_run(seen: Seen) -> None:
    """Callback: lay a run's settings, with what was changed by hand, over the form's fields."""
    values = held_values(cloned_config(seen.run), max(1, round(seen.status.epochs)))
    lay_over(values)
    st.session_state[_FILLED] = values
    st.session_state.pop(_START, None)


@st.dialog("Clone with a change", width="medium", on_dismiss=close_dialog)
def clone_dialog(runs_dir: Path, seen: Seen) -> None:
    """Ask what is to be another in a clone of a run, and start it."""
    hold()
    st.caption("A new run. This one stays as it is, and so does what you do not change here.")
    draw(options_of(RunConfig)["name"], st.container(), usual_values())
    first_settings(lacking=False)
    with st.expander("Advanced"):
        advanced("name")
    _start_of(seen.run)
    if limits := limits_in_words():
        st.caption(limits)
    tell_problem()
    st.button(
        "Start the clone",
        icon=":material/play_arrow:",
        type="primary",
        key="clone-send",
        on_click=carry_out,
        args=(partial(_start, seen.run, runs_dir),),
    )


def _start_of(run: Run) -> None:
    """Ask for the weights, of those that there are and that fit; say what else follows."""
    found: list[Start] = ["fresh"]
    config: RunConfig | None = None
    try:
        config = cloned_config(run, start="last", **_changes(run, "last"))
    except AtlasError:
        pass  # whoever starts it is told
    else:
        found = fitting_starts(run, config)
    if st.session_state.get(_START) not in found:
        st.session_state[_START] = found[0]
    st.radio("Begin with", found, key=_START, format_func=_STARTS.__getitem__, horizontal=True)
    if config is None:
        return
    if found == ["fresh"] and run.model_path() is not None:
        st.caption("The weights of this run do not fit the model that you ask for.")
    if config.treatment != run.config.treatment:
        st.caption(
            "Its pixels are others, and nats of grey and of binarised images do not compare: it "
            "gets a chart of its own."
        )


def fitting_starts(run: Run, config: RunConfig) -> list[Start]:
    """Whose weights a clone that is asked for `config` can begin with."""
    kept: dict[Start, Path | None] = {"last": run.model_path(), "best": run.best_model_path()}
    fits = _model(config) == _model(run.config)
    return [*(start for start, path in kept.items() if fits and path is not None), "fresh"]


def _model(config: RunConfig) -> object:
    """What two configurations share where the weights of one fit the other."""
    kind = config.algorithm.trains
    try:
        shape = dataset_info(config).image_shape
    except AtlasError:
        return config.dataset, kind
    return kind, kind.describe(shape, config.settings())


def _start(run: Run, runs_dir: Path) -> None:
    hold()
    start: Start = st.session_state[_START]
    changes = _changes(run, start)
    if name := str(form_values()["name"] or "").strip():
        changes["name"] = unused_name(name, runs_dir)
    clone = start_clone(run, runs_dir, start=start, **changes)
    choose([clone.id])
    begin_at_top()


def _changes(run: Run, start: Start) -> dict[str, object]:
    """What the fields say otherwise than they did, as `clone_run` takes it; AtlasError likewise."""
    filled, values = st.session_state[_FILLED], form_values()
    options = run_options(values)
    shown, asked = cloned_config(run).given(), cloned_config(run, start=start).given()
    # Fresh weights undo what was changed by hand; but the fields show it.
    by_hand = {n: shown.get(n) for n in shown | asked if shown.get(n) != asked.get(n)}
    useless = {name: None for name in shown if name in filled and name not in options}
    typed = {
        name: read_field(option, values[name])
        for name, option in options.items()
        if name in filled and values[name] != filled[name]
    }
    if "dataset" in typed:
        typed["data_dir"] = None  # other data may lie elsewhere
    return by_hand | useless | typed
