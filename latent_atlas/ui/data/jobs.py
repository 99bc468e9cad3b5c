"""Work that outlives a rerun: first looks, imports, downloads, each in a thread of the server.

Whoever asked for it can stop it, and begin it anew once it has ended.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from latent_atlas.ui.background import Background, Shelf

Progress = Callable[[int, int | None], None]  # done, in all; None as long as nobody knows
IsCancelled = Callable[[], bool]
# Returns the name of the dataset that is here now, if there is one.
Work = Callable[[Progress, IsCancelled], str]

KEPT = 64  # jobs that are remembered


@dataclass(eq=False)
class Job(Background):
    """A piece of work and how far it is; `dataset` is the one that is here by it."""

    title: str
    done: int = 0
    total: int = 0
    dataset: str = ""

    def cancel(self) -> None:
        """Ask it to stop; it does so within a moment, and keeps nothing."""
        self._stopped.set()

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop and still has to notice."""
        return self.active and self._stopped.is_set()

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    def run(self, work: Work) -> None:
        """Do the work in this thread; whatever happens, the state says how it ended."""

        def done() -> None:
            self.dataset = work(self._tell, self._stopped.is_set)

        self.end_with(done)

    def _tell(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total or 0


_jobs: Shelf[Job] = Shelf(KEPT)


def start(key: str, title: str, work: Work) -> Job:
    """Begin `work` under `key`, unless it is being done already."""
    job = Job(title)
    if (known := _jobs.keep(key, job, lambda each: each.active)) is not job:
        return known
    threading.Thread(target=job.run, args=(work,), name=f"job {title}", daemon=True).start()
    return job


def find(key: str | None) -> Job | None:
    """The job of that key, running or ended; None when there is none that anybody remembers."""
    return _jobs.find(key or "")


def forget(key: str) -> None:
    """Let go of a job that has ended."""
    _jobs.forget(key)
