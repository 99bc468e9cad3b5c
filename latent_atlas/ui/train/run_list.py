"""The list of runs: choose one to watch, several to overlay."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.ui import address
from latent_atlas.ui.train.run_view import ADDRESS, Seen, choose
from vae_core.data.own import is_own, own_datasets
from vae_core.numerals import duration, with_error
from vae_core.runs import RunConfig, RunStatus

# What is read first stands first: on a telephone the rest is a swipe away. With the column of ticks
# the widths come to the width of the page at the end of J (390 pixels) and of Data (768), so that
# the edge cuts no number; on a wider page all of them grow.
_FIRST: dict[str, ColumnConfig] = {"name": st.column_config.TextColumn("Name", width=132)}
_TEST_WIDTH = 152
_LAST: dict[str, ColumnConfig] = {
    "J": st.column_config.NumberColumn("J", width=40, help="Latent dimensions."),
    "state": st.column_config.TextColumn("State", width=92),
    "seconds": st.column_config.NumberColumn(
        "Time", width=80, help="Time spent training, pauses left out."
    ),
    "algorithm": st.column_config.TextColumn("Algorithm", width=88),
    "data": st.column_config.TextColumn("Data", width=120),
}


def run_list(seen: Sequence[Seen], shown: Sequence[Seen]) -> None:
    """Draw the table; the rows ticked are the runs in the address."""
    ids = [s.run.id for s in seen]
    ticked = [s.run.id for s in shown]
    # Ticks are kept by row number. A new key whenever the rows or the choice change begins from
    # the address again, so that a tick never slides to another run.
    key = "runs-" + sha256(" ".join([*ids, "|", *ticked]).encode()).hexdigest()[:12]
    st.markdown("**Runs**  \n:small[:gray[Click one to watch it, tick several to overlay them.]]")
    st.dataframe(
        table(seen),
        column_config=_columns(seen),
        hide_index=True,
        key=key,
        on_select=partial(_pick, key, ids, ticked),
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": sorted(ids.index(i) for i in ticked)}},
        placeholder="",
        alt="Runs with their states and test bounds",
    )
    keep_choice()


def keep_choice() -> None:
    """Put the runs that were chosen into the address: where a page or a redraw of its part ends."""
    address.write({ADDRESS: address.named(ADDRESS)})


def _pick(key: str, ids: Sequence[str], ticked: Sequence[str]) -> None:
    """Callback: a clicked cell watches its run, ticks overlay theirs."""
    selection = st.session_state[key].selection
    if selection.cells:
        choose([ids[selection.cells[0][0]]])
    else:
        rows = [ids[row] for row in selection.rows]
        choose([*(i for i in ticked if i in rows), *(i for i in rows if i not in ticked)])
    st.rerun()


def table(seen: Sequence[Seen]) -> Styler:
    """A row for each run: numbers, which the table can be sorted by, and the words shown for them.

    The format of a column could write neither a ± nor the digits that it supports.
    """
    frame = pd.DataFrame([_row(s) for s in seen], columns=list(_columns(seen)))
    styled = frame.style.format({"seconds": duration, "J": "{:.0f}"}, na_rep="")
    for i, each in enumerate(seen):
        first, told = each.run.config.algorithm.reports[0].name, _test(each)
        styled.format(lambda _, told=told: told, subset=([i], [first]), na_rep="")
    return styled


def _columns(seen: Sequence[Seen]) -> dict[str, ColumnConfig]:
    """The columns; each quantity that is some run's first has one of its own."""
    firsts = {q.name: q for q in (s.run.config.algorithm.reports[0] for s in seen)}
    tests: dict[str, ColumnConfig] = {
        name: st.column_config.NumberColumn(
            f"Test {q.label}",
            width=_TEST_WIDTH,
            help=f"{q.unit.capitalize()}; {q.better} is better. ± in 95 of 100 cases, over "
            "images: what other images like these would give. The difference of two models on "
            "the same images is surer than that.",
        )
        for name, q in firsts.items()
    }
    return _FIRST | tests | _LAST


def _test(seen: Seen) -> str:
    """The first quantity of a run on the whole test split, with its ±."""
    name, status = seen.run.config.algorithm.reports[0].name, seen.status
    value = (status.test or {}).get(name)
    return "" if value is None else with_error(value, (status.test_half_widths or {}).get(name))


def _row(seen: Seen) -> dict[str, object]:
    config, status = seen.run.config, seen.status
    first = config.algorithm.reports[0].name
    has_latents = "latent_dim" in config.algorithm.trains.document.model_fields
    binarised = "" if config.treatment == "grey" else ", binarised"
    return {
        "name": seen.run.title,
        first: (status.test or {}).get(first),
        "state": _state(status),
        "seconds": status.seconds,
        "J": config.latent_dim if has_latents else None,
        "algorithm": config.algorithm.name,
        "data": _data(config) + binarised,
    }


def _state(status: RunStatus) -> str:
    """In which state a run is; of one that has come to rest, that it had diverged."""
    return "diverged" if status.diverged is not None and not status.active else status.state


def _data(config: RunConfig) -> str:
    """The name of the data; of people's own, which have a number for a name, their title."""
    if not is_own(config.dataset):
        return config.dataset
    folder = Path(config.data_dir) if config.data_dir else None
    titles = {own.name: own.title for own in own_datasets(folder)}
    return titles.get(config.dataset, config.dataset)
