"""What differs between the settings of several runs, and in a sentence what is the same."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from latent_atlas.ui.compare.groups import EACH, Varying, grouped, short
from latent_atlas.ui.markdown import escaped
from vae_core.runs import Run, settings_of
from vae_core.sentences import counted, listed

_COLUMNS = 6  # runs that stand beside each other; more are rows
_ROW_HEIGHT, _ROWS = 35, 12


def differing_settings(runs: Sequence[Run], varying: Varying) -> None:
    """Draw the table of only those settings that differ."""
    st.markdown(f"**What differs**  \n:small[:gray[{escaped(same(runs, varying))}]]")
    if varying.differences:
        table = settings_table(runs, varying)
        height = _ROW_HEIGHT * (min(len(table), _ROWS) + 1) + 3
        # Rows need no name that says what stands in them anyway.
        named = any(run.annotations.title or run.config.name for run in runs)
        st.dataframe(
            table,
            height=height,
            hide_index=len(runs) > _COLUMNS and not named,
            alt="The settings in which the runs differ",
            key="compared-settings",
        )


def settings_table(runs: Sequence[Run], varying: Varying) -> pd.DataFrame:
    """A row a setting and a column a run, or of many runs a row each; values as people write them.

    A dash is where a run has no such setting, or none was given.
    """
    labels = {each.name: each.label for each in varying.differences}
    cells = {
        group.name: {
            labels[name]: short(text) for name, text in varying.texts(group.runs[0]).items()
        }
        for group in grouped(runs, EACH, varying)
    }
    table = pd.DataFrame(cells, dtype=str)
    return table if len(runs) <= _COLUMNS else table.T


def same(runs: Sequence[Run], varying: Varying) -> str:
    """Such as “Equal in all 6 runs: data digits and epochs 12; every other is as usual.”"""
    apart = {each.name for each in varying.differences}
    many = "both runs" if len(runs) == 2 else f"all {counted(len(runs), 'run')}"
    config = runs[0].config
    equal = [] if "dataset" in apart else [f"data {config.dataset}"]
    equal += [
        f"{each.option.label[0].lower()}{each.option.label[1:]} {short(each.text)}"
        for each in settings_of(config)
        if each.differs and each.option.name not in apart and each.option.name != "threads"
    ]
    if not equal:
        return f"In {many} every other setting is as usual."
    return f"Equal in {many}: {listed(equal)}; every other setting is as usual."
