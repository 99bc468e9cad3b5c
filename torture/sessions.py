"""Thousands of sessions come, see a page and go; the server is to be no larger for it."""

import statistics
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from latent_atlas.places import PAGES
from latent_atlas.ui.page_files import page_files
from tests.browser.server import AppServer
from torture.outcome import Outcome
from torture.visitor import Gone, visiting
from torture.vitals import Vitals, megabytes, vitals
from vae_core.numerals import decimal
from vae_core.sentences import counted, listed

AT_ONCE = 4
LOOKS = 20
# Streamlit keeps the last 128 for two minutes, so that a tab can come back, and pages keep what was
# computed: the server fills in the first quarter, which is not judged.
FILLED = LOOKS // 4
FLAT = 0.05  # of the memory after a quarter of the sessions
FLAT_FILES = 8  # threads or open files: a pool may be at work at one look and not at the other
JUDGED_FROM = 1_000
SETTLING = 30.0  # seconds for the last to be taken note of
PROMISE = (
    "Who comes and goes leaves nothing behind: sessions are counted back to none, and the server's "
    "memory, threads and open files stay as they are."
)


def open_sessions(server: AppServer, sessions: int, at_once: int = AT_ONCE) -> Outcome:
    """The campaign: so many sessions, several at a time, on each of the pages in turn."""
    began = time.monotonic()
    pages = ["", *(each.path.stem for each in page_files(PAGES)[1:])]
    lost, found = list[str](), [vitals(server.process.pid)]
    ends = [sessions * (k + 1) // LOOKS for k in range(LOOKS)]
    with ThreadPoolExecutor(at_once) as pool:
        for first, end in pairwise([0, *ends]):
            visits = [(server.url, pages[k % len(pages)], k) for k in range(first, end)]
            lost += [problem for each in pool.map(_visit, visits) for problem in each]
            lost += _left_open(server, end)
            found.append(vitals(server.process.pid))
    quarters = range(0, LOOKS + 1, FILLED)
    told = [f"after {sessions * k // LOOKS:,}: {found[k]}" for k in quarters]
    measured = [f"The server {'; '.join(told)}."]
    if sessions >= JUDGED_FROM:
        lost += grown(found)
        rise, error = (decimal(each * LOOKS / sessions / 1024, 1) for each in slope(found))
        measured.append(
            f"Over the last three quarters its memory rose by {rise} ± {error} kB a session (the "
            "slope of that line and its standard error)."
        )
    return Outcome(
        promise=PROMISE,
        done=(
            f"sessions opened by websocket, {at_once} at a time, on {listed(_called(pages))} in "
            "turn; each page's script runs to its end, then the session is closed. Memory is flat "
            "if the straight line through what the server holds after each twentieth of the "
            f"sessions rises by no more than {FLAT:.0%} over the last three quarters"
        ),
        number=sessions,
        lost=lost,
        seconds=time.monotonic() - began,
        measured=measured,
    )


def active_sessions(server: AppServer) -> int:
    """How many the server counts."""
    address = f"{server.url}/_stcore/metrics?families=active_sessions"
    with urllib.request.urlopen(address, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    [value] = [line.split()[-1] for line in lines if line.startswith("active_sessions")]
    return int(float(value))


def _visit(asked: tuple[str, str, int]) -> list[str]:
    """What went wrong in one session."""
    url, page, number = asked
    where = f"session {number + 1:,} on /{page}"
    try:
        with visiting(url) as visitor:
            return [f"{where}: {each}" for each in visitor.open(page).exceptions]
    except Gone as problem:
        return [f"{where}: {problem}"]


def _left_open(server: AppServer, sessions: int) -> Iterator[str]:
    """A sentence if some are still counted when all have been closed for a while."""
    until = time.monotonic() + SETTLING
    while left := active_sessions(server):
        if time.monotonic() > until:
            yield f"{counted(left, 'session')} counted {SETTLING:.0f} s after {sessions:,} closed"
            return
        time.sleep(0.1)


def grown(found: list[Vitals]) -> Iterator[str]:
    """What is larger after all of the sessions than after a quarter of them."""
    filled, all_of_them = found[FILLED], found[-1]
    rise, error = (each * (LOOKS - FILLED) for each in slope(found))
    if rise > FLAT * filled.memory:
        yield (
            f"memory grew by {megabytes(rise)} ± {megabytes(error)} from {megabytes(filled.memory)}"
        )
    for name in ("threads", "files"):
        before, after = getattr(filled, name), getattr(all_of_them, name)
        if after > before + FLAT_FILES:
            yield f"{name} grew from {before} to {after}"


def slope(found: list[Vitals]) -> tuple[float, float]:
    """Bytes by which memory rises from one look to the next, once it is filled; standard error."""
    memory = [each.memory for each in found[FILLED:]]
    times = list(range(len(memory)))
    rise, start = statistics.linear_regression(times, memory)
    spread = sum((time - statistics.fmean(times)) ** 2 for time in times)
    missed = [held - start - rise * time for time, held in zip(times, memory, strict=True)]
    return rise, (sum(each**2 for each in missed) / (len(times) - 2) / spread) ** 0.5


def _called(pages: list[str]) -> list[str]:
    return [f"/{page}" for page in pages]
