"""The columns that a table of runs can have, and which of them say something."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.ui.run_cells import DataTitles, Told, measure_of
from vae_core.numerals import decimal, duration, places_for, with_error
from vae_core.options import Option
from vae_core.quantities import Quantity
from vae_core.runs import Row, Setting, settings_of, sorted_rows

Cell = Callable[[Row], object]

TITLE, TAGS, NOTE = "title", "tags", "note"
# Their names are longer than any of their values.
_SHORT = {"latent_dim": "J", "beta": "β"}
# What makes two runs different first of all: said of all of them at once where it is the same.
BASIC = ("dataset", "algorithm", "latent_dim", "beta")


@dataclass(frozen=True)
class Column:
    """A column: what stands in it, by which of `Row.values` it is sorted, and how it looks.

    Attributes:
        always: whether it is shown though it says the same of every run.
        quantity: whose values alone are in it.
        numbers: whether its cells are `Told`.
    """

    key: str
    label: str
    by: str
    cell: Cell
    config: ColumnConfig
    always: bool = False
    quantity: Quantity | None = None
    numbers: bool = False

    def ordered(self, rows: Iterable[Row], *, turned: bool) -> list[Row]:
        """The rows by this column, those that have nothing in it last."""
        rows = list(rows)
        having = [row for row in rows if self.cell(row) not in (None, "")]
        rest = [row for row in rows if self.cell(row) in (None, "")]
        return [*sorted_rows(having, self.by, reverse=turned), *rest]


def columns_of(rows: Sequence[Row]) -> dict[str, Column]:
    """All columns that these runs have something for, by key, in their order."""
    titles = DataTitles(row.run.config for row in rows)
    own, named = _settings(rows)
    found = [
        Column(
            TITLE,
            "Name",
            TITLE,
            lambda row: row.run.title,
            st.column_config.TextColumn(width=136),
            always=True,
        ),
        *_measured(rows),
        _text("state", "State", lambda row: row.values["state"], 92, always=True),
        _text("dataset", "Data", lambda row: titles.of(row.run.config), 112),
        *(_setting(option, named) for option in own.values()),
        Column(
            "seconds",
            "Time",
            "seconds",
            lambda row: Told(row.status.seconds, duration(row.status.seconds)),
            st.column_config.NumberColumn(width=80, help="Time spent training, pauses left out."),
            always=True,
            numbers=True,
        ),
        _text(TAGS, "Tags", lambda row: ", ".join(row.annotations.tags), 112),
        _text(NOTE, "Note", lambda row: " ".join(row.annotations.note.split()), 200),
        Column(
            "created",
            "Begun",
            "created",
            lambda row: Told(row.status.created, _day(row.status.created)),
            st.column_config.NumberColumn(width=104, alignment="left"),
            always=True,
            numbers=True,
        ),
    ]
    return {column.key: column for column in found}


def telling(columns: Mapping[str, Column], rows: Sequence[Row]) -> list[str]:
    """The columns to show where none were chosen: those whose cells are not the same throughout.

    Of a single run, on which nothing varies, those that it is known by.
    """

    def tells(column: Column) -> bool:
        if column.always:
            return True
        if len(rows) < 2:
            return column.key in BASIC
        return len({_words(column.cell(row)) for row in rows}) > 1

    return [key for key, column in columns.items() if tells(column)]


def in_common(columns: Mapping[str, Column], rows: Sequence[Row]) -> str:
    """What is the same in all of several runs, as part of a sentence; empty where nothing is."""
    if len(rows) < 2:
        return ""
    said = []
    for key in BASIC:
        column = columns.get(key)
        words = {_words(column.cell(row)) for row in rows} if column else set()
        if column is not None and len(words) == 1 and (word := words.pop()):
            said.append(f"{column.label} {word}" if key in _SHORT else word)
    return ", ".join(said)


def _words(cell: object) -> str:
    return cell.told if isinstance(cell, Told) else f"{'' if cell is None else cell}"


def _text(key: str, label: str, cell: Cell, width: int, *, always: bool = False) -> Column:
    return Column(key, label, key, cell, st.column_config.TextColumn(width=width), always=always)


def _measured(rows: Sequence[Row]) -> list[Column]:
    """What the runs were measured by; each quantity that is some run's first has its own.

    Nats of several sorts have a column each: in one of them an order would mean nothing.
    """
    kinds = dict.fromkeys(measure_of(row.run.config) for row in rows)
    several = Counter(q.name for q, _ in kinds)
    found = []
    for q, sort in kinds:
        of = f" {sort}" if several[q.name] > 1 else ""
        its = [row for row in rows if measure_of(row.run.config) == (q, sort)]
        at_best = f"{q.unit.capitalize()}; {q.better} is better."
        quantity = partial(_quantity, q, sort, of)
        if any(row.best is not None for row in its):
            found += [
                quantity(
                    "best",
                    f"Best valid. {q.label}",
                    _best,
                    f"{at_best} Where the run was best on validation images, which is not always "
                    "its end. ± in 95 of 100 cases, over images. As the best of many moments it is "
                    "a little flattered; the test value beside it is not.",
                ),
                quantity(
                    "best_test",
                    f"Test {q.label} there",
                    _test_at_best,
                    f"{at_best} On the test images at that very step: nothing was chosen by it. "
                    "± in 95 of 100 cases, over images. The difference of two models on the same "
                    "images is surer than that.",
                ),
            ]
        if any(_latest(row) is not None for row in its):
            found.append(
                quantity(
                    "test",
                    f"Latest test {q.label}",
                    _latest,
                    f"{at_best} Of runs without validation images, which have no best step.",
                )
            )
    return found


def _quantity(
    q: Quantity,
    sort: str,
    of: str,
    by: str,
    label: str,
    tell: Callable[[Row], Told | None],
    why: str,
) -> Column:
    """A column of one quantity; `of` says of which sort it is where there are several."""
    return Column(
        f"{by}-{q.name}{of}",
        f"{label}{of}",
        by,
        lambda row: tell(row) if measure_of(row.run.config) == (q, sort) else None,
        st.column_config.NumberColumn(width=140, help=why),
        always=True,
        quantity=q,
        numbers=True,
    )


def _best(row: Row) -> Told | None:
    best = row.best
    if best is None:
        return None
    if best.valid_half_width is not None:
        return Told(best.valid, with_error(best.valid, best.valid_half_width))
    # Older logs keep none: as many decimals as that of the test images supports.
    return Told(best.valid, decimal(best.valid, places_for(best.test_half_width)))


def _test_at_best(row: Row) -> Told | None:
    best = row.best
    if best is None or best.test is None:
        return None
    return Told(best.test, with_error(best.test, best.test_half_width))


def _latest(row: Row) -> Told | None:
    name, status = measure_of(row.run.config)[0].name, row.status
    value = (status.test or {}).get(name)
    if value is None or row.best is not None:
        return None
    return Told(value, with_error(value, (status.test_half_widths or {}).get(name)))


def _settings(rows: Sequence[Row]) -> tuple[dict[str, Option], dict[object, frozenset[str]]]:
    """Every setting that some of the runs have, and which of them runs of each kind have."""
    options: dict[str, Option] = {}
    named: dict[object, frozenset[str]] = {}
    for row in rows:
        kind = _kind(row)
        if kind not in named:
            settings = settings_of(row.run.config)
            named[kind] = frozenset(each.option.name for each in settings)
            options |= {each.option.name: each.option for each in settings}
    first = [name for name in BASIC if name in options]
    return {name: options[name] for name in (*first, *options)}, named


def _kind(row: Row) -> object:
    """What decides which settings a run has."""
    values = row.values
    named = (values["algorithm"], values["network"], values["likelihood"])
    return named, tuple(name for name, value in values.items() if value in (None, ""))


def _setting(option: Option, named: Mapping[object, frozenset[str]]) -> Column:
    name, numbers = option.name, option.kind in (int, float)

    def cell(row: Row) -> object:
        value = row.values.get(name)
        if value is None or name not in named[_kind(row)]:
            return None
        if isinstance(value, int | float) and numbers:
            return Told(value, f"{value:g}")
        return Setting(option, value).text

    label = _SHORT.get(name, option.label)
    told = option.help if label == option.label else f"{option.label}. {option.help}"
    config = (
        st.column_config.NumberColumn(width=_width(label), help=told)
        if numbers
        else st.column_config.TextColumn(width=max(112, _width(label)), help=told)
    )
    return Column(name, label, name, cell, config, numbers=numbers)


def _width(label: str) -> int:
    """Pixels for a number below its label."""
    return 48 + 7 * len(label)


def _day(moment: float) -> str:
    """A moment as people say it: of this year with its hour, of others with the year."""
    then = time.localtime(moment)
    this_year = then.tm_year == time.localtime().tm_year
    return time.strftime("%d %b %H:%M" if this_year else "%d %b %Y", then)
