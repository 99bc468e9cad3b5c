"""Columns of labels beside images: which of them sort the images into classes, and within bounds.

A table of patients has their diagnosis, sex and hospital; their number, a remark and a weight to
two digits sort nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.array_labels import MOST_CLASSES, is_labels
from vae_core.errors import AtlasError
from vae_core.sentences import counted, did_you_mean, listed, plain

MOST_COLUMNS = 48  # of one data set: CelebA has 40
MOST_LETTERS = 1 << 20  # in the names of all classes of all columns
LONGEST_COLUMN = 60  # letters of a column's name
LONGEST_VALUE = 60  # letters of a class's name: a longer one is a remark
MOST_COUNTED = 100  # whole numbers that differ: more of them count or measure something
MOST_MEASURED = 16  # other numbers that differ

# What columns are called that no table has.
FOLDER, SUBFOLDER, FILE_NAME, CLS, NAMELESS = "folder", "subfolder", "file name", "cls", "class"


@dataclass(frozen=True)
class Column:
    """What a column is called, and the class of each image in it.

    That is `UNLABELLED` where an image has none.
    """

    name: str
    values: list[str]


def classes_of(labels: Sequence[Column]) -> list[str] | None:
    """The class of each image in the column that counts, the first; None without any."""
    return labels[0].values if labels else None


def sorts(name: str, values: Iterable[str | None]) -> bool:
    """Whether a column's values are classes: they come again, and neither measure nor remark.

    What is empty or `UNLABELLED` is no value.
    """
    known = [value for value in values if value and value != UNLABELLED]
    kinds = set(known)
    if not 2 <= len(kinds) <= min(MOST_CLASSES, len(known) // 2):
        return False
    if any(len(kind) > LONGEST_VALUE for kind in kinds):
        return False
    numbers = [_number(kind) for kind in kinds]
    if None in numbers or is_labels(name):
        return True
    whole = all(number is not None and number.is_integer() for number in numbers)
    return len(kinds) <= (MOST_COUNTED if whole else MOST_MEASURED)


def others_of(
    found: Mapping[str, Sequence[str | None]], main: Column | None
) -> tuple[list[Column], list[str]]:
    """The columns besides the main one, and the names of those that are none.

    A column that says the same as the main one is passed over. What is too much is none.
    """
    kept: list[Column] = []
    left: list[str] = []
    same = [] if main is None else main.values
    called = set() if main is None else {main.name.casefold()}
    room = MOST_LETTERS - sum(map(len, set(same)))
    for title, values in found.items():
        name = plain(title, LONGEST_COLUMN)
        if name.casefold() in called:
            continue
        if not sorts(title, values) or len(kept) + (main is not None) >= MOST_COLUMNS:
            left.append(name)
            continue
        shown = {value: plain(value) for value in set(values) if value}
        classes = [shown[value] if value else UNLABELLED for value in values]
        if classes == same:
            continue
        letters = sum(map(len, set(classes)))
        if letters > room:
            left.append(name)
            continue
        room -= letters
        called.add(name.casefold())
        kept.append(Column(name, classes))
    return kept, left


def told_of_others(left: Sequence[str]) -> list[str]:
    """A sentence about the columns that are no labels, where there are any."""
    if not left:
        return []
    few = [f"“{name}”" for name in left[:3]]
    more = [counted(len(left) - 3, "other column")] if len(left) > 3 else []
    which = listed([*few, *more])
    holds = "holds" if len(left) == 1 else "hold"
    return [f"{which} {holds} no classes to colour by: values that hardly repeat, or measures."]


def main_first(columns: Sequence[Column], wanted: str, source: str) -> list[Column]:
    """The columns with the one that is called `wanted` as the main one.

    Raises AtlasError where there is none, naming those that there are.
    """
    for column in columns:
        if column.name.casefold() == wanted.strip().casefold():
            return [column, *(each for each in columns if each is not column)]
    names = [column.name for column in columns]
    there = f"there is {listed([f'“{name}”' for name in names])}" if names else "there are none"
    guess = did_you_mean(wanted, names)
    raise AtlasError(f"{source} has no labels called “{plain(wanted)}”{guess}: {there}.")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
