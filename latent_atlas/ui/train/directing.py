"""Starting and directing runs, as far as this visitor may: what the buttons of the page call."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from latent_atlas.ui.classroom import check_removal, in_classroom
from latent_atlas.ui.limits import check_resume, check_start, why_ended
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
    Run,
    RunConfig,
    clone_run,
    cloned_config,
    create_run,
    ensure_worker,
    remove_run,
    request_resume,
)
from vae_core.runs.clone import Start
from vae_core.sentences import plain

# Two tabs of one visitor that click at once would both count before either has started.
_turn = threading.Lock()


def start_run(config: RunConfig, runs_dir: Path) -> Run:
    """Make a run of this visitor that trains when its turn comes.

    Raises AtlasError where they may not, or as `create_run`.
    """
    return _start(config, runs_dir, partial(create_run, config, runs_dir))


def start_clone(parent: Run, runs_dir: Path, *, start: Start, **changes: object) -> Run:
    """Likewise a clone. Raises AtlasError where they may not, or as `clone_run`."""
    if (who := owner_here()) is not None:
        check_visible(parent.config.dataset, who)  # what its weights have seen
    config = cloned_config(parent, start=start, **changes)
    make = partial(clone_run, parent, runs_dir, start=start, **changes)
    return _start(config, runs_dir, make)


def _start(config: RunConfig, runs_dir: Path, make: Callable[[], Run]) -> Run:
    who = owner_here()
    with _turn:
        if who is not None:
            check_visible(config.dataset, who)
            check_start(config, runs_dir, who)
        run = make()
        try:
            claim(run.path, who)
        except AtlasError:
            remove_run(run)
            raise
        ensure_worker(runs_dir)
    stop_in_time(run)
    return run


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


def remove_own_run(run: Run) -> None:
    """Delete a run. Raises AtlasError where this visitor may not, or as `remove_run`."""
    check_removal()
    direct(run, remove_run)


def check_may_direct(run: Run) -> None:
    """Raises AtlasError where this visitor may not direct a run."""
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
