"""What goes on in a thread of the server while pages come and go: how it ends, and who finds it.

A page begins it under a key, and a refresh or another tab finds it by that. Two kinds are made of
this: what somebody asked for and waits for (`data/jobs.py`), and what all share who look at it
(`reconstruct/measuring.py`). Only plain values are shared: the thread writes them, pages read them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from vae_core.data.own import ImportCancelled
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled

State = Literal["waiting", "running", "finished", "cancelled", "failed"]
FAULT = "Something went wrong that is not your doing: the server's log has the details."


@dataclass(eq=False, kw_only=True)
class Background:
    """A piece of work.

    Once it ended badly `message` is a sentence, and `kind` the name of the error that said it.
    """

    state: State = "running"
    message: str = ""
    kind: str = ""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Whether it will still change."""
        return self.state in ("waiting", "running")

    def wait(self, seconds: float) -> None:
        """Return once it has ended, or that many seconds have passed."""
        self._ended.wait(seconds)

    def end_with(self, work: Callable[[], None]) -> None:
        """Do the work in this thread; whatever happens, the state says how it ended."""
        ended: State = "failed"
        self.message = FAULT
        try:
            work()
            ended, self.message = "finished", ""
        except (Cancelled, ImportCancelled) as stopped:
            ended, self.message = "cancelled", str(stopped)
        except AtlasError as problem:
            ended = "cancelled" if self._stopped.is_set() else "failed"
            self.message, self.kind = str(problem), type(problem).__name__
        finally:
            self.state = ended
            self._ended.set()


J = TypeVar("J", bound=Background)


class Shelf(OrderedDict[str, J]):
    """Work by its keys; of more than `most` the oldest that ended is forgotten."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._lock = threading.Lock()

    def find(self, key: str) -> J | None:
        """The work of that key, going on or ended; None when nobody remembers any."""
        with self._lock:
            return self.get(key)

    def keep(self, key: str, new: J, still: Callable[[J], bool]) -> J:
        """The work of this key, if it is `still` wanted as it is; else the new one from now on."""
        with self._lock:
            known = self.get(key)
            if known is not None and still(known):
                self.move_to_end(key)
                return known
            self[key] = new
            self.move_to_end(key)
            over = max(0, len(self) - self._most)
            for old in [name for name, each in self.items() if not each.active][:over]:
                del self[old]
        return new

    def forget(self, key: str) -> None:
        """Let go of work that has ended."""
        with self._lock:
            known = self.get(key)
            if known is not None and not known.active:
                del self[key]
