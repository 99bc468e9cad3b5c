"""The rows of a table that lies beside pictures: CSV, text or JSON, in any encoding."""

import csv
import io
import json
from pathlib import PurePosixPath

from vae_core.data.own.annotation_exports import pictures_and_kinds
from vae_core.data.own.naming import is_picture

_SEPARATED = (".csv", ".tsv", ".tab")
_LINES, _WHOLE = (".jsonl", ".ndjson"), ".json"
_TEXT = ".txt"
SUFFIXES = (*_SEPARATED, *_LINES, _WHOLE, _TEXT)
LARGEST = 64 << 20  # bytes of a table that is looked into


def is_table(name: str) -> bool:
    """Whether a file of this name may be a table."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def is_surely_a_table(name: str) -> bool:
    """Whether a file of this name is nothing but a table: a text may be anything."""
    return PurePosixPath(name).suffix.lower() in (*_SEPARATED, *_LINES)


def rows_of(data: bytes, file: str) -> list[list[str]]:
    """The cells of each row of the table in `data`, as text; none where it is no table."""
    suffix = PurePosixPath(file).suffix.lower()
    text = _text(data[:LARGEST])
    if suffix in (*_LINES, _WHOLE):
        return _rows_of_json(text, whole=suffix == _WHOLE)
    first = text.partition("\n")[0]
    between = max("\t;,|", key=first.count)
    if between not in first and suffix == _TEXT:  # a path, which may have spaces, and a class
        return _rows_of_text([line for line in text.splitlines() if line.strip()])
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=between) if row]
    except csv.Error:
        return []


def _rows_of_text(lines: list[str]) -> list[list[str]]:
    """Cells between spaces: a picture and its numbers; or a path, which may have some, and a word.

    CelebA counts the pictures in a line of its own, and gives their column no title.
    """
    if len(lines) > 2 and lines[0].strip().isdecimal():
        counted = int(lines[0])
        lines = lines[1:] if counted in (len(lines) - 1, len(lines) - 2) else lines
    cells = [line.split() for line in lines]
    head, body = cells[:1], cells[1:]
    if len(body) < 2 or not all(is_picture(row[0]) for row in body):
        return [line.rsplit(None, 1) for line in lines]
    width = len(body[0])
    if width < 3 or not all(len(row) == width and all(map(_is_number, row[1:])) for row in body):
        return [line.split(None, 1) for line in lines]
    if len(head[0]) == width - 1 and not is_picture(head[0][0]):
        head = [["", *head[0]]]
    return [*head, *body]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _rows_of_json(text: str, *, whole: bool) -> list[list[str]]:
    """Objects with the same names in them, in a list or one a line; or one of names and classes."""
    try:
        found = json.loads(text) if whole else [json.loads(x) for x in text.splitlines() if x]
    except (ValueError, RecursionError):
        return []
    if (exported := pictures_and_kinds(found)) is not None:
        found = exported
    elif isinstance(found, dict):
        found = [{"name": name, "class": kind} for name, kind in found.items()]
    if not isinstance(found, list) or not all(isinstance(each, dict) and each for each in found):
        return []
    head = [name for name in (found[0] if found else {}) if all(name in each for each in found)]
    body = [[_in_json(each[name]) for name in head] for each in found]
    return [head, *body] if head else []


def _in_json(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""
