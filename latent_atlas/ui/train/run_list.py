"""The list of runs: choose one to watch, several to overlay."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.heard import begin_hearing, is_news, selection
from latent_atlas.ui.run_cells import DataTitles, Told, measure_of
from latent_atlas.ui.train.run_view import ADDRESS, EPOCH, Seen, choose
from vae_core.numerals import duration, with_error
from vae_core.quantities import Quantity
from vae_core.sentences import counted

# What is read first stands first: on a telephone the rest is a swipe away. With the column of ticks
# the widths come to the width of the page at the end of J (390 pixels) and of Data (768), so that
# the edge cuts no number; on a wider page all of them grow.
_FIRST: dict[str, ColumnConfig] = {"name": st.column_config.TextColumn("Name", width=132)}
_TEST_WIDTH = 152
_TABLE = "runs-to-watch"
MOST = 200  # rows; more take seconds to send, and nobody reads them
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
    """Draw the table; the rows ticked are the runs in the address.

    Of more than `MOST` runs it has those shown and the newest that fit what is looked for.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(
            "**Runs**  \n:small[:gray[Click one to watch it, tick several to overlay them.]]"
        )
        st.page_link(
            PAGES / "runs.py",
            label="All runs: search, compare",
            icon=":material/table_rows:",
            query_params={ADDRESS: [each.run.id for each in shown]} if len(shown) > 1 else None,
        )
    if len(seen) > MOST:
        asked = st.text_input(
            "Find runs",
            key="runs-find",
            placeholder="Find by name, data, algorithm or state",
            label_visibility="collapsed",
            icon=":material/search:",
        )
        seen, told = in_sight(seen, shown, asked)
        st.caption(told)
    ids = [s.run.id for s in seen]
    ticked = [s.run.id for s in shown if s.run.id in ids]  # the others have been removed since
    # Ticks are kept by row number. A new key whenever the rows or the choice change begins from
    # the address again, so that a tick never slides to another run.
    key = "runs-" + sha256(" ".join([*ids, "|", *ticked]).encode()).hexdigest()[:12]
    places = sorted(ids.index(i) for i in ticked)
    begin_hearing(_TABLE, key, places)
    st.dataframe(
        table(seen),
        column_config=_columns(seen),
        hide_index=True,
        key=key,
        on_select=partial(_pick, key, ids, ticked),
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": places}},
        placeholder="",
        alt="Runs with their states and test bounds",
    )
    keep_choice()


def keep_choice() -> None:
    """Put the runs that were chosen into the address: where a page or a redraw of its part ends."""
    address.write({name: address.named(name) for name in (ADDRESS, EPOCH)})


def in_sight(seen: Sequence[Seen], shown: Sequence[Seen], asked: str) -> tuple[list[Seen], str]:
    """Which of many runs the table has, in their order, and a sentence on the others."""
    words = asked.casefold().split()
    wanted = {each.run.id for each in shown}
    kept: list[Seen] = []
    fitting = 0
    for each in seen:
        fits = all(word in _findable(each) for word in words) if words else True
        fitting += fits
        if each.run.id in wanted or (fits and fitting <= MOST):
            kept.append(each)
    many = counted(len(seen), "run")
    fit = f"{fitting:,} of {many} fit that" if words else f"There are {many}"
    rest = f"; these are the newest {MOST}" if fitting > MOST else ""
    return kept, f"{fit}{rest}."


def _findable(seen: Seen) -> str:
    config = seen.run.config
    state = seen.status.outcome
    return f"{seen.run.title} {config.dataset} {config.algorithm.name} {state}".casefold()


def _pick(key: str, ids: Sequence[str], ticked: Sequence[str]) -> None:
    """Callback: a clicked cell watches its run, ticks overlay theirs."""
    told = st.session_state[key].selection
    if not is_news(_TABLE, key, selection(told.rows, told.cells)):
        return
    if told.cells:
        choose([ids[told.cells[0][0]]])
    else:
        rows = [ids[row] for row in told.rows]
        choose([*(i for i in ticked if i in rows), *(i for i in rows if i not in ticked)])
    st.rerun()


def table(seen: Sequence[Seen]) -> Styler:
    """A row for each run: numbers, which the table can be sorted by, and the words for them."""
    columns, titles = _columns(seen), DataTitles(each.run.config for each in seen)
    keys = _keys(seen)
    rows = [_row(s, titles, keys) for s in seen]
    frame = pd.DataFrame(rows, columns=list(columns))
    tests = [name for name in columns if name not in _FIRST | _LAST]
    for name in tests:  # as objects, which keep what each number is told as
        frame[name] = pd.Series([row.get(name) for row in rows], dtype=object)
    told = dict.fromkeys(tests, lambda number: number.told)
    return frame.style.format({"seconds": duration, "J": "{:.0f}", **told}, na_rep="")


def _columns(seen: Sequence[Seen]) -> dict[str, ColumnConfig]:
    """The columns; each quantity that is some run's first, and was measured, has one of its own.

    Where its nats are of several sorts, each sort has.
    """
    tests: dict[str, ColumnConfig] = {}
    for (q, sort), key in _keys(seen).items():
        label = f"Test {q.label}" if key == q.name else f"Test {q.label} {sort}"
        tests[key] = st.column_config.NumberColumn(
            label,
            width=_TEST_WIDTH,
            help=f"{label}. {q.unit.capitalize()}; {q.better} is better. ± in 95 of 100 cases, "
            "over images: what other images like these would give. The difference of two models "
            "on the same images is surer than that.",
        )
    return _FIRST | tests | _LAST


def _keys(seen: Sequence[Seen]) -> dict[tuple[Quantity, str], str]:
    """The key of the column of each quantity and sort of nats that runs were tested by."""
    found = dict.fromkeys(measure_of(each.run.config) for each in seen if _test(each) is not None)
    names = Counter(q.name for q, _ in found)
    return {(q, sort): q.name if names[q.name] == 1 else f"{q.name} {sort}" for q, sort in found}


def _test(seen: Seen) -> Told | None:
    """The first quantity of a run on the whole test split, told with its ±."""
    name, status = seen.run.config.algorithm.reports[0].name, seen.status
    value = (status.test or {}).get(name)
    if value is None:
        return None
    return Told(value, with_error(value, (status.test_half_widths or {}).get(name)))


def _row(
    seen: Seen, titles: DataTitles, keys: Mapping[tuple[Quantity, str], str]
) -> dict[str, object]:
    config, status = seen.run.config, seen.status
    tested = keys.get(measure_of(config))
    has_latents = "latent_dim" in config.algorithm.trains.document.model_fields
    return {
        "name": seen.run.title,
        **({} if tested is None else {tested: _test(seen)}),
        "state": status.outcome,
        "seconds": status.seconds,
        "J": config.latent_dim if has_latents else None,
        "algorithm": config.algorithm.name,
        "data": titles.of(config),
    }
