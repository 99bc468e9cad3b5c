"""The commands that look at runs: `runs list`, `runs show` and `runs diff`."""

import argparse
import json
import time
from typing import Any

from latent_atlas.cli.find_runs import asked_run, asked_runs
from latent_atlas.cli.parser import say
from latent_atlas.cli.sweep_table import columns
from vae_core.algorithms import headline
from vae_core.errors import AtlasError
from vae_core.numerals import duration, with_error
from vae_core.runs import (
    BestPoint,
    Query,
    Row,
    Run,
    Setting,
    all_runs,
    difference,
    parse_query,
    row_of,
    runs_folder,
    settings_of,
    sorted_rows,
)
from vae_core.runs.collapse import collapse
from vae_core.sentences import counted, did_you_mean

_NOTHING = "–"


def list_command(args: argparse.Namespace) -> int:
    """List the runs that fit a query, newest first or by a column."""
    folder = runs_folder(args.runs_dir)
    found, damaged = all_runs(folder)
    for path, problem in damaged:
        say(f"{path}: {problem}")
    asked = parse_query(" ".join(args.query))
    for problem in asked.problems:
        say(problem)
    rows = _chosen(found, asked, args.sort, reverse=args.reverse)
    if args.json:
        print(json.dumps([_summary(row) for row in rows]))
        return 0
    if not found:
        print(f"There are no runs in {folder} yet. Begin one with: latent-atlas train digits")
    elif not rows:
        print(f"None of {counted(len(found), 'run')} in {folder} fits.")
    for row in rows:
        _tell_line(row)
    return 0


def show(args: argparse.Namespace) -> int:
    """Tell all of one run: how far it is, what it was asked for, and what came of it."""
    run = asked_run(args)
    row = row_of(run)
    settings = settings_of(run.config)
    if args.json:
        told = {each.option.name: each.value for each in settings}
        differs = [each.option.name for each in settings if each.differs]
        command = run.config.command_line()
        more = {"settings": told, "differs": differs, "command": command}
        print(json.dumps(_summary(row) | more | _made_on(run)))
        return 0
    _tell_line(row)
    added = row.annotations
    if added.note:
        print(f"\n{added.note}")
    if row.best is not None:
        print(f"\n{_best(row.best)}")
    if (parent := run.document.parent) is not None:
        print(f"\nBegan with the weights of “{parent.title}” ({parent.run}), step {parent.step:,}.")
    print()
    head = ("setting", "value", "as usual")
    table = [(_label(each), each.text or _NOTHING, _usual(each)) for each in settings]
    print("\n".join(columns([head, *table])))
    where = run.document.environment
    print(
        f"\nTrained for {duration(row.status.seconds)} on {where.machine}, "
        f"{counted(where.threads, 'thread')}, PyTorch {where.torch}, "
        f"Latent Atlas {where.code}.\n{run.path}\n\n{run.config.command_line()}"
    )
    return 0


def diff(args: argparse.Namespace) -> int:
    """Tell which settings differ between two runs or more."""
    found = asked_runs(args)
    if len(found) < 2:
        raise AtlasError("A difference is between runs: name two or more.")
    varies = difference([run.config for run in found])
    if args.json:
        ids = _ids(found)
        print(json.dumps({each.name: dict(zip(ids, each.texts, strict=True)) for each in varies}))
        return 0
    if not varies:
        print(f"{counted(len(found), 'run')} of the same settings.")
        return 0
    head = ["setting", *_ids(found)]
    rows = [[each.label or each.name, *(_cell(text) for text in each.texts)] for each in varies]
    print("\n".join(columns([head, *rows])))
    return 0


def _chosen(found: list[Run], asked: Query, by: str | None, *, reverse: bool) -> list[Row]:
    rows = []
    for run in found:
        try:
            rows.append(row_of(run))
        except AtlasError:  # removed while we looked
            continue
    known = {name for row in rows for name in row.values}
    rows = [row for row in rows if asked.fits(row)]
    if by is None:
        return rows[::-1] if reverse else rows
    column = by.lstrip("-").replace("-", "_")
    if rows and column not in known:
        meant = did_you_mean(column, known) or f": choose from {', '.join(sorted(known))}"
        raise AtlasError(f"There is no column “{by}”{meant}.")
    return sorted_rows(rows, column, reverse=reverse)


def _tell_line(row: Row) -> None:
    run, status = row.run, row.status
    best = headline(run.config.algorithm.name, status.test)
    bound = " " * 19
    if best is not None:
        unit = best[0].unit.removesuffix(" per image")
        half_width = (status.test_half_widths or {}).get(best[0].name)
        bound = f"{with_error(best[1], half_width):>14} {unit}"
    length = f"{status.epoch:z6.1f} / {counted(status.epochs, 'epoch'):<13}"
    marks = ["★"] if row.annotations.starred else []
    called = " ".join([*marks, run.title, *(f"#{tag}" for tag in row.annotations.tags)])
    print(f"{run.id:44} {status.state:12} {length} {bound}  {called}")
    if told := status.reason or status.diverged or collapse(run.config, status):
        print(f"{'':44} {' '.join(told.split())}")  # an imported one may have lines


def _summary(row: Row) -> dict[str, Any]:
    run, status, path = row.run, row.status, row.run.model_path()
    return {
        "run": run.id,
        "title": run.title,
        "note": row.annotations.note,
        "tags": list(row.annotations.tags),
        "starred": row.annotations.starred,
        "state": status.state,
        "reason": status.reason,
        "diverged": status.diverged,
        "collapsed": collapse(run.config, status),
        "dataset": run.config.dataset,
        "treatment": run.config.treatment,
        "algorithm": run.config.algorithm.name,
        "latent_dim": run.config.latent_dim,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "samples": status.samples,
        "seconds": round(status.seconds, 3),
        "test": status.test,
        "test_half_widths": status.test_half_widths,
        "best": status.best and status.best.model_dump(),
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(status.created)),
        "checkpoint": str(path.resolve()) if path else None,
    }


def _made_on(run: Run) -> dict[str, Any]:
    parent = run.document.parent
    return {
        "environment": run.document.environment.model_dump(),
        "parent": parent and parent.model_dump(),
    }


def _best(best: BestPoint) -> str:
    tested = with_error(best.test or 0.0, best.test_half_width)
    told = "" if best.test is None else f", {tested} on test images"
    valid = with_error(best.valid, best.valid_half_width)
    return (
        f"Best {best.quantity.label}: {valid} on validation images{told}, "
        f"in {best.quantity.unit}, after step {best.step:,}."
    )


def _label(setting: Setting) -> str:
    return setting.option.label or setting.option.name


def _usual(setting: Setting) -> str:
    return (setting.usual or _NOTHING) if setting.differs else ""


def _cell(text: str | None) -> str:
    return "no such setting" if text is None else text or _NOTHING


def _ids(found: list[Run]) -> list[str]:
    return [run.id for run in found]
