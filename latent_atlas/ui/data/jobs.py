"""Work that outlives a rerun: first looks, imports, downloads, each in a thread of the server.

A page starts a job and looks at it by its key; a refresh or another tab finds it again. Only plain
values are shared: the thread writes them, pages read them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from vae_core.data.own import ImportCancelled
from vae_core.errors import AtlasError

State = Literal["running", "finished", "cancelled", "failed"]
Progress = Callable[[int, int | None], None]  # done, in all; None as long as nobody knows
IsCancelled = Callable[[], bool]
# Returns the name of the dataset that is here now, if there is one.
Work = Callable[[Progress, IsCancelled], str]

KEPT = 64  # jobs that are remembered; the oldest ended ones are forgotten
FAULT = "Something went wrong that is not your doing: the server's log has the details."


@dataclass
class Job:
    """A piece of work and how far it is.

    Once it ended badly `message` is a sentence, and `kind` the name of the error that said it.
    """

    title: str
    done: int = 0
    total: int = 0
    state: State = "running"
    message: str = ""
    kind: str = ""
    dataset: str = ""
    _cancel: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask it to stop; it does so within a moment, and keeps nothing."""
        self._cancel.set()

    def wait(self, seconds: float) -> None:
        """Return once it has ended, or that many seconds have passed."""
        self._ended.wait(seconds)

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop and still has to notice."""
        return self.state == "running" and self._cancel.is_set()

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    def run(self, work: Work) -> None:
        """Do the work in this thread; whatever happens, the state says how it ended."""
        ended: State = "failed"
        self.message = FAULT
        try:
            self.dataset = work(self._tell, self._cancel.is_set)
            ended, self.message = "finished", ""
        except ImportCancelled as stopped:
            ended, self.message = "cancelled", str(stopped)
        except AtlasError as problem:
            ended = "cancelled" if self._cancel.is_set() else "failed"
            self.message, self.kind = str(problem), type(problem).__name__
        finally:
            self.state = ended
            self._ended.set()

    def _tell(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total or 0


_jobs: dict[str, Job] = {}
_lock = threading.Lock()


def start(key: str, title: str, work: Work) -> Job:
    """Begin `work` under `key`, unless it is being done already."""
    with _lock:
        known = _jobs.get(key)
        if known is not None and known.state == "running":
            return known
        job = Job(title)
        _jobs.pop(key, None)
        _jobs[key] = job
        over = max(0, len(_jobs) - KEPT)
        for old in [k for k, j in _jobs.items() if j.state != "running"][:over]:
            del _jobs[old]
    threading.Thread(target=job.run, args=(work,), name=f"job {title}", daemon=True).start()
    return job


def find(key: str | None) -> Job | None:
    """The job of that key, running or ended; None when there is none that anybody remembers."""
    with _lock:
        return _jobs.get(key or "")


def forget(key: str) -> None:
    """Let go of a job that has ended."""
    with _lock:
        if key in _jobs and _jobs[key].state != "running":
            del _jobs[key]
