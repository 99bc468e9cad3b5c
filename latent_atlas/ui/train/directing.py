"""Starting and directing runs, as far as this visitor may: what the buttons of the page call."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from latent_atlas.ui.classroom import check_removal, in_classroom
from latent_atlas.ui.limits import (
    bound_removed,
    check_arrival,
    check_resume,
    check_start,
    why_ended,
)
from latent_atlas.ui.markdown import name
from latent_atlas.ui.owners import (
    Owner,
    are_directed_by_owners,
    claim,
    may_direct,
    owner_here,
    owners_of,
)
from latent_atlas.ui.time_limits import stop_in_time
from latent_atlas.ui.visible_data import check_visible
from vae_core.errors import AtlasError
from vae_core.runs import (
    ImportedRuns,
    RemovedRun,
    Run,
    RunConfig,
    clone_run,
    cloned_config,
    create_run,
    ensure_worker,
    import_runs,
    put_back,
    remove_run,
    remove_to_bin,
    request_resume,
)
from vae_core.runs.clone import Start
from vae_core.runs.gone import check_here
from vae_core.sentences import plain

# Two tabs of one visitor that click at once would both count before either has started.
_turn = threading.Lock()


def start_run(config: RunConfig, runs_dir: Path) -> Run:
    """Make a run of this visitor that trains when its turn comes.

    Raises AtlasError where they may not, or as `create_run`.
    """
    return start_runs([config], runs_dir, lambda: [create_run(config, runs_dir)])[0]


def start_clone(parent: Run, runs_dir: Path, *, start: Start, **changes: object) -> Run:
    """Likewise a clone. Raises AtlasError where they may not, or as `clone_run`."""
    if (who := owner_here()) is not None:
        check_visible(parent.config.dataset, who)  # what its weights have seen
    config = cloned_config(parent, start=start, **changes)
    make = partial(clone_run, parent, runs_dir, start=start, **changes)
    return start_runs([config], runs_dir, lambda: [make()])[0]


def start_runs(
    configs: Sequence[RunConfig], runs_dir: Path, make: Callable[[], list[Run]]
) -> list[Run]:
    """The same of several runs, all or none of them; `make` makes them.

    Raises AtlasError where this visitor may not, or as `make`.
    """
    who = owner_here()
    with _turn:
        if who is not None:
            for dataset in {config.dataset for config in configs}:
                check_visible(dataset, who)
            check_start(configs, runs_dir, who)
        runs = make()
        try:
            for run in runs:
                claim(run.path, who)
        except AtlasError:
            for run in runs:
                remove_run(run)
            raise
        ensure_worker(runs_dir)
    for run in runs:
        stop_in_time(run)
    return runs


def resume_run(run: Run) -> None:
    """Put a run back into the queue; a command of `direct`. Raises AtlasError beyond limits."""
    with _turn:
        if (who := owner_here()) is not None:
            check_resume(run, who)
        request_resume(run)
    stop_in_time(run)


def direct(run: Run, command: Callable[[Run], None]) -> None:
    """Give a run a command. Raises AtlasError where this visitor may not, or as the command."""
    check_may_direct(run)
    command(run)


def remove_own_run(run: Run) -> RemovedRun:
    """Remove a run so that `put_back_own` undoes it.

    Raises AtlasError where this visitor may not, and where it trains or cannot be moved.
    """
    removed, refused = remove_own_runs([run])
    if refused:
        raise AtlasError(refused[0][1])
    return removed[0]


def remove_own_runs(runs: Iterable[Run]) -> tuple[list[RemovedRun], list[tuple[Run, str]]]:
    """Remove many, those that this visitor may; the others with a sentence each (`remove_to_bin`).

    Raises AtlasError where nothing is removed at all.
    """
    check_removal()
    allowed, refused = [], []
    for run in runs:
        try:
            check_may_direct(run)
            allowed.append(run)
        except AtlasError as problem:
            refused.append((run, str(problem)))
    removed, others = remove_to_bin(allowed)
    if (who := owner_here()) is not None:
        for runs_dir in {run.path.parent for run in allowed}:
            bound_removed(who, runs_dir)
    return removed, [*refused, *others]


def put_back_own(removed: Sequence[RemovedRun]) -> list[Run]:
    """Undo a removal. One that waited waits again.

    Raises AtlasError where this visitor may not have one, or it is gone for good; those before it
    are back.
    """
    runs, who = [], owner_here()
    for each in removed:
        run = Run(each.path)
        check_may_direct(run)
        runs_dir = each.path.parent.parent
        with _turn:
            if who is not None and each.path.exists():
                check_arrival(run, runs_dir, who)
            runs.append(put_back(each))
            ensure_worker(runs_dir)
    return runs


def import_own_runs(source: BinaryIO, runs_dir: Path) -> ImportedRuns:
    """Bring the runs of a ZIP in as this visitor's. Nothing starts.

    Raises AtlasError where nothing is brought in, or as `import_runs`; what goes beyond this
    visitor's limits, or was trained on images of somebody else, is among the problems.
    """
    if in_classroom():
        raise AtlasError("In this classroom nothing is uploaded.")
    who = owner_here()

    def admit(run: Run) -> None:
        if who is not None:
            check_visible(run.config.dataset, who)
            with _turn:
                check_arrival(run, runs_dir, who)
            claim(run.path, who)

    return import_runs(source, runs_dir, admit=admit)


def check_may_direct(run: Run) -> None:
    """Raises AtlasError where this visitor may not direct a run, or it is not here any more."""
    check_here(run.path, run.title)
    if may_direct(run.path):
        return
    owner = _others(run)
    if owner is None:
        raise AtlasError(f"Nobody here has started {run.title}: it goes on by itself.")
    raise AtlasError(f"{_called(owner)} has started {run.title}, and alone can do that.")


def whose(run: Run) -> str:
    """Who has started a run and what follows for this visitor, in Markdown; empty if nothing."""
    said: list[str] = []
    if are_directed_by_owners():
        said += [_whose(run)]
    with suppress(AtlasError):
        if run.status().state == "stopped":
            said += [why_ended(run)]
    return " ".join(filter(None, said))


def _whose(run: Run) -> str:
    owner = _others(run)
    if may_direct(run.path):
        return "Started by you." if owner_here() in (owners_of(run.path) or ()) else ""
    if owner is None:
        return "Nobody here has started it: it goes on by itself."
    who = name(_called(owner)) if owner.kind == "user" else _called(owner).lower()
    alone = "pause and stop" if in_classroom() else "pause, stop and remove"
    return f"Started by {who}, who alone can {alone} it."


def _others(run: Run) -> Owner | None:
    return min(owners_of(run.path) or (), key=lambda owner: owner.name, default=None)


def _called(owner: Owner) -> str:
    return plain(owner.name, 80) if owner.kind == "user" else "Another visitor"
