"""The labels of picture files: what folders, files beside them and their names tell."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vae_core.data.own.array_labels import UNLABELLED
from vae_core.data.own.folder_classes import Places, classes_in_names
from vae_core.data.own.label_columns import (
    CLS,
    FILE_NAME,
    FOLDER,
    LONGEST_COLUMN,
    NAMELESS,
    SUBFOLDER,
    Column,
    others_of,
    sorts,
    told_of_others,
)
from vae_core.data.own.label_tables import MOST_LOOKED_AT, Table, division_of, table_of
from vae_core.data.own.naming import LONGEST_PATH, natural, path_of
from vae_core.data.own.parts import Part, is_division, part_of_path
from vae_core.data.own.table_rows import is_surely_a_table, is_table
from vae_core.sentences import counted, listed, plain

CLASS_OF_ONE = ".cls"  # how a file ends that holds nothing but the class of one picture
MOST_TABLES = 20  # and as many texts that may be some; where there are more, each is of a picture
MOST_WITHOUT = 0.05  # of the pictures, in a table that tells the parts of the others

Beside = Mapping[str, Callable[[], bytes]]  # how to read the files beside the pictures, by name


@dataclass(frozen=True)
class FileLabels:
    """The column of labels that counts, the others, and what to say of them.

    `used` are the names of the files that told some; `parts` is what a table said of these.
    """

    main: Column | None
    others: list[Column] = field(default_factory=list)
    used: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)
    parts: list[Part] | None = None

    @property
    def columns(self) -> list[Column]:
        """All of them, that which counts first."""
        return [*([self.main] if self.main else []), *self.others]


def labels_of_files(
    paths: Sequence[str], parts: Sequence[Part] | None, told: Places, beside: Beside
) -> FileLabels:
    """The labels of pictures with these paths; `told` is what their folders tell.

    Classes of folders count; else those of a file beside each, of tables, or in file names. What
    tables tell besides is kept, too, and where folders name no parts, those of tables.
    """
    known = None if told.classes is None else Column(FOLDER, told.classes)
    used: frozenset[str] = frozenset()
    notes: list[str] = []
    if known is None and (each := _beside_each(paths, beside)) is not None:
        known, used = each
        notes = ["The classes are those of the .cls files beside the pictures."]
    found = _Tables(paths, parts, known)
    for name in _tables(beside):
        found.look_into(name, beside[name]())
    main = found.filled_in(known) if known else found.main()
    notes += found.notes()
    if main is None:
        kinds = _in_names(paths, parts)
        if kinds is not None:
            main = Column(FILE_NAME, kinds)
            few = sorted(set(kinds) - {UNLABELLED}, key=natural)[:3]
            such = listed([f"“{each}”" for each in few])
            notes.append(f"The classes were taken from the file names (such as {such}).")
    columns: dict[str, Sequence[str | None]] = {}
    if told.finer and sorts(SUBFOLDER, told.finer):
        columns[SUBFOLDER] = told.finer
    others, left = others_of(columns | found.columns, main)
    return FileLabels(main, others, used | found.used, [*notes, *told_of_others(left)], found.parts)


def _beside_each(paths: Sequence[str], beside: Beside) -> tuple[Column, frozenset[str]] | None:
    """The class of each picture out of a file beside it, as WebDataset has them; and which files.

    None where there are no such files. `0001.png` and `0001.cls` are of one sample.
    """
    told = {_sample(path_of(n)): n for n in beside if n.lower().endswith(CLASS_OF_ONE)}
    found = [told.get(_sample(path)) for path in paths]
    if len(told) < 2 or not any(found):
        return None
    texts = [b"" if name is None else beside[name]()[:LONGEST_PATH] for name in found]
    kinds = [plain(text.decode("utf-8", "replace").strip()) or UNLABELLED for text in texts]
    return Column(CLS, kinds), frozenset(name for name in found if name is not None)


def _sample(path: str) -> str:
    """The path of a file without all of its suffixes."""
    folder, _, file = path.rpartition("/")
    return f"{folder}/{file.partition('.')[0]}"


def _tables(beside: Beside) -> list[str]:
    """The files that may be tables of labels: those that surely are, then others, if few."""
    sure = [name for name in beside if is_surely_a_table(name)]
    texts = [name for name in beside if is_table(name) and not is_surely_a_table(name)]
    return [name for group in (sure, texts) if len(group) <= MOST_TABLES for name in group]


class _Tables:
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
        self._idle: list[str] = []
        self._files: dict[str, str] = {}  # of the columns
        self.parts: list[Part] | None = None
        self.columns: dict[str, list[str | None]] = {}
        self.used: set[str] = set()

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
            self.used.add(file)
        elif not dividing and is_surely_a_table(file):
            self._idle.append(plain(file))

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
        self.used.add(file)
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
        self.used.add(file)
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
        if self._told or not self._idle or self._known:
            return told
        return [
            *told,
            f"No classes in {listed(self._idle[:3])}: no column names the pictures, or none has "
            "labels.",
        ]


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


def _in_names(paths: Sequence[str], parts: Sequence[Part] | None) -> list[str] | None:
    """Classes out of file names; out of those of what is trained on alone, where only they do.

    The pictures of a competition's test part are numbers.
    """
    found = classes_in_names(paths)
    if found is not None or parts is None:
        return found
    trained = [i for i, part in enumerate(parts) if part == "train"]
    told = classes_in_names([paths[i] for i in trained])
    if told is None:
        return None
    by_place = dict(zip(trained, told, strict=True))
    return [by_place.get(i, UNLABELLED) for i in range(len(paths))]
