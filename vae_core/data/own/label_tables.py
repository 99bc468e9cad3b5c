"""The class of each picture out of a table that lies beside the pictures: CSV or TSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vae_core.data.own.array_labels import MOST_CLASSES, UNLABELLED, is_labels
from vae_core.sentences import plain

SUFFIXES = (".csv", ".tsv")
LARGEST = 64 << 20  # bytes of a table that is looked into
MATCHED = 0.9  # of the pictures that a table has to name


@dataclass(frozen=True)
class Table:
    """The class of each picture, and which column of which file said so."""

    classes: list[str]
    column: str
    file: str
    unnamed: int


def is_table(name: str) -> bool:
    """Whether a file of this name may be a table."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def table_of(data: bytes, file: str, names: Sequence[str]) -> Table | None:
    """What the table in `data` says of the pictures `names`; None where it is not of them."""
    rows = _rows(data)
    if len(rows) < 2:
        return None
    head, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if not body or len(head) < 2:
        return None
    columns = {name.strip(): [row[k].strip() for row in body] for k, name in enumerate(head)}
    column = _naming_column(columns, names)
    if column is None:  # paths of another machine: their last part may do
        columns = {name: _last_parts(values) for name, values in columns.items()}
        column = _naming_column(columns, names)
    if column is None:
        return None
    keys = [_called(name) for name in names]
    labels = _labels({n: values for n, values in columns.items() if n != column})
    if labels is None:
        return None
    said, values = labels
    by_key = dict(zip(map(_written, columns[column]), values, strict=True))
    each = [next((by_key[key] for key in own if key in by_key), None) for own in keys]
    classes = [plain(value) if value else UNLABELLED for value in each]
    return Table(classes, plain(said), plain(file), sum(value is None for value in each))


def _rows(data: bytes) -> list[list[str]]:
    """The rows of a table, as text; none where it is not one."""
    try:
        text = data[:LARGEST].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data[:LARGEST].decode("latin-1")
    first = text.partition("\n")[0]
    between = max("\t;,", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=between) if row]
    except csv.Error:
        return []


def _naming_column(columns: Mapping[str, list[str]], names: Sequence[str]) -> str | None:
    """The column that names the pictures; of two, the one that has their suffixes.

    A column of row numbers names pictures that are called by numbers, too, and others than its row
    is about.
    """
    keys = [_called(name) for name in names]
    best, most = None, MATCHED * len(names)
    for column, values in columns.items():
        there = set(map(_written, values))
        found = [next((key for key in own if key in there), None) for own in keys]
        matched = sum(key is not None for key in found)
        whole = sum(key not in (None, own[-1]) for key, own in zip(found, keys, strict=True))
        if matched >= MATCHED * len(names) and (best is None or whole > most):
            best, most = column, whole
    return best


def _last_parts(values: list[str]) -> list[str]:
    """The names of files in paths, where no two of them are alike; other values as they are."""
    last = [_written(value).rpartition("/")[2] for value in values]
    return last if len(set(last)) == len(set(values)) else values


def _written(name: str) -> str:
    """A name in a table, with the slashes of all systems."""
    return name.replace("\\", "/")


def _called(name: str) -> tuple[str, ...]:
    """A picture's path, its file name, its name without a suffix; the most telling first."""
    path = PurePosixPath(name)
    inner = [str(PurePosixPath(*path.parts[k:])) for k in range(len(path.parts))]
    return (*inner, path.stem)


def _labels(columns: Mapping[str, list[str]]) -> tuple[str, list[str]] | None:
    """The column that holds classes and its values; of a column for each class, that of the one."""
    if len(columns) > 1 and all(set(v) <= {"0", "1", "0.0", "1.0"} for v in columns.values()):
        rows = list(zip(*columns.values(), strict=True))
        ones = [[k for k, value in enumerate(row) if value.startswith("1")] for row in rows]
        names = list(columns)
        if all(len(found) == 1 for found in ones):
            return f"{names[0]} to {names[-1]}", [names[found[0]] for found in ones]
    ordered = sorted(columns, key=lambda name: not is_labels(name))
    for name in ordered:
        kinds = len(set(columns[name]))
        few = 2 <= kinds <= min(MOST_CLASSES, len(columns[name]) // 2)
        if few or (is_labels(name) and 2 <= kinds <= MOST_CLASSES):
            return name, columns[name]
    return None
