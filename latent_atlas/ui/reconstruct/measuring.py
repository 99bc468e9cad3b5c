"""Measurements under way: one thread of the server does them, whoever asks the same shares one.

What is there can be read at any time. A job that nobody looks at any more ends by itself after a
while: leaving a page is as good as cancelling, though what takes minutes is not lost by a look at
another page. One that others look at as well goes on for them.
"""

import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from latent_atlas.ui.background import Background, Shelf, State
from vae_core.evaluation import Cancelled, Watch

T = TypeVar("T")

PATIENCE = 30.0  # seconds for which a job goes on that nobody looks at
# The same of what takes minutes and was asked for by a button: meanwhile people reload the page, or
# go to another, or to another tab, and of a hidden one a browser runs timers once a minute at most.
LONG_PATIENCE = 600.0
_LATELY = 3.0  # who has looked within so many seconds still does
_KEPT = 256  # jobs that are remembered; ended ones are forgotten first

# What takes minutes has a thread of its own: nobody's first bars wait for it.
_THREADS = {
    "quick": ThreadPoolExecutor(1, "measuring"),
    "slow": ThreadPoolExecutor(1, "log-p"),
}
Lane = Literal["quick", "slow"]
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job(Background, Generic[T]):
    """One measurement and how far it is.

    `done` is from 0 to 1; `partial` is what is there already, if anything; `result` is all of it,
    once it is finished. `patience` is for how many seconds it goes on with nobody looking.
    """

    state: State = "waiting"
    done: float = 0.0
    partial: T | None = None
    result: T | None = None
    patience: float = PATIENCE
    _seen: dict[str, float] = field(default_factory=dict)
    _place: Future[None] | None = None  # among those that wait for a thread

    @property
    def found(self) -> T | None:
        """All of it, or what is there of it."""
        return self.partial if self.result is None else self.result

    def look(self, who: str) -> None:
        """Note that somebody still wants it."""
        self._seen[who] = time.monotonic()

    def cancel(self, who: str) -> None:
        """Let go of it: it ends, unless somebody else has looked at it lately."""
        self._seen.pop(who, None)
        now = time.monotonic()
        if all(now - seen > _LATELY for seen in self._seen.values()):
            self._stopped.set()
            if self._place is not None and self._place.cancel():  # it waits, and no thread comes
                self.end_with(_before_its_turn)

    def run(self, work: "Work[T]") -> None:
        """Do the work in this thread; whatever happens, the state says how it ended."""

        def measured() -> None:
            if self._unwanted():
                raise Cancelled
            self.state = "running"
            self.result = work(Watch(self._tell, self._unwanted), self._publish)
            self.done = 1.0

        self.end_with(measured)

    def _tell(self, done: float) -> None:
        self.done = done

    def _publish(self, partial: T) -> None:
        self.partial = partial

    def _unwanted(self) -> bool:
        last = max(list(self._seen.values()), default=0.0)
        return self._stopped.is_set() or time.monotonic() - last > self.patience


# Is watched, publishes what is there, and returns all of it.
Work = Callable[[Watch, Callable[[T], None]], T]

_jobs: Shelf[Job[object]] = Shelf(_KEPT)


def ask(
    key: str,
    work: Work[T],
    who: str,
    *,
    lane: Lane = "quick",
    patience: float = PATIENCE,
    remembered: bool = True,
) -> Job[T]:
    """The job of this key for `who`, begun unless it is under way or has been done.

    One that was cancelled or failed stays so until it is forgotten (`forget`). What `work` keeps
    elsewhere once it is finished need not be `remembered`.
    """
    job: Job[T] = Job(patience=patience)
    job.look(who)
    known = _jobs.keep(key, job, lambda each: True)  # type: ignore[arg-type]
    if known is not job:
        known.look(who)
        return known  # type: ignore[return-value]  # a key stands for one kind of measurement

    def begun() -> None:
        job.run(work)
        if job.state == "finished" and not remembered:
            forget(key)

    job._place = _THREADS[lane].submit(begun)
    job._place.add_done_callback(_log_fault)
    return job


def _before_its_turn() -> None:
    raise Cancelled


def _log_fault(done: Future[None]) -> None:
    if not done.cancelled() and (fault := done.exception()) is not None:
        _log.error("A measurement failed", exc_info=fault)


def find(key: str) -> Job[object] | None:
    """The job of this key, if anybody remembers it."""
    return _jobs.find(key)


def under_way(keys: Collection[str]) -> bool:
    """Whether somebody has had all of these measured, and some of it still goes on."""
    jobs = [find(key) for key in keys]
    return all(jobs) and any(job is not None and job.active for job in jobs)


def forget(key: str) -> None:
    """Have the next who asks begin anew, if the job has ended."""
    _jobs.forget(key)
