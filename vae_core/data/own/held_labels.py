"""The labels of pictures that a table holds, with what it says of each: Parquet and Arrow."""

from collections.abc import Sequence

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.entries import Entry
from vae_core.data.own.file_labels import FileLabels
from vae_core.data.own.label_columns import (
    LONGEST_COLUMN,
    NAMELESS,
    Column,
    others_of,
    told_of_others,
)
from vae_core.sentences import plain


def labels_held(entries: Sequence[Entry]) -> FileLabels:
    """The labels that their table says of these pictures; the first counts if none is so called."""
    kinds = [entry.class_name for entry in entries]
    names = list(dict.fromkeys(name for entry in entries for name in entry.labels))
    main = None
    if set(kinds) - {None}:
        first = next((entry.label_name for entry in entries if entry.label_name), "")
        main = Column(
            plain(first, LONGEST_COLUMN) or NAMELESS, [kind or UNLABELLED for kind in kinds]
        )
    columns = {name: [entry.labels.get(name) for entry in entries] for name in names}
    others, left = others_of(columns, main)
    if main is None and others:
        main, others = others[0], others[1:]
    return FileLabels(main, others, notes=told_of_others(left))
