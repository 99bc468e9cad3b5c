"""Tables in text (CSV) with an image in each line, or with something about each image.

Which column is what, its title tells, and where there are no titles its values: those of a label
are few, and often beyond those of the pixels. Where it does not follow, people are asked.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from vae_core.data.own.array_labels import MOST_CLASSES, is_labels
from vae_core.data.own.limits import Budget
from vae_core.data.own.npy import Member
from vae_core.data.own.parts import part_of
from vae_core.data.own.text_columns import FEWEST_PIXELS, Columns, columns_of, place_of
from vae_core.errors import AtlasError
from vae_core.sentences import counted, plain

SUFFIXES = (".csv", ".tsv")
_ROW_NUMBERS = re.compile(r"unnamed: 0|index|id|image_?id|no|nr|row|#", re.IGNORECASE)
_FEWER = 0.5  # as many kinds of values as another column has, at most, where labels are fewer


def is_pixel_table(name: str) -> bool:
    """Whether a file of this name may be such a table."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def table_members(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    """Images and labels in the bytes of a table; of one without pixels, each column by its title.

    Raises AtlasError: no table, or one where it does not follow which column is the label.
    """
    found = columns_of(data, name)
    width = found.numbers.shape[1]
    if width < FEWEST_PIXELS:
        return _by_title(found, width)
    members: list[Member] = []
    numbers, titles = found.numbers, found.titles
    if _counts_rows(numbers[:, 0], titles[0]):
        members.append(Member(titles[0] or "first column", None, "it counts the lines"))
        numbers, titles = numbers[:, 1:], titles[1:]
    parts, column = _parts(found.texts), _label_of_text(found.texts)
    called = next((place for place, title in enumerate(titles) if is_labels(title)), None)
    labels: np.ndarray | None = None
    if column is not None and (called is None or is_labels(column)):
        labels = np.array(found.texts[column])
        if called is not None:
            members.append(Member(titles[called], None, "the words beside it are taken"))
            numbers, titles = np.delete(numbers, called, axis=1), _without(titles, called)
    elif (place := _label_column(numbers, titles, name)) is not None:
        column = plain(titles[place]) or place_of(place, len(titles))
        labels, numbers = numbers[:, place], np.delete(numbers, place, axis=1)
    else:
        column = None
    used = {column, parts and parts[0]}
    members += [Member(t, None, "it holds words") for t in found.texts if t not in used]
    if column is not None and not is_labels(column):
        note = f"The classes were taken from “{column}”."
    else:
        note = ""
    rows = {"": np.ones(len(numbers), bool)}
    if parts is not None:
        of = np.array([part_of(each) for each in parts[1]])
        rows = {f"{part}/": of == part for part in dict.fromkeys(of.tolist())}
    for part, its in rows.items():
        members.append(Member(f"{part}images", numbers[its]))
        if labels is not None:
            members.append(Member(f"{part}labels", labels[its], note=note))
    return members


def _without(titles: Sequence[str], place: int) -> list[str]:
    return [*titles[:place], *titles[place + 1 :]]


def _by_title(found: Columns, width: int) -> list[Member]:
    """The columns of a table that has no pixels: it may be about those of another file."""
    order = np.arange(len(found.numbers))
    for title, column in zip(found.titles, found.numbers.T, strict=True):
        kinds = set(column.tolist())
        if not is_labels(title) and kinds in (
            set(range(len(order))),
            set(range(1, len(order) + 1)),
        ):
            order = np.argsort(column)  # rows in another order than the images that they number
            break
    columns = {
        **{t or place_of(k, width): found.numbers[:, k] for k, t in enumerate(found.titles)},
        **{title: np.array(cells) for title, cells in found.texts.items()},
    }
    if len(columns) == 1:
        (column,) = columns.values()
        return [Member("labels", column)] if len(set(column.tolist())) > 1 else []
    return [
        Member(title, column[order])
        if len(set(column.tolist())) > 1
        else Member(title, None, "it holds one value only")
        for title, column in columns.items()
    ]


def _parts(texts: dict[str, list[str]]) -> tuple[str, list[str]] | None:
    """The column that says which part an image is of."""
    for title, cells in texts.items():
        kinds = {part_of(cell) for cell in set(cells)}
        if None not in kinds and "train" in kinds and len(kinds) > 1:
            return title, cells
    return None


def _label_of_text(texts: dict[str, list[str]]) -> str | None:
    """The column of words that holds classes: what is called so, or one that repeats itself."""
    rest = {t: cells for t, cells in texts.items() if not all(map(part_of, set(cells)))}
    fitting = [t for t, cells in rest.items() if 2 <= len(set(cells)) <= max(2, len(cells) // 2)]
    return next((t for t in rest if is_labels(t)), fitting[0] if fitting else None)


def _counts_rows(column: np.ndarray, title: str) -> bool:
    """Whether a first column only numbers the lines."""
    if is_labels(title) or len(column) < 3:
        return False
    if _ROW_NUMBERS.fullmatch(title) and len(set(column.tolist())) == len(column):
        return True
    return column[0] in (0, 1) and bool((column == column[0] + np.arange(len(column))).all())


def _label_column(table: np.ndarray, titles: Sequence[str], name: str) -> int | None:
    """The column of labels: what is called so or otherwise, or the one more than a square has.

    Raises AtlasError where it may be the first as well as the last.
    """
    for place, title in enumerate(titles):
        if is_labels(title):
            return place
    words = [re.sub(r"[\d\W_]+", "", title) for title in titles]
    kinds = Counter(words)
    odd = [place for place, word in enumerate(words) if kinds[word] == 1]
    if len(odd) == 1:  # pixel0, pixel1, … and a letter
        return odd[0]
    width = table.shape[1]
    if _is_square(width) or not _is_square(width - 1):
        return None
    first, last = 0, width - 1
    wide = [_is_beyond(table, place) for place in (first, last)]
    may = [_may_be_labels(table[:, place]) for place in (first, last)]
    for told in (may, [a and b for a, b in zip(may, wide, strict=True)]):
        if sum(told) == 1:
            return first if told[0] else last
    regular = [_counts(table[:, place]) for place in (first, last)]
    if sum(regular) == 1:
        return first if regular[0] else last
    few = [len(np.unique(table[:, place])) for place in (first, last)]
    if min(few) <= _FEWER * max(few):
        return first if few[0] < few[1] else last
    raise AtlasError(
        f"{plain(name)} has {counted(width, 'number')} in a line, one more than a "
        "square image, and whether "
        "the first or the last is the label does not follow: give the columns titles, that of the "
        "label being “label”."
    )


def _is_beyond(table: np.ndarray, place: int) -> bool:
    """Whether a column holds numbers beyond those of the pixels between first and last."""
    pixels = table[:, 1:-1]
    column = table[:, place]
    return bool(column.max() > pixels.max() or column.min() < pixels.min())


def _may_be_labels(column: np.ndarray) -> bool:
    """Whether numbers are whole, and few enough to be classes that repeat themselves."""
    kinds = len(np.unique(column))
    whole = bool((column == np.rint(column)).all())
    return whole and 2 <= kinds <= min(MOST_CLASSES, max(2, len(column) // 2))


def _counts(column: np.ndarray) -> bool:
    """Whether numbers are 0, 1, 2 and so on, or 1, 2, 3 and so on, each of them there."""
    found = np.unique(column)
    return len(found) > 1 and bool((found == found[0] + np.arange(len(found))).all())


def _is_square(count: int) -> bool:
    return any(round((count / c) ** 0.5) ** 2 * c == count for c in (1, 3))
