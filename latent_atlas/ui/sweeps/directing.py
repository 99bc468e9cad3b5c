"""Starting and directing sweeps, as far as this visitor may: what the buttons of the page call."""

from contextlib import suppress
from pathlib import Path

from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.sweeps.reading import SeenSweep
from latent_atlas.ui.train.directing import direct, resume_run, start_runs
from vae_core.errors import AtlasError
from vae_core.runs import Run, ensure_worker, request_pause, request_stop
from vae_core.sweeps import Sweep, SweepPlan, create_sweep, make_runs


def start_sweep(plan: SweepPlan, runs_dir: Path) -> Sweep:
    """Write the record of a sweep of this visitor and put its runs into the queue.

    Raises AtlasError where they may not, or as `create_sweep` and `make_runs`.
    """
    made: list[Sweep] = []

    def make() -> list[Run]:
        made.append(create_sweep(plan, runs_dir))
        return make_runs(made[0])

    start_runs(plan.configs, runs_dir, make)
    return made[0]


def may_direct_all(seen: SeenSweep) -> bool:
    """Whether this visitor may direct every run of a sweep."""
    return all(may_direct(run.path) for run in seen.runs)


def pause_sweep(seen: SeenSweep) -> None:
    """Have what trains rest at a checkpoint, and the rest wait for a resume."""
    for run in _active_last_first(seen):
        with suppress(AtlasError):  # it has just ended
            direct(run, request_pause)


def stop_sweep(seen: SeenSweep) -> None:
    """End what trains, waits or rests; what is finished stays."""
    for run in [*_active_last_first(seen), *seen.left]:
        with suppress(AtlasError):
            direct(run, request_stop)


def resume_sweep(seen: SeenSweep) -> None:
    """Make what was not made, and put what is left back into the queue.

    Raises AtlasError where this visitor may not, or as `make_runs`.
    """
    if seen.unmade:
        known = {run.id for run in seen.runs}
        plan = [run.config for run in seen.runs[:1]] * seen.unmade

        def make() -> list[Run]:
            return [run for run in make_runs(seen.sweep) if run.id not in known]

        start_runs(plan, seen.sweep.runs_dir, make)
    for run in seen.left:
        direct(run, resume_run)
    ensure_worker(seen.sweep.runs_dir)


def _active_last_first(seen: SeenSweep) -> list[Run]:
    """The last in the queue first, so that none begins meanwhile."""
    pairs = zip(seen.runs, seen.statuses, strict=True)
    return [run for run, status in pairs if status is not None and status.active][::-1]
