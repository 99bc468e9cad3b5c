"""Measurements under way: one thread of the server does them, whoever asks the same shares one.

What is there can be read at any time. A job that nobody looks at any more ends by itself, so that
leaving a page is as good as cancelling; one that others look at as well goes on for them.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch

State = Literal["waiting", "running", "finished", "cancelled", "failed"]
T = TypeVar("T")

PATIENCE = 30.0  # seconds for which a job goes on that nobody looks at
_LATELY = 3.0  # who has looked within so many seconds still does
_KEPT = 256  # jobs that are remembered; ended ones are forgotten first
FAULT = "Something went wrong that is not your doing: the server's log has the details."

# What takes minutes has a thread of its own: nobody's first bars wait for it.
_THREADS = {
    "quick": ThreadPoolExecutor(1, "measuring"),
    "slow": ThreadPoolExecutor(1, "log-p"),
}
Lane = Literal["quick", "slow"]
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job(Generic[T]):
    """One measurement and how far it is.

    `done` is from 0 to 1; `partial` is what is there already, if anything; `result` is all of it,
    once it is finished. `message` says in a sentence why it failed.
    """

    state: State = "waiting"
    done: float = 0.0
    partial: T | None = None
    result: T | None = None
    message: str = ""
    _seen: dict[str, float] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Whether it will still change."""
        return self.state in ("waiting", "running")

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

    def wait(self, seconds: float) -> None:
        """Return once it has ended, or that many seconds have passed."""
        self._ended.wait(seconds)

    def run(self, work: "Work[T]") -> None:
        """Do the work in this thread; whatever happens, the state says how it ended."""
        ended: State = "failed"
        self.message = FAULT
        try:
            if self._unwanted():
                raise Cancelled
            self.state = "running"
            self.result = work(Watch(self._tell, self._unwanted), self._publish)
            ended, self.message, self.done = "finished", "", 1.0
        except Cancelled:
            ended, self.message = "cancelled", ""
        except AtlasError as problem:
            self.message = str(problem)
        finally:
            self.state = ended
            self._ended.set()

    def _tell(self, done: float) -> None:
        self.done = done

    def _publish(self, partial: T) -> None:
        self.partial = partial

    def _unwanted(self) -> bool:
        last = max(list(self._seen.values()), default=0.0)
        return self._stopped.is_set() or time.monotonic() - last > PATIENCE


# Is watched, publishes what is there, and returns all of it.
Work = Callable[[Watch, Callable[[T], None]], T]

_jobs: OrderedDict[str, Job[object]] = OrderedDict()
_lock = threading.Lock()


def ask(
    key: str, work: Work[T], who: str, *, lane: Lane = "quick", remembered: bool = True
) -> Job[T]:
    """The job of this key for `who`, begun unless it is under way or has been done.

    One that was cancelled or failed stays so until it is forgotten (`forget`). What `work` keeps
    elsewhere once it is finished need not be `remembered`.
    """
    with _lock:
        known = _jobs.get(key)
        if known is not None:
            _jobs.move_to_end(key)
            known.look(who)
            return known  # type: ignore[return-value]  # a key stands for one kind of measurement
        job: Job[T] = Job()
        job.look(who)
        _jobs[key] = job  # type: ignore[assignment]
        over = max(0, len(_jobs) - _KEPT)
        for old in [k for k, j in _jobs.items() if not j.active][:over]:
            del _jobs[old]

    def begun() -> None:
        job.run(work)
        if job.state == "finished" and not remembered:
            forget(key)

    _THREADS[lane].submit(begun).add_done_callback(_log_fault)
    return job


def _log_fault(done: Future[None]) -> None:
    if (fault := done.exception()) is not None:
        _log.error("A measurement failed", exc_info=fault)


def find(key: str) -> Job[object] | None:
    """The job of this key, if anybody remembers it."""
    with _lock:
        return _jobs.get(key)


def forget(key: str) -> None:
    """Have the next who asks begin anew, if the job has ended."""
    with _lock:
        known = _jobs.get(key)
        if known is not None and not known.active:
            del _jobs[key]
