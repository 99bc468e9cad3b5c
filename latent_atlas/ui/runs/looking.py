"""Which runs are in sight, in which order, and by which columns: as the address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.runs.columns import Column, in_common, telling
from latent_atlas.ui.yardsticks import image_shapes, yardstick
from vae_core.runs import Row, parse_query
from vae_core.sentences import counted

MOST = 500  # rows; more take seconds to send, and nobody reads them
NEWEST = "created"
QUERY, STARRED, SORT, TURNED, COLUMNS = "q", "starred", "sort", "turned", "runs-columns"

HELP = """
Words are looked for in name, data, algorithm, state and tags. Terms stand apart, and all have to
fit.

| such as | finds runs |
|---|---|
| `mnist thesis` | with both words |
| `"wide net"` | with these words together |
| `beta>2` `lr<=0.001` | by a setting: `=` `!=` `>` `>=` `<` `<=` |
| `elbo>-110` | by the best validation value |
| `tag:thesis` `note:again` | by a tag, by words of the note |
| `state:finished` `starred` | by their state, with a star |
| `-failed` `-tag:old` | all but those |

Together: `beta>2 mnist tag:thesis -failed`
"""


@dataclass(frozen=True)
class Look:
    """What the table shows: `rows` in their order, by `columns`; what to say of that, and what not
    to believe.
    """

    rows: list[Row]
    columns: list[Column]
    told: str
    problems: list[str]


def looking(rows: Sequence[Row], columns: Mapping[str, Column], ticked: Sequence[Row]) -> Look:
    """Draw the fields that search, order and choose columns; returns what they come to.

    Ticked runs stay in sight whatever is looked for: nothing is done to what nobody sees.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="runs-look"):
        asked = st.text_input(
            "Find runs",
            key=QUERY,
            bind="query-params",
            placeholder="Find: mnist beta>2 -failed",
            label_visibility="collapsed",
            icon=":material/search:",
            width="stretch",
        )
        starred = st.toggle("Starred", key=STARRED, bind="query-params", width="content")
        with st.popover("Sort, columns", icon=":material/tune:", width="content", key="runs-order"):
            order, turned = _order(columns)
            chosen = _chosen_columns(columns)
        with st.popover("Help", type="tertiary", width="content", key="runs-help"):
            st.markdown(HELP)
    query = parse_query(asked)
    fitting = [row for row in rows if query.fits(row) and (row.annotations.starred or not starred)]
    fits, held = {row.run.id for row in fitting}, {row.run.id for row in ticked}
    ordered = columns[order].ordered(
        [row for row in rows if row.run.id in fits | held], turned=turned
    )
    newest = {row.run.id for row in [row for row in ordered if row.run.id in fits][:MOST]}
    shown = [row for row in ordered if row.run.id in newest | held]
    keys = [key for key in columns if key in chosen or columns[key].key == "title"]
    common = in_common(columns, shown)
    told = _counts(
        len(rows), len(fitting), len(held - fits), asked=bool(asked.strip()) or starred
    ) + (f" All: {escaped(common)}." if common else "")
    problems = [*query.problems, *_mixed(columns[order], shown)]
    return Look(
        shown,
        [columns[key] for key in (keys if chosen else telling(columns, shown))],
        told,
        problems,
    )


def _order(columns: Mapping[str, Column]) -> tuple[str, bool]:
    keys = [NEWEST, *(key for key in columns if key != NEWEST)]
    order = st.selectbox(
        "Sort by",
        keys,
        key=SORT,
        bind="query-params",
        format_func=lambda key: columns[key].label if key in columns else key,
        help="The better, the later and the smaller come first. A click on a head of the table "
        "sorts as well, until rows come or go.",
    )
    turned = st.toggle("The other way round", key=TURNED, bind="query-params")
    return order, turned


def _chosen_columns(columns: Mapping[str, Column]) -> list[str]:
    return st.multiselect(
        "Columns",
        list(columns),
        key=COLUMNS,
        persist_state="session",
        format_func=lambda key: columns[key].label if key in columns else key,
        placeholder="What differs among the runs",
        help="Where none are chosen, settings that are the same in all of them are left out.",
    )


def _counts(every: int, fitting: int, held: int, *, asked: bool) -> str:
    many = counted(every, "run")
    said = f"{fitting:,} of {many} fit." if asked else f"{many}."
    if fitting > MOST:
        said += f" These are the first {MOST}."
    if held:
        said += f" {counted(held, 'ticked one stays', 'ticked ones stay')} in sight."
    return said


def _mixed(order: Column, rows: Sequence[Row]) -> list[str]:
    """That an order by what was measured means nothing across data that were treated otherwise."""
    measured = [row for row in rows if order.quantity is not None and order.cell(row) is not None]
    # To ask what one compares with looks at the data: once a kind, not once a run.
    kinds = {
        (config.dataset, config.treatment, config.likelihood, config.algorithm.name): config
        for config in (row.run.config for row in measured)
    }
    shapes = image_shapes()
    scales = {yardstick(c, c.algorithm.reports[0], shapes) for c in kinds.values()}
    if len(scales) < 2:
        return []
    return [
        f"{order.label} is of different data here, on which it does not compare: "
        f"look for one, such as `data:{measured[0].run.config.dataset}`."
    ]
