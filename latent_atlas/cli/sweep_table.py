"""What came of runs, as columns of text and as JSON for scripts."""

from collections.abc import Iterable, Sequence
from typing import Any

from latent_atlas.cli.means import OVER_IMAGES
from latent_atlas.reports.data_words import as_measure
from vae_core.numerals import decimal, duration, with_error
from vae_core.sentences import counted
from vae_core.sweeps import SEED, Group, Row, Spread, Table
from vae_core.sweeps.varying import shown

_NOTHING = "–"


def table_lines(table: Table) -> list[str]:
    """A table by trial, and one by group where several seeds were trained."""
    scale = table.scale
    measure = f", {as_measure(scale.density)}" if scale.density else ""
    names = [q.label for q in table.quantities]
    varies = [option.flag.lstrip("-") for option in table.varies.values()]
    head = [*varies, "state", *[f"test {name}" for name in names], "valid", "seconds", "run"]
    rows = [_trial(table, row) for row in table.rows]
    lines = [f"{scale.dataset} ({scale.treatment}{measure}), {counted(len(rows), 'trial')}"]
    lines += columns([head, *rows])
    groups = table.groups()
    if SEED in table.varies and len(groups) < len(rows):
        but_seed = [option.flag.lstrip("-") for n, option in table.varies.items() if n != SEED]
        head = [*but_seed, "finished", *[f"test {name}" for name in names], "seconds"]
        lines += ["", "Over seeds, mean ± standard error:"]
        lines += columns([head, *(_group(table, group) for group in groups)])
    unit = next((f" Numbers are {q.unit}." for q in table.quantities), "")
    return [*lines, "", f"By trial: {OVER_IMAGES}{unit}"]


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of words, each column as wide as its widest."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "  ".join(f"{word:<{width}}" for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def results_for_scripts(found: Iterable[Table]) -> list[dict[str, Any]]:
    """The same with all digits."""
    return [
        {
            "dataset": table.scale.dataset,
            "treatment": table.scale.treatment,
            "density": table.scale.density,
            "varies": list(table.varies),
            "trials": [
                {
                    "run": row.run.id,
                    "values": row.values,
                    "state": row.state,
                    "chosen": row.chosen,
                    "epoch": row.epoch,
                    "seconds": round(row.seconds, 3),
                    "valid": row.valid,
                    "test": row.test,
                    "test_half_widths": row.half_widths,
                }
                for row in table.rows
            ],
            "groups": [
                {
                    "values": group.values,
                    "finished": group.finished,
                    "runs": group.runs,
                    **{
                        part: {name: vars(each) for name, each in spreads.items()}
                        for part, spreads in (("valid", group.valid), ("test", group.test))
                    },
                }
                for group in table.groups()
            ],
        }
        for table in found
    ]


def _trial(table: Table, row: Row) -> list[str]:
    half = row.half_widths.get
    tested = [
        with_error(row.test[q.name], half(q.name)) if q.name in row.test else _NOTHING
        for q in table.quantities
    ]
    first = row.run.config.algorithm.reports[0].name
    valid = decimal(row.valid[first], 1) if first in row.valid else _NOTHING
    varied = [shown(row.values[n]) if n in row.values else _NOTHING for n in table.varies]
    return [*varied, row.state, *tested, valid, duration(row.seconds), row.run.id]


def _group(table: Table, group: Group) -> list[str]:
    varied = [
        shown(group.values[n]) if n in group.values else _NOTHING for n in table.varies if n != SEED
    ]
    tested = [_spread(group.test.get(q.name)) for q in table.quantities]
    took = _NOTHING if group.seconds is None else duration(group.seconds.mean)
    return [*varied, f"{group.finished} of {group.runs}", *tested, took]


def _spread(found: Spread | None) -> str:
    return _NOTHING if found is None else with_error(found.mean, found.standard_error)
