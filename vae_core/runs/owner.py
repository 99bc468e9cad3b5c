"""Who trains a run on a folder that several machines share, where locks may mean little.

``owner.json`` of a run names the process that trains it and when that last gave a sign of life.
Within one machine the operating system's lock decides, and the record says nothing. From another
machine a fresh record is respected; a stale one is of somebody who is gone, and may be taken over.
The clocks of the machines have to agree to within half of ``STALE_AFTER``.
"""

import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.quantities import Count, Moment
from vae_core.runs.files import write_atomically
from vae_core.sentences import plain

BEAT_EVERY = 10.0  # seconds
STALE_AFTER = 60.0  # seconds without a beat; a share may take its time to show one
SETTLE = 1.0  # seconds until the last of two who take a stale record over at once has written

Clock = Callable[[], float]
Word = Annotated[str, Field(max_length=200)]


class Disowned(BaseException):
    """Another machine has taken the run over: stop at once and write nothing more of it."""


class Owner(BaseModel):
    """Who, since when, and the last sign of life; times are seconds since 1970."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    machine: Word
    host: Word
    process: Count
    token: Word
    since: Moment
    beat: Moment

    def is_fresh(self, now: float) -> bool:
        """Whether it has given a sign of life lately."""
        return now - self.beat < STALE_AFTER


@cache
def this_machine() -> str:
    """A name for the running system that no other has: locks hold within it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return platform.node()


def owner_elsewhere(folder: Path, clock: Clock = time.time) -> Owner | None:
    """Who trains the run in this folder on another machine, if anybody does."""
    owner = _read(folder)
    elsewhere = owner is not None and owner.machine != this_machine() and owner.is_fresh(clock())
    return owner if elsewhere else None


def refuse_owned(folder: Path, clock: Clock = time.time) -> None:
    """Raise AtlasError where another machine trains the run in this folder."""
    if (owner := owner_elsewhere(folder, clock)) is not None:
        raise AtlasError(_sentence(folder, owner, clock()))


class Ownership:
    """This process's own record of a run, from ``take`` to ``release``."""

    def __init__(self, folder: Path, clock: Clock = time.time) -> None:
        """Of the run in ``folder``, whose lock this process holds."""
        self._folder, self._clock = folder, clock
        self._token, self._since = secrets.token_hex(8), clock()
        self._lost = threading.Event()

    def take(self, settle: Callable[[float], None] = time.sleep) -> None:
        """Write the record, over a stale one if need be. Raises AtlasError at a fresh one."""
        refuse_owned(self._folder, self._clock)
        before = _read(self._folder)
        self._write()
        if before is not None and before.machine != this_machine():
            settle(SETTLE)  # of several who saw it stale the last to write has it
            owner = _read(self._folder)
            if owner is not None and owner.token != self._token:
                raise AtlasError(_sentence(self._folder, owner, self._clock()))

    def beat(self) -> None:
        """Give a sign of life, unless the run is somebody else's by now."""
        owner = _read(self._folder)
        if owner is not None and owner.token != self._token:
            self._lost.set()
        elif not self._lost.is_set():
            self._write()

    def check(self) -> bool:
        """False, as training's ``ending`` wants it; raises ``Disowned`` once the run is lost."""
        if self._lost.is_set():
            raise Disowned(self._folder.name)
        return False

    def release(self) -> None:
        """Remove the record if it is still this process's."""
        owner = _read(self._folder)
        if owner is not None and owner.token == self._token:
            (self._folder / "owner.json").unlink(missing_ok=True)

    def _write(self) -> None:
        owner = Owner(
            machine=this_machine(),
            host=platform.node()[:200],
            process=os.getpid(),
            token=self._token,
            since=self._since,
            beat=self._clock(),
        )
        write_atomically(self._folder / "owner.json", owner.model_dump_json())


@contextmanager
def owning(folder: Path) -> Iterator[Ownership]:
    """Own a run, with a beat of its own thread. Raises AtlasError as ``Ownership.take``."""
    ownership, ended = Ownership(folder), threading.Event()
    ownership.take()

    def keep_beating() -> None:
        while not ended.wait(BEAT_EVERY):
            try:
                ownership.beat()
            except OSError:
                continue  # the share is away for a moment: the next beat may arrive

    thread = threading.Thread(target=keep_beating, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield ownership
    finally:
        ended.set()
        thread.join()
        ownership.release()


def _read(folder: Path) -> Owner | None:
    try:
        return Owner.model_validate_json((folder / "owner.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _sentence(folder: Path, owner: Owner, now: float) -> str:
    return (
        f"{folder.name} is trained on {plain(owner.host)} (process {owner.process}) for "
        f"{duration(max(0.0, now - owner.since))}, with a sign of life "
        f"{duration(max(0.0, now - owner.beat))} ago: pause it, or wait until "
        f"{duration(STALE_AFTER)} have passed without one."
    )
