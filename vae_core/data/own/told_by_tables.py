"""What the tables beside pictures tell of them together: classes, parts and other labels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.label_columns import LONGEST_COLUMN, NAMELESS, Column
from vae_core.data.own.label_tables import (
    MATCHED,
    MOST_LOOKED_AT,
    Table,
    division_of,
    named_by,
    table_of,
)
from vae_core.data.own.parts import Part, is_division, part_of_path
from vae_core.data.own.table_rows import is_surely_a_table
from vae_core.sentences import counted, listed, plain

MOST_WITHOUT = 0.05  # of the pictures, in a table that tells the parts of the others


class Tables:
    """What tables tell of pictures, one after the other."""

    def __init__(
        self, paths: Sequence[str], parts: Sequence[Part] | None, known: Column | None
    ) -> None:
        self._paths, self._divided = paths, parts is not None
        self._parts: Sequence[Part | None] = parts or [None] * len(paths)
        self._known = known is not None
        self._classes: list[str | None] = [*known.values] if known else [None] * len(paths)
        self._name = ""
        self._told: list[Table] = []
        self._notes: list[str] = []
        self._idle: dict[str, int] = {}  # tables without classes, and how many pictures they name
        self._files: dict[str, str] = {}  # of the columns
        self.parts: list[Part] | None = None
        self.columns: dict[str, list[str | None]] = {}
        self._used: set[str] = set()

    def look_into(self, file: str, data: bytes) -> None:
        """Take what the table tells of the pictures of the part that it is called after."""
        dividing = "" if self._divided else self._divide(file, data)
        part = part_of_path(file.rsplit(".", 1)[0])
        every = part is None or not self._divided
        its = [i for i, own in enumerate(self._parts) if every or own == part]
        # First of those that have no class yet: tables may share the pictures between them.
        still = [i for i in its if self._classes[i] is None]
        table = self._table(data, file, still, dividing)
        if table is not None and self._goes_on(table, part):
            self._classify(table, file, still)
            self._keep(table.others, still, file)
            return
        table = self._table(data, file, its, dividing)
        if table is not None:
            self._keep(
                {table.column or plain(file): list(table.classes), **table.others}, its, file
            )
            self._used.add(file)
        elif not dividing and is_surely_a_table(file):
            self._idle[file] = named_by(data, file, self._paths)

    @property
    def used(self) -> set[str]:
        """The tables that something was taken from, or that ``notes`` speaks of."""
        return self._used | set(self._useless)

    @property
    def _useless(self) -> list[str]:
        """Tables without classes, where nothing else has told any."""
        return [] if self._told or self._known else list(self._idle)[:3]

    def _divide(self, file: str, data: bytes) -> str:
        """Take the parts that a table tells; returns the column of these, "" without one."""
        found = division_of(data, file, self._paths) if self.parts is None else None
        if found is None:
            return ""
        column, parts = found
        without = parts.count(None)
        known = [part or "train" for part in parts]
        if without > MOST_WITHOUT * len(parts) or not is_division(known):
            return ""
        self.parts = known
        self._used.add(file)
        rest = f"; {counted(without, 'picture')} not in it, to train on" if without else ""
        self._notes.append(f"Train and test are those of “{plain(column)}” in {plain(file)}{rest}.")
        return column

    def _table(self, data: bytes, file: str, about: Sequence[int], without: str) -> Table | None:
        names = [self._paths[i] for i in about]
        return table_of(data, file, names, without=without) if about else None

    def _goes_on(self, table: Table, part: Part | None) -> bool:
        """Whether a table has classes of the kind that those before had."""
        return not self._told or part is not None or table.column == self._name

    def _classify(self, table: Table, file: str, about: Sequence[int]) -> None:
        self._used.add(file)
        self._name = self._name or table.column
        for i, kind in zip(about, table.classes, strict=True):
            self._classes[i] = None if kind == UNLABELLED else kind  # another table may have it
        self._told.append(table)

    def _keep(
        self, columns: Mapping[str, Sequence[str | None]], about: Sequence[int], file: str
    ) -> None:
        """Note what else a table says, in columns of one name together."""
        for name, values in columns.items():
            title = plain(name, LONGEST_COLUMN)
            if title not in self.columns and len(self.columns) >= MOST_LOOKED_AT:
                continue  # of several tables together
            column = self.columns.setdefault(title, [None] * len(self._paths))
            self._files.setdefault(title, plain(file))
            for i, value in zip(about, values, strict=True):
                column[i] = column[i] or value

    def filled_in(self, known: Column) -> Column:
        """The classes of folders, with those of tables where folders tell none.

        Tiny ImageNet has folders for what is trained on, and a table of what is validated.
        """
        without = [i for i, kind in enumerate(known.values) if kind == UNLABELLED]
        kinds = set(known.values) - {UNLABELLED}
        for title, values in self.columns.items():
            fresh = {i: kind for i in without if (kind := values[i]) not in (None, UNLABELLED)}
            agrees = all(
                value in (None, UNLABELLED, own, fresh.get(i))
                for i, (value, own) in enumerate(zip(values, known.values, strict=True))
            )
            if not fresh or not agrees or not set(fresh.values()) <= kinds:
                continue
            del self.columns[title]
            self._notes.append(
                f"The classes of {counted(len(fresh), 'picture')} are those of “{title}” in "
                f"{self._files[title]}."
            )
            return Column(known.name, [fresh.get(i) or own for i, own in enumerate(known.values)])
        return known

    def main(self) -> Column | None:
        """The classes that tables told, where any did."""
        if not self._told:
            return None
        name = plain(self._name, LONGEST_COLUMN) or NAMELESS
        return Column(name, [kind or UNLABELLED for kind in self._classes])

    def notes(self) -> list[str]:
        """Where the classes are from, or which tables told none."""
        told = [*_where(self._told), *self._notes]
        pictures = len(self._paths)
        few = [file for file in self._useless if 0 < self._idle[file] < pictures * min(MATCHED)]
        told += [
            f"No classes in {plain(file)}: it names {self._idle[file]:,} of "
            f"{counted(pictures, 'picture')}, and at least half are needed."
            for file in few
        ]
        if rest := [plain(file) for file in self._useless if file not in few]:
            told.append(
                f"No classes in {listed(rest)}: no column names the pictures, or none has labels."
            )
        return told


def _where(tables: Sequence[Table]) -> list[str]:
    """A sentence for each column of classes, about all files that have it."""
    found: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        found[table.column].append(table)
    told = []
    for column, its in found.items():
        files = listed([table.file for table in its])
        rest = [
            f"; {counted(count, 'picture')} {what}"
            for count, what in (
                (
                    sum(table.unnamed for table in its),
                    f"not in {'it' if len(its) == 1 else 'them'}",
                ),
                (sum(table.torn for table in its), "of several classes, so without a label"),
            )
            if count
        ]
        where = (
            f"those of “{column}” in {files}"
            if column
            else f"the lines of {files}, in the order of the pictures’ names"
        )
        told.append(f"The classes are {where}{''.join(rest)}.")
    return told
