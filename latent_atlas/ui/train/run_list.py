"""The list of runs: choose one to watch, several to overlay."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.ui import address
from latent_atlas.ui.train.run_view import ADDRESS, Seen, choose

_COLUMNS: dict[str, ColumnConfig] = {
    "state": st.column_config.TextColumn("State", width=88),
    "name": st.column_config.TextColumn("Name", width="medium"),
    "data": st.column_config.TextColumn("Data", width=88),
    "algorithm": st.column_config.TextColumn("Algorithm", width=88),
    "J": st.column_config.NumberColumn("J", width=48, help="Latent dimensions."),
    "seconds": st.column_config.NumberColumn(
        "Seconds", format="%.0f", width=88, help="Time spent training, pauses left out."
    ),
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
        [_row(s) for s in seen],
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


def _columns(seen: Sequence[Seen]) -> dict[str, ColumnConfig]:
    """The columns; each quantity that is some run's first has one of its own."""
    firsts = {q.name: q for q in (s.run.config.algorithm.reports[0] for s in seen)}
    tests: dict[str, ColumnConfig] = {}
    for name, q in firsts.items():
        tests[name] = st.column_config.NumberColumn(
            f"Test {q.label}",
            format="%.1f",
            width=88,
            help=f"{q.unit.capitalize()}; {q.better} is better.",
        )
        tests[_half_width(name)] = st.column_config.NumberColumn(
            "±",
            format="%.1f",
            width=56,
            help="In 95 of 100 cases, over images: what other images like these would give. "
            "The difference of two models on the same images is surer than that.",
        )
    return _COLUMNS | tests


def _half_width(name: str) -> str:
    """What the column of the ± of a quantity is called."""
    return f"{name} ±"


def _test(seen: Seen) -> dict[str, float | None]:
    first = seen.run.config.algorithm.reports[0]
    return {
        first.name: (seen.status.test or {}).get(first.name),
        _half_width(first.name): (seen.status.test_half_widths or {}).get(first.name),
    }


def _row(seen: Seen) -> dict[str, object]:
    config, status = seen.run.config, seen.status
    has_latents = "latent_dim" in config.algorithm.trains.document.model_fields
    binarised = "" if config.treatment == "grey" else ", binarised"
    return {
        "state": status.state,
        "name": seen.run.title,
        **_test(seen),
        "data": config.dataset + binarised,
        "algorithm": config.algorithm.name,
        "J": config.latent_dim if has_latents else None,
        "seconds": status.seconds,
    }
