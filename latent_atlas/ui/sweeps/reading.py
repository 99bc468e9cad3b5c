"""Reading sweeps for one drawing of the page: which there are, how each fares, what was chosen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from latent_atlas.ui import address
from latent_atlas.ui.train.run_view import EPOCH
from vae_core.engines import is_left, statuses
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunStatus
from vae_core.sweeps import Sweep, SweepDocument, Table, list_sweeps

SWEEP, TRIAL = "sweep", "trial"  # in the address


@dataclass(frozen=True)
class KnownSweep:
    """A sweep and its record, read together."""

    sweep: Sweep
    document: SweepDocument


@dataclass(frozen=True)
class Sweeps:
    """What a look at the records of sweeps finds, newest first.

    `damaged` are names of those that cannot be read, each with a sentence.
    """

    known: list[KnownSweep]
    damaged: list[tuple[str, str]]


@dataclass(frozen=True)
class SeenSweep:
    """A sweep and its trials as they are now; a run that was removed is not among them."""

    sweep: Sweep
    document: SweepDocument
    runs: list[Run]
    statuses: list[RunStatus | None]

    @property
    def active(self) -> bool:
        """Whether any trial trains or waits."""
        return any(status is not None and status.active for status in self.statuses)

    @property
    def left(self) -> list[Run]:
        """The runs that rest and are to go on when all of them are asked to."""
        return [r for r, status in zip(self.runs, self.statuses, strict=True) if is_left(status)]

    @property
    def unmade(self) -> int:
        """How many runs were never made, because making them was cut off."""
        return 0 if self.document.made else len(self.document.trials) - len(self.runs)

    def states(self) -> Counter[str]:
        """How many trials are in each state; damaged ones are told as such."""
        return Counter("damaged" if each is None else each.outcome for each in self.statuses)

    def signature(self) -> tuple[str, ...]:
        """When it changes, the page is drawn anew."""
        return tuple("" if each is None else each.state for each in self.statuses)


def read_sweeps(runs_dir: Path) -> Sweeps:
    """All sweeps of a folder of runs."""
    known, damaged = [], []
    for sweep in list_sweeps(runs_dir):
        try:
            known.append(KnownSweep(sweep, sweep.document))
        except AtlasError as error:
            damaged.append((sweep.name, str(error)))
    known.sort(key=lambda each: each.document.created, reverse=True)
    return Sweeps(known, damaged)


def look_at(known: KnownSweep) -> SeenSweep:
    """How the trials of a sweep are. Raises AtlasError where its record has gone meanwhile."""
    runs = known.sweep.runs()
    return SeenSweep(known.sweep, known.document, runs, statuses(runs))


def chosen_sweep(known: Sequence[KnownSweep]) -> KnownSweep:
    """The sweep that the address names, or else the newest."""
    wanted = address.first_named(SWEEP)
    return next((each for each in known if each.sweep.name == wanted), known[0])


def choose_sweep(name: str) -> None:
    """Write the sweep to show into the address; which of its trials is shown, it says itself."""
    address.choose(SWEEP, name)
    choose_trial()


def choose_trial(*run: str) -> None:
    """Write the trial to show into the address, as it is now."""
    address.choose(TRIAL, *run)
    address.choose(EPOCH)


def chosen_trial(seen: SeenSweep, tables: Sequence[Table]) -> Run | None:
    """The trial that the address names; else the one best on validation images, or the first.

    Without validation images none is called the best, for test images choose nothing: then it is
    the first that has come to an end.
    """
    by_id = {run.id: run for run in seen.runs}
    if (wanted := address.first_named(TRIAL)) in by_id:
        return by_id[str(wanted)]
    rows = [row for table in tables for row in table.rows]
    if len(tables) == 1 and tables[0].quantities:
        by = tables[0].quantities[0]
        scored = [row for row in rows if by.name in row.valid and row.state == "finished"]
        if scored:
            return max(scored, key=lambda row: by.sign * row.valid[by.name]).run
    first = next((row for row in rows if row.state == "finished"), None) or next(
        (row for row in rows if row.state == "running"), None
    )
    return None if first is None else first.run


def keep_choice() -> None:
    """Put what was chosen into the address: where the page ends."""
    address.write({name: address.named(name) for name in (SWEEP, TRIAL, EPOCH)})
