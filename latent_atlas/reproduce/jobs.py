"""Answering many cells, several at once, each in a process of its own."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from latent_atlas.reproduce.cells import Answer, Cell, Place, answered, stored_answer
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch

Parts = MutableSequence[float]

NICE = 5
LISTEN_SECONDS = 1.0
# Python says only that a process is gone. Nothing of ours ends one: it was killed, as by a system
# that is out of memory, or it could not start, as while the program was being replaced.
_PROCESS_ENDED = (
    "A process that computed was ended from outside, perhaps for want of memory. What was finished "
    "is kept: start again, with fewer jobs if it happens again."
)


@dataclass(frozen=True)
class Standing:
    """How far the work is.

    Attributes:
        done, cells: answered, and in all.
        part: of the whole cost, 0 to 1.
        seconds_left: at the pace so far; None while there is none to speak of.
        newest: the name of a cell just answered, if this was the occasion.
    """

    done: int
    cells: int
    part: float
    seconds_left: float | None
    newest: str | None = None


Listener = Callable[[Standing], None]


def with_needs(cells: Sequence[Cell]) -> list[Cell]:
    """The cells and all that they need, each once, needs first."""
    found: dict[str, Cell] = {}

    def add(cell: Cell) -> None:
        for needed in cell.needs:
            add(needed)
        found.setdefault(cell.name, cell)

    for cell in cells:
        add(cell)
    return list(found.values())


def answer_all(
    cells: Sequence[Cell], folder: Path, jobs: int, listener: Listener = lambda standing: None
) -> dict[str, Answer]:
    """The answers by name; what ``folder`` holds already is not computed again.

    An answer whose model is gone counts as none where something is still to read the model.

    A process ended from outside, Ctrl-C included, leaves every finished cell and the state of those
    under way: called again, the work goes on.

    Args:
        cells: see ``with_needs``; those are answered as well.
        jobs: processes, one thread each.
        listener: hears how it goes, about once a second.

    Raises:
        AtlasError: of the first cell that cannot be answered, or when a process was ended from
            outside.
    """
    todo = with_needs(cells)
    found = {
        cell.name: answer for cell in todo if (answer := stored_answer(cell, folder)) is not None
    }
    gone = _gone(todo, found, folder)
    for name in gone:
        del found[name]
    left = [cell for cell in todo if cell.name not in found]
    if left:
        folder.mkdir(parents=True, exist_ok=True)
        pace = _Pace(todo, found, listener)
        for cell, answer in _compute(left, gone, found, folder, jobs, pace):
            found[cell.name] = answer
    return found


def _gone(todo: Sequence[Cell], found: Mapping[str, Answer], folder: Path) -> set[str]:
    """Which of those `found` have lost a model that something is still to read."""
    gone = set[str]()
    for cell in reversed(todo):  # those in need before what they need
        if cell.name not in found or cell.name in gone:
            needs = {each.name for each in cell.needs} & found.keys()
            gone |= {name for name in needs if not Place(folder, name).model.exists()}
    return gone


class _Pace:
    """What is told to the listener: the cost behind and ahead, and how fast it goes."""

    def __init__(self, cells: Sequence[Cell], found: dict[str, Answer], listener: Listener) -> None:
        self._costs = {cell.name: cell.cost for cell in cells}
        self._found, self._listener = found, listener
        self._before = self._cost_done({})
        self._started = time.monotonic()

    def tell(self, parts: dict[str, float], newest: str | None = None) -> None:
        """``parts`` of the cells under way, by name, 0 to 1."""
        total = sum(self._costs.values())
        done = self._cost_done(parts)
        seconds = time.monotonic() - self._started
        gained = done - self._before
        left = seconds * (total - done) / gained if gained > 0.01 * total else None
        self._listener(Standing(len(self._found), len(self._costs), done / total, left, newest))

    def _cost_done(self, parts: dict[str, float]) -> float:
        finished = sum(self._costs[name] for name in self._found)
        return finished + sum(
            self._costs[name] * part for name, part in parts.items() if name not in self._found
        )


def _compute(
    left: list[Cell],
    gone: set[str],
    found: dict[str, Answer],
    folder: Path,
    jobs: int,
    pace: _Pace,
) -> Iterator[tuple[Cell, Answer]]:
    context = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    parts: Parts = context.Array("d", len(left), lock=False)
    places = {cell.name: number for number, cell in enumerate(left)}
    stop = context.Event()
    pool = ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(parts, stop, os.getpid())
    )
    waiting, running = list(left), dict[Future[Answer], Cell]()
    try:
        while waiting or running:
            # No more than there are processes: a cell may wait for another one's answer.
            ready = [c for c in waiting if all(need.name in found for need in c.needs)]
            for cell in ready[: jobs - len(running)]:
                waiting.remove(cell)
                running[
                    pool.submit(_answer, cell, folder, places[cell.name], cell.name in gone)
                ] = cell
            finished, _ = wait(running, timeout=LISTEN_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                cell = running.pop(future)
                try:
                    answer = future.result()
                except BrokenProcessPool as error:
                    raise AtlasError(_PROCESS_ENDED) from error
                yield cell, answer
                pace.tell(_under_way(running, places, parts), newest=cell.name)
            if not finished:
                pace.tell(_under_way(running, places, parts))
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _under_way(
    running: dict[Future[Answer], Cell], places: dict[str, int], parts: Parts
) -> dict[str, float]:
    return {cell.name: float(parts[places[cell.name]]) for cell in running.values()}


# In the other processes: where to tell their progress, and whether to stop.
_parts: Parts
_stop: Event
_parent = 0
_at_work = threading.Event()


def _begin(parts: Parts, stop: Event, parent: int) -> None:
    global _parts, _stop, _parent
    _parts, _stop, _parent = parts, stop, parent
    # Ctrl-C reaches the whole group: the parent asks for an end, so that states are saved.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    threading.Thread(target=_end_without, args=(parent,), daemon=True).start()


def _end_without(parent: int) -> None:
    """End this process once its parent is gone (killed) and what was under way is saved.

    It would wait for the next cell for ever: the pipe that it listens to is its own as well.
    """
    while os.getppid() == parent or _at_work.is_set():
        time.sleep(LISTEN_SECONDS)
    os._exit(1)


def _answer(cell: Cell, folder: Path, place: int, anew: bool) -> Answer:
    def progress(part: float) -> None:
        _parts[place] = part

    # Without its parent (killed) there is nobody to answer to.
    watch = Watch(progress, lambda: _stop.is_set() or os.getppid() != _parent)
    _at_work.set()
    try:
        return answered(cell, folder, watch, anew=anew)
    finally:
        _at_work.clear()
