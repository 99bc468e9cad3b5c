"""The command `sweep`: many runs over the combinations of some settings."""

import argparse
import json
from collections.abc import Sequence
from shlex import quote
from typing import Any

from latent_atlas.cli.interrupts import INTERRUPTED, ending_signals
from latent_atlas.cli.output import STANDARD_OUTPUT, write_out
from latent_atlas.cli.parser import say
from latent_atlas.cli.sweep_progress import SweepProgress
from latent_atlas.cli.sweep_table import results_for_scripts, table_lines
from latent_atlas.cli.train_options import given
from latent_atlas.cli.training import dataset_fields
from latent_atlas.cli.useless import refuse
from vae_core.engines import ENGINES, engine, statuses
from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.options import Option
from vae_core.runs import runs_folder
from vae_core.runs.config import dataset_info
from vae_core.sentences import counted, listed
from vae_core.sweeps import (
    Sweep,
    SweepPlan,
    create_sweep,
    make_runs,
    open_sweep,
    plan_sweep,
    setting_options,
    table_csv,
    tables,
    told_apart,
)


def sweep(args: argparse.Namespace) -> int:
    """Plan a sweep and train it, go on with one, or tell what came of one."""
    chosen = [name for name in ("dataset", "resume", "show") if getattr(args, name) is not None]
    if len(chosen) != 1:
        raise AtlasError(
            "Name what to sweep: latent-atlas sweep DATASET --latent-dim 2,10 begins one, "
            "--resume NAME goes on with one, and --show NAME tells what came of one."
        )
    _check_standard_output(args)
    runs_dir = runs_folder(args.runs_dir)
    engine(args.engine)  # one that is not installed says so before anything is made
    if args.dataset is None:
        _refuse_settings(args, f"--{chosen[0]}")
        found = open_sweep(runs_dir, args.resume or args.show)
        return _tell_results(found, args) if args.show else _train(found, args, expected=None)
    plan = _planned(args)
    expected = plan.expected_seconds()
    if args.dry_run:
        _tell_plan(plan, expected, args.json)
        return 0
    return _train(create_sweep(plan, runs_dir, args.name), args, expected)


def _planned(args: argparse.Namespace) -> SweepPlan:
    folder = str(args.data_dir.expanduser().resolve()) if args.data_dir else None
    fixed = {"data_dir": folder} | dataset_fields(args, runs_folder(args.runs_dir))
    values: dict[str, Sequence[object]] = {name: (value,) for name, value in fixed.items()}
    values |= {name: each for name, each in given(args).items() if isinstance(each, tuple)}
    plan = plan_sweep(values)
    for config in plan.configs:
        config.plan(dataset_info(config).counts[config.split])  # too many images, or none
    return plan


def _check_standard_output(args: argparse.Namespace) -> None:
    wanting = [name for name in ("csv", "html") if getattr(args, name) == STANDARD_OUTPUT]
    words = [*(["--json"] if args.json else []), *(f"--{name} -" for name in wanting)]
    if len(words) > 1:
        raise AtlasError(f"{listed(words)} want standard output for themselves: name a file.")


def _refuse_settings(args: argparse.Namespace, chosen: str) -> None:
    """What a sweep's record says already cannot be said anew."""
    known = setting_options()
    for name in given(args):
        if name not in ("dataset", "data_dir", "name"):
            refuse(known[name].flag, "a sweep that begins", chosen)
    for name, value in (("--name", args.name), ("--dry-run", args.dry_run)):
        if value:
            refuse(name, "a sweep that begins", chosen)


def _tell_plan(plan: SweepPlan, expected: float, as_json: bool) -> None:
    if as_json:
        told = {
            "varies": plan.varies,
            "trials": plan.trials,
            "expected_seconds": round(expected, 1),
        }
        print(json.dumps(told))
        return
    for number, values in enumerate(plan.trials, start=1):
        print(f"{number:4}  {told_apart(values)}".rstrip())
    print(_announced(len(plan.trials), list(plan.varies), expected))


def _announced(trials: int, varies: Sequence[str], expected: float | None) -> str:
    known: dict[str, Option] = setting_options()
    over = f" over {listed(known[name].flag.lstrip('-') for name in varies)}" if varies else ""
    takes = (
        ""
        if expected is None
        else f", about {duration(max(expected, 1.0), places=0)} of training in all"
    )
    return f"{counted(trials, 'trial')}{over}{takes}, besides a few seconds to start each."


def _train(found: Sweep, args: argparse.Namespace, expected: float | None) -> int:
    document = found.document
    say(_announced(len(document.trials), list(document.trials[0].values), expected))
    say(f"Sweep {found.name} in {found.runs_dir}")
    told_to_end = ending_signals()
    runs = make_runs(found)
    progress = SweepProgress(runs, expected)
    if runs:
        engine(args.engine)(runs, progress, told_to_end)
    progress.close()
    status = _tell_results(found, args)
    ended = [each.state for each in statuses(runs) if each is not None]
    if ended.count("finished") == len(ended) or not runs:
        return status
    usual = found.runs_dir.resolve() == runs_folder().resolve()
    where = "" if usual else f" --runs-dir {quote(str(found.runs_dir))}"
    where += "" if args.engine == ENGINES[0] else f" --engine {args.engine}"
    say(
        f"{ended.count('finished')} of {counted(len(ended), 'trial')} finished. Go on with: "
        f"latent-atlas sweep --resume {quote(found.name)}{where}"
    )
    for run, each in zip(runs, statuses(runs), strict=True):
        if each is not None and each.state == "failed":
            say(f"{run.id}: {each.reason}")
    return INTERRUPTED if told_to_end() else 1


def _tell_results(found: Sweep, args: argparse.Namespace) -> int:
    tabled = tables(found.runs())
    if args.csv is not None:
        write_out(args.csv, [table_csv(tabled).encode()])
    if args.html is not None:
        from latent_atlas.reports.sweep_page import sweep_page  # Plotly takes a moment

        write_out(args.html, [sweep_page(found.name, tabled).encode()])
    if args.json:
        told: dict[str, Any] = {"sweep": found.name, "tables": results_for_scripts(tabled)}
        print(json.dumps(told), flush=True)
        return 0
    if STANDARD_OUTPUT in (args.csv, args.html):  # which is whole as it is
        return 0
    for table in tabled:
        print("\n".join(table_lines(table)))
    return 0
