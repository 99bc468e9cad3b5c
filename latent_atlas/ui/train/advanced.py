"""The settings that most people leave alone: the model, how it learns, with what luck.

They are drawn as they are declared, and only those that the run has a use for.
"""

import streamlit as st

from latent_atlas.ui.train.fields import draw_in_pairs, form_values, usual_values
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.laid_over import lay_over
from latent_atlas.ui.train.presets import defaults
from latent_atlas.ui.widget_values import held_place
from vae_core.algorithms import ALGORITHMS
from vae_core.data import available_datasets
from vae_core.errors import AtlasError
from vae_core.options import Option
from vae_core.runs import RunConfig
from vae_core.runs.flat import run_options

# Drawn outside: what people change first.
FIRST = ("hidden", "latent_dim", "epochs", "learning_rate")
_DRAWN = key("drawn-algorithm")  # the one whose fields were drawn last


def advanced(*elsewhere: str) -> None:
    """Draw the folded fields; not those of these names, which are drawn `elsewhere`."""
    options = run_options(form_values())
    draw_in_pairs(option for option in _of_group(options, "model"))
    _algorithm()
    # Again: another algorithm may have been chosen.
    options = run_options(form_values())
    of_run = RunConfig.model_fields
    draw_in_pairs(
        [
            *(option for name, option in options.items() if name not in {*of_run, *FIRST}),
            *_of_group(options, "learning"),
        ]
    )
    draw_in_pairs(o for o in _of_group(options, "chance") if o.name not in elsewhere)


def _algorithm() -> None:
    """The choice, what to look for, and whether the data are too many."""
    field = RunConfig.model_fields["algorithm"]
    st.selectbox(
        str(field.title),
        list(ALGORITHMS),
        held_place(key("algorithm"), list(ALGORITHMS)),
        key=key("algorithm"),
        format_func=lambda name: ALGORITHMS[name].label,
        help=field.description,
        on_change=_take_over_what_is_usual,
    )
    st.session_state[_DRAWN] = st.session_state[key("algorithm")]
    chosen = ALGORITHMS[str(st.session_state[_DRAWN])]
    st.caption(chosen.look_for)
    infos = {info.name: info for info in available_datasets()}
    info = infos.get(str(st.session_state[key("dataset")]))
    try:
        chosen.refuse_too_many(info.counts.get("train", 0) if info else 0)
    except AtlasError as refusal:
        st.warning(str(refusal), icon=":material/warning:")


def _take_over_what_is_usual() -> None:
    """Callback: what stands as the algorithm before has it as usual, stands as the new one has it.

    What somebody chose otherwise stays.
    """
    drawn = st.session_state.get(_DRAWN)
    if drawn not in ALGORITHMS:
        return
    before, now, stands = defaults(str(drawn)), usual_values(), form_values()
    others = {
        name: now[name]
        for name, usual in before.items()
        if name != "algorithm" and stands[name] == usual != now[name]
    }
    if others:
        lay_over(others)


def _of_group(options: dict[str, Option], group: str) -> list[Option]:
    return [o for o in options.values() if o.group == group and o.name not in FIRST]
