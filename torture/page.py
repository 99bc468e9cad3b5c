"""docs/reliability.md, written from what was found."""

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from torture.outcome import Outcome
from vae_core.numerals import decimal, duration
from vae_core.runs.environment import default_threads
from vae_core.sentences import counted
from vae_core.version import __version__

NOT_RUN = "not run"
HEAD = """# What was tried to break it

Made by `make torture`: each promise was tried so many times, by chance that is seeded, and what was
lost is told. No line is written by hand; what was not tried this time says so.

| promise | how it is tried | number | lost | command |
|---|---|---|---|---|
"""
TAIL = """
## What is not tried

Machines that lose power: SIGKILL leaves what the operating system holds in memory, so it says that
files are written in the right order, not that a disk keeps them. Disks that are full or damaged,
clocks that jump, and networks between browser and app are left to tests of their own or to nobody.
Kills are of small runs on digits with one thread on a CPU; a GPU is not tried. Inputs are changed
sound ones, of a few kilobytes: what only a large file does is not found by them. Sessions by
websocket draw pages as Streamlit sends them, without the plane's JavaScript and what it fetches;
forty browsers are on one machine with the app, so the network between them is none. Other browsers
than Chromium are not tried.
"""


@dataclass(frozen=True)
class Line:
    """A promise, the command that tries it, and what came of it if it was tried."""

    promise: str
    command: str
    outcome: Outcome | None = None


def document(lines: Sequence[Line], note: str | None = None) -> str:
    """The page, in Markdown; `note` is a sentence on the machine."""
    parts = [HEAD + "\n".join(map(_row, lines)) + "\n", _circumstances(lines, note)]
    found = [line.outcome for line in lines if line.outcome is not None]
    lost = [case for outcome in found for case in outcome.lost]
    measured = [sentence for outcome in found for sentence in outcome.measured]
    if found:
        parts.append("## What was lost\n\n" + (_listed(lost) if lost else "Nothing.\n"))
    if measured:
        parts.append("## What was measured besides\n\n" + _listed(measured))
    return "\n".join(parts) + TAIL


def _row(line: Line) -> str:
    outcome = line.outcome
    if outcome is None:
        told = [NOT_RUN, NOT_RUN, NOT_RUN]
    else:
        told = [_cell(outcome.done), f"{outcome.number:,}", f"{len(outcome.lost):,}"]
    return f"| {_cell(line.promise)} | {' | '.join(told)} | `{line.command}` |"


def _circumstances(lines: Sequence[Line], note: str | None) -> str:
    found = [line.outcome for line in lines if line.outcome is not None]
    seeds = sorted({outcome.seed for outcome in found if outcome.seed is not None})
    sentences = [f"On {time.strftime('%Y-%m-%d')}, with version {__version__}, on {machine()}."]
    if found:
        took = sum(outcome.seconds for outcome in found)
        sentences.append(f"All of it took {duration(took)}.")
    if seeds:
        sentences.append(f"Chance was seeded with {', '.join(map(str, seeds))}.")
    return " ".join([*sentences, *([note] if note else [])]) + "\n"


def machine() -> str:
    """This machine and what runs on it, in words, and nothing that names it."""
    cores = counted(default_threads() + 1, "core")
    told: Mapping[str, str] = dict(_pairs("/proc/cpuinfo"))
    processor = told.get("model name", platform.machine())
    kilobytes = int(dict(_pairs("/proc/meminfo"))["MemTotal"].split()[0])
    memory = f"{decimal(kilobytes / 2**20, 0)} GB of memory"
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "streamlit"))
    return (
        f"{cores} ({processor}) with {memory}, {platform.system()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def _pairs(file: str) -> list[tuple[str, str]]:
    lines = Path(file).read_text("utf-8").splitlines()
    return [(name.strip(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _listed(texts: Sequence[str]) -> str:
    return "".join(f"- {text}\n" for text in texts)
