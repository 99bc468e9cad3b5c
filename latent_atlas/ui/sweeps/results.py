"""What came of a sweep in numbers: a row a trial, and over seeds a mean with its standard error."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.ui.heard import begin_hearing, is_news, selection
from latent_atlas.ui.run_cells import Told
from latent_atlas.ui.sweeps.reading import choose_trial
from vae_core.numerals import decimal, duration, with_error
from vae_core.quantities import Quantity
from vae_core.sweeps import SEED, Group, Row, Spread, Table
from vae_core.sweeps.varying import shown

_SURE = "± in 95 of 100 cases, over images: what other images like these would give."


def group_table(table: Table, key: str) -> None:
    """Over seeds; nothing where no configuration was trained with several."""
    groups = table.groups()
    if SEED not in table.varies or len(groups) == len(table.rows):
        return
    st.markdown(
        "**Over seeds**  \n:small[:gray[Mean ± its standard error, of the trials that have "
        "finished.]]"
    )
    names = [name for name in table.varies if name != SEED]
    rows = [_group_row(table, names, group) for group in groups]
    columns: dict[str, ColumnConfig] = {
        **{name: _setting_column(table, name) for name in names},
        "finished": st.column_config.TextColumn("Finished", width=80),
        **{
            q.name: _quantity_column(q, "± of the mean over seeds: sd / √n.")
            for q in table.quantities
        },
        "seconds": st.column_config.NumberColumn("Time", width=72),
    }
    st.dataframe(
        _styled(rows, columns, table),
        column_config=columns,
        hide_index=True,
        key=f"over-seeds-{key}",
        placeholder="–",
        alt="Means over seeds",
    )


def trial_table(table: Table, chosen: str | None, key: str) -> None:
    """A row a trial; a click on one shows its plane."""
    st.markdown("**Trials**  \n:small[:gray[Click one to see its plane.]]")
    ids = [row.run.id for row in table.rows]
    by = table.rows[0].run.config.algorithm.reports[0]
    known = any(by.name in row.valid for row in table.rows)
    columns: dict[str, ColumnConfig] = {
        **{name: _setting_column(table, name) for name in table.varies},
        "state": st.column_config.TextColumn("State", width=92),
        **{q.name: _quantity_column(q, _SURE) for q in table.quantities},
        **({"valid": _valid_column(by)} if known else {}),
        "seconds": st.column_config.NumberColumn("Time", width=72, help="Spent training."),
    }
    rows = [_trial_row(table, row, by) for row in table.rows]
    # Ticks are kept by row number: a new key where the rows or the choice change begins anew.
    table_key = f"trials-{key}"
    rows_key = f"{table_key}-" + sha256(" ".join([*ids, str(chosen)]).encode()).hexdigest()[:12]
    ticked = [ids.index(chosen)] if chosen in ids else []
    begin_hearing(table_key, rows_key, ticked)
    st.dataframe(
        _styled(rows, columns, table),
        column_config=columns,
        hide_index=True,
        key=rows_key,
        on_select=partial(_pick, table_key, rows_key, ids),
        selection_mode=["single-row", "single-cell"],
        selection_default={"selection": {"rows": ticked}},
        placeholder="–",
        alt="Trials with their settings and results",
    )


def _pick(table: str, key: str, ids: Sequence[str]) -> None:
    """Callback: the row that was ticked, or a cell of which was clicked, is shown."""
    told = st.session_state[key].selection
    if not is_news(table, key, selection(told.rows, told.cells)):
        return
    rows = [told.cells[0][0]] if told.cells else list(told.rows)
    if rows:
        choose_trial(ids[rows[0]])
    st.rerun()


def _styled(
    rows: Sequence[dict[str, object]], columns: dict[str, ColumnConfig], table: Table
) -> Styler:
    frame = pd.DataFrame(list(rows), columns=list(columns))
    told = [*(q.name for q in table.quantities), *(["valid"] if "valid" in columns else [])]
    for name in told:  # as objects, which keep what each number is told as
        frame[name] = pd.Series([row.get(name) for row in rows], dtype=object)
    formats = dict.fromkeys(told, lambda number: number.told)
    settings = dict.fromkeys((name for name in columns if name in table.varies), shown)
    return frame.style.format({"seconds": duration, **settings, **formats}, na_rep="")


def _setting_column(table: Table, name: str) -> ColumnConfig:
    label = table.varies[name].label
    return st.column_config.Column(label, width=max(72, 24 + 8 * len(label)))


def _quantity_column(quantity: Quantity, sure: str) -> ColumnConfig:
    return st.column_config.NumberColumn(
        f"Test {quantity.label}",
        width=132,
        help=f"{quantity.unit.capitalize()}; {quantity.better} is better. {sure}",
    )


def _valid_column(quantity: Quantity) -> ColumnConfig:
    return st.column_config.NumberColumn(
        f"Valid {quantity.label}",
        width=112,
        help="On validation images, by which the epoch of each trial was chosen.",
    )


def _trial_row(table: Table, row: Row, by: Quantity) -> dict[str, object]:
    return {
        **{name: _setting(row.values.get(name)) for name in table.varies},
        "state": row.state,
        **{
            q.name: Told(
                row.test[q.name], with_error(row.test[q.name], row.half_widths.get(q.name))
            )
            for q in table.quantities
            if q.name in row.test
        },
        **(
            {"valid": Told(row.valid[by.name], decimal(row.valid[by.name], 1))}
            if by.name in row.valid
            else {}
        ),
        "seconds": row.seconds,
    }


def _group_row(table: Table, names: Sequence[str], group: Group) -> dict[str, object]:
    return {
        **{name: _setting(group.values.get(name)) for name in names},
        "finished": f"{group.finished} of {group.runs}",
        **{q.name: _spread(group.test[q.name]) for q in table.quantities if q.name in group.test},
        "seconds": None if group.seconds is None else group.seconds.mean,
    }


def _spread(found: Spread) -> Told:
    return Told(found.mean, with_error(found.mean, found.standard_error))


def _setting(value: object) -> object:
    """A number, by which a column can be sorted, or words."""
    return value if value is None or isinstance(value, int | float) else shown(value)
