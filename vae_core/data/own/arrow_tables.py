"""Pictures in the tables of Hugging Face's `datasets`: Parquet and Arrow files.

A column holds the bytes of a picture in each row, another one its class as a number, and a note in
the schema the names of the classes. PyArrow reads them, where it is installed.
"""

import io
import json
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.array_labels import is_labels
from vae_core.data.own.arrow_sizes import unpacked_sizes
from vae_core.data.own.entries import Entry, check_file_size
from vae_core.data.own.label_tables import MOST_LOOKED_AT
from vae_core.data.own.limits import Budget
from vae_core.data.own.parts import part_of_path
from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET, ARROW = b"PAR1", b"ARROW1"
_STREAM = b"\xff\xff\xff\xff"  # how a stream of Arrow's begins, which `datasets` keeps
SUFFIXES = (".parquet", ".arrow", ".feather")
_LABELS = re.compile(r"bool|u?int(8|16|32|64)|(large_)?string|double|float|dictionary<.*>")
AT_ONCE, MOST_ROWS = 64 << 20, 1024  # bytes and rows that are unpacked at a time


def is_arrow(head: bytes, name: str) -> bool:
    """Whether a file that begins so is such a table."""
    if head.startswith((PARQUET, ARROW)):
        return True
    return head.startswith(_STREAM) and PurePosixPath(name).suffix.lower() in SUFFIXES


def table_entries(data: bytes, name: str, budget: Budget) -> list[Entry]:
    """The pictures in the bytes of a table, each with its class where a column has it.

    Raises AtlasError: no PyArrow, a damaged file, no column of pictures.
    """
    entries: list[Entry] = []
    part = part_of_path(str(PurePosixPath(name).with_suffix("")))
    with _table(data, name, budget) as (schema, batches):
        fields = list(enumerate(schema))  # two columns may have one name
        column = next((k for k, each in fields if _holds_pictures(each)), None)
        if column is None:
            found = ", ".join(f"{each.name} ({each.type})" for each in list(schema)[:5])
            raise AtlasError(
                f"{plain(name)} has no column of pictures ({plain(found, 300)}): bring one whose "
                "rows hold the bytes of a picture, as datasets.Image writes them."
            )
        label = next(((k, e.name) for k, e in fields if k != column and is_labels(e.name)), None)
        names = [] if label is None else _class_names(schema, label[1])
        others = {k: _class_names(schema, e.name) for k, e in fields if _may_be_labels(e)}
        if label is not None:
            others.pop(label[0], None)
        further = dict(list(others.items())[:MOST_LOOKED_AT])
        for batch in batches:
            # Arrow believes the offsets that a file holds: those of a damaged one lead anywhere in
            # memory, and end the process.
            batch.validate(full=True)
            budget.unpack(batch.nbytes)
            classes = None if label is None else _values(batch.column(label[0]))
            told = {k: _values(batch.column(k)) for k in further}
            for row, value in enumerate(batch.column(column).to_pylist()):
                called = f"{PurePosixPath(name).with_suffix('')}/{len(entries):07d}"
                picture = _picture(value, name)
                check_file_size(len(picture), budget.within(called), budget)
                kind = None if classes is None else _named(classes[row], names)
                entries.append(
                    Entry(
                        called,
                        _content(picture),
                        class_name=kind,
                        part=part,
                        label_name="" if label is None else label[1],
                        labels={
                            schema[k].name: _named(told[k][row], known)
                            for k, known in further.items()
                        },
                        in_table=True,
                    )
                )
    return entries


def _picture(value: object, name: str) -> bytes:
    """The bytes of a picture in a cell. Raises AtlasError where they lie elsewhere."""
    held = value if isinstance(value, dict) else {"bytes": value}
    picture, path = held.get("bytes"), held.get("path")
    if isinstance(picture, bytes):
        return picture
    raise AtlasError(
        f"{plain(name)} names pictures that lie elsewhere ({plain(str(path))}): bring those."
    )


@contextmanager
def _table(
    data: bytes, name: str, budget: Budget
) -> Iterator[tuple["pa.Schema", Iterator["pa.RecordBatch"]]]:
    """The schema of a table and its rows, some at a time: a value may be there once for a million.

    Raises AtlasError where it is damaged, also for what is done with it.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise AtlasError(
            f"{plain(name)} is a table of Arrow's, and PyArrow is not installed: "
            "`pip install pyarrow`, or save the pictures as files."
        ) from error
    try:
        stream, announced = io.BytesIO(data), 0
        if data.startswith(PARQUET):
            held = pq.ParquetFile(stream)
            rows = held.metadata
            groups = [rows.row_group(k).total_byte_size for k in range(rows.num_row_groups)]
            _check_announced(sum(groups), budget)
            # No value is larger than its group.
            at_once = max(1, AT_ONCE // max([1, *groups]))
            yield held.schema_arrow, held.iter_batches(batch_size=min(at_once, MOST_ROWS))
            return
        for size in unpacked_sizes(data):
            announced += size
            _check_announced(announced, budget)
        opened = pa.ipc.open_file if data.startswith(ARROW) else pa.ipc.open_stream
        reader = opened(stream)
        if data.startswith(ARROW):
            batches = map(reader.get_batch, range(reader.num_record_batches))
        else:
            batches = iter(reader)
        yield reader.schema, batches
    except (
        pa.ArrowException, OSError, ValueError, KeyError, RecursionError, struct.error,
    ) as error:  # fmt: skip
        raise AtlasError(
            f"{plain(name)} is damaged ({why(error)}): copy or save it again."
        ) from error


def _check_announced(count: int, budget: Budget) -> None:
    """Raises AtlasError where so many bytes are too many; they are counted as they come."""
    budget.unpack(count)
    budget.unpacked -= count


def _values(column: "pa.Array") -> list[object]:
    """What a column holds; a value that stands there once for many rows is made once."""
    dictionary = getattr(column, "dictionary", None)
    if dictionary is None:
        return list(column.to_pylist())
    kinds = dictionary.to_pylist()
    return [None if k is None else kinds[k] for k in column.indices.to_pylist()]


def _holds_pictures(column: "pa.Field") -> bool:
    """Whether a column is of bytes, or of bytes and a path as `datasets.Image` has it."""
    kinds = [str(column.type)]
    if kinds[0].startswith("struct"):
        kinds = [str(each.type) for each in column.type if each.name == "bytes"]
    return any(kind in ("binary", "large_binary") for kind in kinds)


def _may_be_labels(column: "pa.Field") -> bool:
    """Whether a column holds a text or a number in each row."""
    return _LABELS.fullmatch(str(column.type)) is not None


def _class_names(schema: "pa.Schema", column: str) -> list[str]:
    """The names that `datasets` notes down for the numbers of a column."""
    try:
        told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        names = told["info"]["features"][column]["names"]
        return [plain(str(each)) for each in names]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _named(value: object, names: list[str]) -> str:
    if value is None:
        return UNLABELLED
    if isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    return plain(str(value)) or UNLABELLED


def _content(data: bytes) -> Callable[[], bytes]:
    return lambda: data
