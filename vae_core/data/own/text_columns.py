"""The columns of a table in text (CSV): numbers, words, and their titles if it has any."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

FEWEST_PIXELS = 16  # numbers in a line of a table of images
_MOST_WORDED = 8  # columns of words in a table
_IN_ONE_CELL = re.compile(rf"\s*\d+(?:\s+\d+){{{FEWEST_PIXELS - 1},}}\s*")
_REPEATED = re.compile(r"(?P<first>.+?)\.(?P<turn>[0-9]+)")


@dataclass(frozen=True)
class Columns:
    """The columns of a table: numbers [N, k], text, and the title of each ("" without one)."""

    numbers: np.ndarray
    titles: list[str]
    texts: dict[str, list[str]]


def columns_of(data: bytes, name: str) -> Columns:
    """The columns of the table in `data`. Raises AtlasError where it is none."""
    lines = _text(data, name).splitlines()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise AtlasError(f"{plain(name)} is empty: bring another file.")
    between = max("\t;,", key=lines[0].count)
    try:
        return _columns(lines, between)
    except (ValueError, csv.Error) as error:
        raise AtlasError(
            f"{plain(name)} is no table of pixels: each line must hold the numbers of one image "
            f"({why(error)})."
        ) from error


def _columns(lines: Sequence[str], between: str) -> Columns:
    """Raises ValueError or csv.Error where lines make no table."""
    head = _cells(lines[0], between)
    titled = _are_titles(head) and not _are_repeated_below(head, lines[1:], between)
    body = [line for line in lines[titled:] if line.strip()]
    first = _cells(body[0], between) if body else []
    titles = head if titled and len(head) == len(first) else [""] * len(first)
    worded = [k for k, cell in enumerate(first) if not _is_number(cell)]
    if len(worded) > _MOST_WORDED:
        raise ValueError(f"“{first[worded[0]]}” is no number")
    numbers = [k for k in range(len(first)) if k not in worded]
    table = np.empty((len(body), 0))
    if numbers:
        table = np.loadtxt(
            body, delimiter=between, ndmin=2, comments=None, quotechar='"',
            usecols=numbers if worded else None,
        )  # fmt: skip
    named = [titles[k] for k in numbers]
    rows = list(csv.reader(body, delimiter=between)) if worded else []
    if any(len(row) != len(first) for row in rows):
        raise ValueError("its lines differ in length")
    texts: dict[str, list[str]] = {}
    for k in worded:
        cells = [row[k].strip() for row in rows]
        if _IN_ONE_CELL.fullmatch(first[k]):  # the pixels of an image, as FER has them
            pixels = np.loadtxt(cells, ndmin=2, comments=None)
            table, named = np.hstack([table, pixels]), [*named, *[""] * pixels.shape[1]]
        else:
            texts[titles[k] or place_of(k, len(first))] = [plain(cell) for cell in cells]
    return Columns(table, named, texts)


def _text(data: bytes, name: str) -> str:
    """Raises AtlasError where it is none."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AtlasError(
            f"{plain(name)} is damaged ({why(error)}): copy or save it again."
        ) from error


def _cells(line: str, between: str) -> list[str]:
    return [each.strip() for each in next(csv.reader([line], delimiter=between))]


def _are_titles(head: Sequence[str]) -> bool:
    """Whether a first line holds titles: words, or what programs make up where there are none.

    Pandas counts columns from 0, and tells the repeated numbers of an image apart when it takes
    that for titles: 0, 0.1, 0.2, 7, 0.3.
    """
    numbers = [each for each in head if _is_number(each)]
    if 2 * len(numbers) < len(head) or len(head) < FEWEST_PIXELS:
        return len(numbers) < len(head)
    values = [float(each) for each in numbers]
    counting = all(two - one == 1 for one, two in pairwise(values))
    return counting or _are_repeats(numbers)


def _are_repeated_below(head: Sequence[str], lines: Sequence[str], between: str) -> bool:
    """Whether a word of the first line is one of those below it, as a class is and no title."""
    rows = [row for row in csv.reader(lines[:1000], delimiter=between) if len(row) == len(head)]
    return any(
        not _is_number(word) and word and any(row[k].strip() == word for row in rows)
        for k, word in enumerate(head)
    )


def _are_repeats(titles: Sequence[str]) -> bool:
    seen: Counter[str] = Counter()
    for title in titles:
        match = _REPEATED.fullmatch(title)
        if match is not None and seen[match["first"]] == int(match["turn"]) > 0:
            title = match["first"]
        elif seen[title]:
            return False
        seen[title] += 1
    return seen.total() > len(seen)


def place_of(column: int, width: int) -> str:
    """What a column without a title is called."""
    named = {0: "first column", width - 1: "last column"}
    return named.get(column, f"column {column + 1}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
