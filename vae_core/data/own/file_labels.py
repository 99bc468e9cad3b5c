"""The labels of picture files: what folders, files beside them and their names tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.folder_classes import Places, classes_in_names
from vae_core.data.own.label_columns import (
    CLS,
    FILE_NAME,
    FOLDER,
    SUBFOLDER,
    Column,
    others_of,
    sorts,
    told_of_others,
)
from vae_core.data.own.naming import LONGEST_PATH, natural, path_of
from vae_core.data.own.parts import Part
from vae_core.data.own.table_rows import is_surely_a_table, is_table
from vae_core.data.own.told_by_tables import Tables
from vae_core.sentences import listed, plain

CLASS_OF_ONE = ".cls"  # how a file ends that holds nothing but the class of one picture
MOST_TABLES = 20  # and as many texts that may be some; where there are more, each is of a picture

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
    found = Tables(paths, parts, known)
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
