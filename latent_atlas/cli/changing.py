"""``change``: another learning rate, beta or free bits while a run trains, or when it goes on."""

import argparse
import json
import time

from latent_atlas.cli.find_model import find_run
from vae_core.errors import AtlasError
from vae_core.options import options_of
from vae_core.runs import (
    ChangeEvent,
    RefusalEvent,
    Run,
    answer,
    request_change,
    runs_folder,
)
from vae_core.runs.metrics import CHANGEABLE
from vae_core.sentences import counted

PATIENCE = 10.0  # seconds: a worker listens a few times a second, between two steps


def change(args: argparse.Namespace) -> int:
    """Leave the change, and tell what became of it."""
    run = find_run(args.run, runs_folder(args.runs_dir))
    told = vars(args)
    values = {name: told[name] for name in CHANGEABLE if name in told}
    command = request_change(run, **values)
    found = _waited_for(run, command)
    if isinstance(found, RefusalEvent):
        raise AtlasError(found.reason)
    if args.json:
        made = found and found.model_dump(mode="json", exclude_none=True)
        print(json.dumps({"run": run.id, "command": command, "change": made}))
    elif found is None:
        print(f"{run.id} is {run.status().state}: the change waits for its next batch.")
    else:
        print(f"{run.id}: {_words(run, found)}.")
    return 0


def _waited_for(run: Run, command: str) -> ChangeEvent | RefusalEvent | None:
    """What became of it; None while the run is at rest, or busy for long."""
    deadline = time.monotonic() + PATIENCE
    while (found := answer(run, command)) is None and run.status().state == "running":
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return found or answer(run, command)


def _words(run: Run, change: ChangeEvent) -> str:
    options = options_of(type(run.config.algorithm))
    before = change.before or {}
    words = [
        f"{options[name].label.lower()} {before.get(name, value):g} → {value:g}"
        for name, value in change.values().items()
    ]
    where = f"after step {change.step:,}"
    if change.samples is not None:
        where += f" ({counted(change.samples, 'image')})"
    return f"{', '.join(words)}, {where}"
