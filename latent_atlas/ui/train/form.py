"""The new-run form: a preset first, the settings people change next, the rest folded away."""

from contextlib import nullcontext
from itertools import count
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import leave_dialog
from latent_atlas.ui.limits import limits_in_words
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.train.absent_data import fetch_button, fetchable_datasets, fetched
from latent_atlas.ui.train.advanced import FIRST, advanced
from latent_atlas.ui.train.cards import expected_time, preset_cards
from latent_atlas.ui.train.directing import start_run
from latent_atlas.ui.train.fields import draw_in_pairs, form_values, read_config
from latent_atlas.ui.train.forecast import forecast_line
from latent_atlas.ui.train.from_link import FILLED_AS, forget_link, run_name
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.laid_over import hold, lay_over
from latent_atlas.ui.train.presets import FAMILIES, PRESETS, Family, Preset, offered, preset
from latent_atlas.ui.train.run_view import choose
from latent_atlas.ui.train.top import begin_at_top
from latent_atlas.ui.visible_data import visible_datasets
from latent_atlas.ui.widget_values import held_place, on_choice, put
from vae_core.errors import AtlasError
from vae_core.runs import list_runs
from vae_core.runs.flat import run_options

PROBLEM = key("problem")  # why the run in the form could not be started


def new_run_form(runs_dir: Path, *, folded: bool) -> None:
    """Draw the form and start the run it describes; `folded` hides all but the presets."""
    _prepare()
    told = st.session_state.get(FILLED_AS)
    if told:
        st.info(escaped_message(told), icon=":material/healing:")
        expected_time(form_values())
    # A start that is chosen says nothing of a form that a link has filled.
    with st.expander("Start from something else") if told else nullcontext():
        family = _family_picker()
        offers = offered(_present(), fetchable_datasets())
        preset_cards([each for each in offers if each.family == family], _present(), _lay_over)
    if folded and not told:
        with st.expander("Settings"):
            first_settings()
            advanced()
    else:
        first_settings()
        with st.expander("Advanced"):
            advanced()
    forecast_line()
    if limits := limits_in_words():
        st.caption(limits)
    # Where the button was when it was clicked, and so in sight.
    if problem := st.session_state.pop(PROBLEM, None):
        st.error(escaped_message(problem), icon=":material/error:")
    _ways_on(runs_dir, "Watch it learn" if folded else "Start training")


def _family_picker() -> Family:
    """Draw the choice between the kinds of starts; it says of which the chosen one is."""
    name = key("family")
    put(name, chosen_preset().family)
    st.segmented_control(
        "Kind of model",
        FAMILIES,
        default=st.session_state[name],
        required=True,
        key=name,
        on_change=on_choice(name, _take_first_of_family),
        label_visibility="collapsed",
    )
    return chosen_preset().family


def _take_first_of_family() -> None:
    """Callback: choose the first start of the kind that was chosen just now."""
    offers = offered(_present(), fetchable_datasets())
    first = next(each for each in offers if each.family == st.session_state[key("family")])
    lay_over({"preset": first.title})
    _lay_over()


def _ways_on(runs_dir: Path, start: str) -> None:
    """The button that starts the run; where its data are not here, one that fetches them."""
    fetchable, chosen = fetchable_datasets(), form_values()["dataset"]
    if isinstance(chosen, str) and chosen in fetchable:
        fetch_button(fetchable[chosen], primary=True)
        return
    laid = chosen_preset()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            start,
            icon=":material/play_arrow:",
            type="primary",
            key=key("start"),
            on_click=_start,
            args=(runs_dir,),
        )
        if laid.wanted in fetchable and chosen == laid.instead:  # others make do meanwhile
            fetch_button(fetchable[laid.wanted], primary=False)


def first_settings(*, lacking: bool = True) -> None:
    """Draw the data and what people change first; also data that are `lacking`, if asked to."""
    fetchable = fetchable_datasets() if lacking else {}
    # A browser answers with the words of an option, at times with those that stood there before:
    # data are called the same before and after a fetch.
    infos = {info.name: info for info in visible_datasets() if info.present} | fetchable
    titles = told_apart(infos, lambda name, mark: infos[name].title + mark)
    names = list(titles)
    st.selectbox(
        "Data",
        names,
        held_place(key("dataset"), names),
        key=key("dataset"),
        format_func=lambda n: titles.get(n, n),
    )
    if st.session_state.get(key("dataset")) in fetchable:
        st.caption("Its images are still to be fetched.")
    options = run_options(form_values())
    draw_in_pairs(options[name] for name in FIRST if name in options)


def _start(runs_dir: Path) -> None:
    """Callback: start the run in the form and watch it. What was typed stays when that fails."""
    hold()
    try:
        values = form_values()
        values["name"] = unused_name(run_name(values), runs_dir)
        config = read_config(values)
        run = start_run(config, runs_dir)
    except AtlasError as error:
        st.session_state[PROBLEM] = str(error)
        return
    forget_link()
    choose([run.id])
    begin_at_top()
    leave_dialog()


def _prepare() -> None:
    """Lay the first preset over the fields when the form is first drawn, and what was fetched."""
    hold()
    if key("preset") not in st.session_state:
        st.session_state[key("preset")] = PRESETS[0].title
        lay_over(PRESETS[0].values_with(_present()))
    laid = chosen_preset()
    if fetched() == laid.wanted and st.session_state.get(key("dataset")) == laid.instead:
        lay_over({"dataset": laid.wanted})


def chosen_preset() -> Preset:
    """The preset that is chosen in the form, which has been drawn."""
    return preset(str(st.session_state[key("preset")]))


def _present() -> set[str]:
    return {info.name for info in visible_datasets() if info.present}


def _lay_over() -> None:
    """Callback: lay the preset over the fields that was chosen just now."""
    forget_link()
    lay_over(chosen_preset().values_with(_present()))


def unused_name(name: str, runs_dir: Path) -> str:
    """`name`, with a number after it when another run bears it already."""
    taken = {run.title for run in list_runs(runs_dir)}
    numbered = (f"{name} {i}" for i in count(2))
    return name if name not in taken else next(n for n in numbered if n not in taken)
