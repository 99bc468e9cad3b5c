"""The command `doctor`: what may ail a run, by which rule, and the run that would be better."""

import argparse
import json
from pathlib import Path
from typing import Any

from latent_atlas.cli.find_model import find_run
from latent_atlas.cli.parser import say
from latent_atlas.cli.useless import refuse
from vae_core.errors import AtlasError
from vae_core.runs import Run, runs_folder, submit
from vae_core.runs.doctor import Finding, diagnose


def doctor(args: argparse.Namespace) -> int:
    """Tell what each rule finds; with --start, queue the run changed by the first remedy."""
    run = find_run(args.run, runs_folder(args.runs_dir))
    if args.runs_dir is not None and Path(args.run).name != args.run:
        refuse("--runs-dir", "runs that are looked up by name", args.run)
    findings = diagnose(run)
    started = _start(run, findings) if args.start else None
    if args.json:
        told = [_as_json(finding, run) for finding in findings]
        print(json.dumps({"run": run.id, "findings": told, "started": started and started.id}))
        return 0
    names = max(len(finding.rule) for finding in findings)
    below = " " * (names + 16)  # the sentences' column
    for finding in findings:
        print(f"{finding.rule:{names}} {finding.answer:14} {finding.sentence}")
        if finding.remedy is not None:
            print(f"{below}{finding.remedy.reason}")
            print(f"{below}Try: {finding.remedy.applied(run).command()}")
    if started is not None:
        say(f"Run {started.id} is queued in {started.path.parent}, beside {run.id}.")
    return 0


def _start(run: Run, findings: list[Finding]) -> Run:
    remedies = [finding.remedy for finding in findings if finding.remedy is not None]
    if not remedies:
        raise AtlasError(
            f"{run.id} has nothing that a change of settings would cure: no run begins."
        )
    return submit(remedies[0].applied(run), run.path.parent)


def _as_json(finding: Finding, run: Run) -> dict[str, Any]:
    remedy = finding.remedy
    return {
        "rule": finding.rule,
        "answer": finding.answer,
        "sentence": finding.sentence,
        "evidence": dict(finding.evidence),
        "tolerance": finding.tolerance,
        "otherwise": finding.otherwise,
        "remedy": remedy
        and {
            "changes": dict(remedy.changes),
            "reason": remedy.reason,
            "command": remedy.applied(run).command(),
        },
    }
