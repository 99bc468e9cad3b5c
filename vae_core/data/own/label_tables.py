"""The class of each picture out of a table that lies beside the pictures and names them."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.array_labels import MOST_CLASSES, is_labels
from vae_core.data.own.naming import is_picture
from vae_core.data.own.parts import Part, is_division, part_of
from vae_core.data.own.table_rows import rows_of
from vae_core.sentences import plain

MATCHED = (0.9, 0.5)  # of the pictures that a table has to name: better most of them, or half
MOST_LOOKED_AT = 64  # columns besides that of the classes
DISTINCT = 0.5  # of the rows of a column that names pictures: one of classes repeats itself

# What programs write into a cell that holds nothing, in small letters.
_MISSING = frozenset({"nan", "na", "n/a", "#n/a", "<na>", "null"})
_PLACES = frozenset({"x", "y", "w", "h", "width", "height"})
_NUMBERED_PARTS: dict[str, Part] = {"0": "train", "1": "valid", "2": "test"}  # as CelebA has them

Columns = dict[str, list[str]]


@dataclass(frozen=True)
class Table:
    """The class of each picture, and which column of which file said so.

    `column` is empty where the lines of the file are the classes, in the order of the pictures.
    `unnamed` counts the pictures that it leaves out, `torn` those of which its rows say different
    things. `others` has what the other columns say of each picture, None where a row leaves it out.
    """

    classes: list[str]
    column: str
    file: str
    unnamed: int = 0
    torn: int = 0
    others: dict[str, list[str | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Matched:
    """The columns of a table but the one that names pictures, and which rows are of each."""

    columns: Columns
    rows: list[list[int]]

    def of_each(self, values: Sequence[str]) -> list[str | None]:
        """The value of each picture; None where it has none, or two."""
        told = ({values[row] for row in rows} for rows in self.rows)
        return [found.pop() or None if len(found) == 1 else None for found in told]

    def torn(self, values: Sequence[str]) -> int:
        """How many pictures have several values."""
        return sum(len({values[row] for row in rows}) > 1 for rows in self.rows)


def table_of(data: bytes, file: str, names: Sequence[str], *, without: str = "") -> Table | None:
    """What the table in `data` says of the pictures `names`; None where it is not of them.

    `names` are in their natural order, in which a file of a class in each line has them. The column
    `without` is passed over: it has been taken for something else.
    """
    rows = rows_of(data, file)
    if rows and all(len(row) == 1 for row in rows):
        return _in_order([row[0] for row in rows], file, names)
    matched = _matched(rows, file, names)
    if matched is None:
        return None
    labels = _labels({n: values for n, values in matched.columns.items() if n != without})
    if labels is None:
        return None
    classes = [plain(value) if value else UNLABELLED for value in matched.of_each(labels.values)]
    torn = matched.torn(labels.values)
    return Table(
        classes,
        plain(labels.name),
        plain(file),
        classes.count(UNLABELLED) - torn,
        torn,
        {n: matched.of_each(matched.columns[n]) for n in labels.others[:MOST_LOOKED_AT]},
    )


def named_by(data: bytes, file: str, names: Sequence[str]) -> int:
    """How many of the pictures `names` the column of a table names that names most of them."""
    columns = _columns(rows_of(data, file), file, names)
    keys = [_called(name) for name in names]
    return max(
        (_named(values, keys, written) for values in columns.values() for written in _WAYS),
        default=0,
    )


def division_of(
    data: bytes, file: str, names: Sequence[str]
) -> tuple[str, list[Part | None]] | None:
    """The column of a table that says which part each picture is of, and what it says.

    None where there is none. A picture that the table leaves out is of no part.
    """
    columns = _columns(rows_of(data, file), file, names)
    dividing = [name for name, values in columns.items() if _parts_in(name, file, values)]
    matched = _matching(columns, names) if dividing else None
    for name in dividing if matched else []:
        values = matched.columns.get(name) if matched else None
        if matched is None or values is None:
            continue
        known = _parts_in(name, file, values)
        return name, [known[value] if value else None for value in matched.of_each(values)]
    return None


def _parts_in(title: str, file: str, values: Sequence[str]) -> dict[str, Part]:
    """Which part each value of a column stands for; nothing where one is none."""
    kinds = set(values)
    if kinds <= set(_NUMBERED_PARTS) and "partition" in f"{title} {file}".casefold():
        found: Mapping[str, Part | None] = _NUMBERED_PARTS
    else:
        found = {kind: part_of(kind) for kind in kinds}
    parts = {kind: part for kind in kinds if (part := found[kind]) is not None}
    return parts if len(parts) == len(kinds) and is_division(list(parts.values())) else {}


def _matched(rows: Sequence[Sequence[str]], file: str, names: Sequence[str]) -> _Matched | None:
    return _matching(_columns(rows, file, names), names)


def _matching(columns: Columns, names: Sequence[str]) -> _Matched | None:
    """The rows that are of each picture; None where no column names the pictures."""
    found = _naming_column(columns, names)
    if found is None:
        return None
    column, written = found
    by_key: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(columns[column]):
        by_key[written(value)].append(row)
    keys = (tuple(map(written, _called(name))) for name in names)
    rows = [next((by_key[key] for key in own if key in by_key), []) for own in keys]
    return _Matched({n: values for n, values in columns.items() if n != column}, rows)


def _columns(rows: Sequence[Sequence[str]], file: str, names: Sequence[str]) -> Columns:
    """The columns by their titles; by their numbers where the first row is about a picture, too.

    One column beside the pictures is called as the file is.
    """
    if not rows:
        return {}
    head, body = [each.strip() for each in rows[0]], list(rows[1:])
    known = {key for name in names for key in _called(name)}
    if any(_slashed(each) in known or _last(_slashed(each)) in known for each in head):
        head, body = [f"column {k + 1}" for k in range(len(head))], list(rows)
        if len(head) == 2:
            head = ["", PurePosixPath(file).stem]
    body = [row for row in body if len(row) == len(head)]
    if not body:
        return {}
    return {title: [_value(row[k]) for row in body] for k, title in enumerate(_titles(head))}


def _titles(head: Sequence[str]) -> list[str]:
    """The titles of the columns; one that stands there again has a number."""
    found: list[str] = []
    for title in head:
        numbered = (f"{title} ({n})" for n in count(2))
        found.append(title if title not in found else next(n for n in numbered if n not in found))
    return found


def _value(cell: str) -> str:
    """What a cell holds, if anything."""
    found = cell.strip()
    return "" if found.casefold() in _MISSING else found


def _in_order(lines: Sequence[str], file: str, names: Sequence[str]) -> Table | None:
    """A class in each line, in the order of the pictures; the first line may be a title.

    Not where their order is not clear, nor where a title may stand in the place of a class.
    """
    found = list(lines[-len(names) :]) if len(lines) - len(names) in (0, 1) else []
    if list(names) != sorted(names) or (found and found.count(found[0]) == 1):
        return None
    if not 2 <= len(set(found)) <= min(MOST_CLASSES, len(names) // 2):
        return None
    return Table([plain(_value(each)) or UNLABELLED for each in found], "", plain(file))


Written = Callable[[str], str]


def _naming_column(columns: Columns, names: Sequence[str]) -> tuple[str, Written] | None:
    """The column that names the pictures, and how it writes their names.

    One whose values are called as files are comes before any other: a column of row numbers names
    pictures that are called by numbers, too, and others than its row is about.
    """
    candidates = {
        title: values
        for title, values in columns.items()
        if len(set(values)) >= DISTINCT * len(values)
    }
    of_files = {title: values for title, values in candidates.items() if _are_files(values)}
    others = {title: values for title, values in candidates.items() if title not in of_files}
    return _best_of(of_files, names) or _best_of(others, names)


def _best_of(columns: Columns, names: Sequence[str]) -> tuple[str, Written] | None:
    """Of these columns the one that names most pictures, written as closely as can be."""
    keys = [_called(name) for name in names]
    for least in MATCHED:
        for written in _WAYS:
            own = [tuple(map(written, each)) for each in keys]
            if len({each[0] for each in own}) < len(set(names)):
                continue  # it takes two pictures for one
            found: dict[str, int] = {}
            for title, values in columns.items():
                if len(set(map(written, values))) == len(set(values)):
                    found[title] = _named(values, keys, written)
            best = max(found, key=found.__getitem__, default=None)
            if best is not None and found[best] >= least * len(names):
                return best, written
    return None


def _named(values: Sequence[str], keys: Sequence[tuple[str, ...]], written: Written) -> int:
    """How many of the pictures that have these keys a column names, written in this way."""
    there = set(map(written, values))
    return sum(any(written(key) in there for key in each) for each in keys)


def _are_files(values: Sequence[str]) -> bool:
    """Whether most values of a column are called as pictures are."""
    return 2 * sum(is_picture(_slashed(value)) for value in values) > len(values)


def _slashed(name: str) -> str:
    """A name in a table, with the slashes of all systems."""
    return name.replace("\\", "/").removeprefix("./")


def _last(name: str) -> str:
    """A path of another machine: its last part."""
    return name.rpartition("/")[2]


def _loosely(name: str) -> str:
    """Without a suffix, in small letters, and with numbers that are not filled up: 007 is 7."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    return re.sub(r"[0-9]+", lambda number: number[0].lstrip("0") or "0", stem.lower())


_UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")  # what Label Studio puts before a name

# How tables write the names of pictures, the closest first.
_WAYS: tuple[Written, ...] = (
    _slashed,
    lambda name: _last(_slashed(name)),
    lambda name: _loosely(_slashed(name)),
    lambda name: _loosely(_last(_slashed(name))),
    lambda name: _UPLOADED.sub("", _loosely(_last(_slashed(name)))),
)


def _called(name: str) -> tuple[str, ...]:
    """A picture's path, its file name, its name without a suffix; the most telling first."""
    path = PurePosixPath(name)
    inner = [str(PurePosixPath(*path.parts[k:])) for k in range(len(path.parts))]
    return (*inner, path.stem)


@dataclass(frozen=True)
class _Labels:
    """The column of classes, and which others may hold some, too."""

    name: str
    values: list[str]
    others: list[str]


def _labels(columns: Mapping[str, list[str]]) -> _Labels | None:
    """The column that holds classes; of a column for each class, that of the one."""
    if len(columns) > 1 and all(set(v) <= {"0", "1", "0.0", "1.0"} for v in columns.values()):
        rows = list(zip(*columns.values(), strict=True))
        ones = [[k for k, value in enumerate(row) if value.startswith("1")] for row in rows]
        names = list(columns)
        if all(len(found) == 1 for found in ones):
            return _Labels(f"{names[0]} to {names[-1]}", [names[found[0]] for found in ones], [])
    lower = {name.casefold() for name in columns}
    if lower >= {"x", "y"}:  # where something lies in the picture
        columns = {name: v for name, v in columns.items() if name.casefold() not in _PLACES}
    columns = {name: v for name, v in columns.items() if not all(map(part_of, v))}
    ordered = sorted(columns, key=lambda name: not is_labels(name))
    for name in ordered:
        kinds = len(set(columns[name]))
        few = 2 <= kinds <= min(MOST_CLASSES, len(columns[name]) // 2)
        if few or (is_labels(name) and 2 <= kinds <= MOST_CLASSES):
            return _Labels(name, columns[name], [other for other in columns if other != name])
    return None
