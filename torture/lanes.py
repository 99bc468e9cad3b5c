"""Several pieces of work at once, each in a process of its own, which may die of it.

The processes are forks of one that has the modules imported: torch alone takes two seconds.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")

LANES = 2
_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Died:
    """What came of a piece whose process gave no answer."""

    how: str


@dataclass(frozen=True)
class _Lane(Generic[Piece]):
    piece: Piece
    process: ForkServerProcess
    until: float


def preload(*modules: str) -> None:
    """Name what pieces of work import; to be called before the first of them."""
    _context.set_forkserver_preload(list(modules))


def in_lanes(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], patience: float, lanes: int = LANES
) -> Iterator[tuple[Piece, Result | Died]]:
    """Each piece with what came of it, in the order in which they end.

    Args:
        work: a function of a module.
        pieces: taken one after the other, when a lane is free.
        patience: seconds after which a piece is killed.
        lanes: how many at once.
    """
    waiting, running = iter(pieces), dict[Connection, _Lane[Piece]]()
    more = True
    while True:
        while more and len(running) < lanes:
            for piece in waiting:
                receiver, lane = _started(work, piece, patience)
                running[receiver] = lane
                break
            else:
                more = False
        if not running:
            return
        for receiver in _ready(running):
            lane = running.pop(receiver)
            yield lane.piece, _answer(receiver, lane)


def _started(
    work: Callable[[Piece], Result], piece: Piece, patience: float
) -> tuple[Connection, _Lane[Piece]]:
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(sender, work, piece))
    with _no_main():
        process.start()
    sender.close()
    return receiver, _Lane(piece, process, time.monotonic() + patience)


@contextmanager
def _no_main() -> Iterator[None]:
    """A process begins by running what `__main__` is, and what a test of pages left there is one.

    Pieces of work are functions of modules: none needs it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _work(sender: Connection, work: Callable[[Piece], Result], piece: Piece) -> None:
    sender.send(work(piece))


def _ready(running: dict[Connection, _Lane[Piece]]) -> list[Connection]:
    """Those that have answered or died; those that took too long are killed first."""
    while True:
        ready = [each for each in wait(list(running), 1.0) if isinstance(each, Connection)]
        if ready:
            return ready
        for lane in running.values():
            if time.monotonic() > lane.until:
                lane.process.kill()


def _answer(receiver: Connection, lane: _Lane[Piece]) -> "Result | Died":
    with receiver:
        try:
            found: Result | Died = receiver.recv()
        except EOFError:
            lane.process.join()
            long = " after it took too long" if time.monotonic() > lane.until else ""
            return Died(f"the process ended with {lane.process.exitcode}{long}")
    lane.process.join()
    return found
