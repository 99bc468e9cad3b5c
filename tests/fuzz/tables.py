"""Sound tables of pictures as PyArrow writes them."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tests.vae_core.data.own.makers import png


def _table() -> pa.Table:
    """Six pictures with their classes, and the note of `datasets` on what those are called."""
    pictures = [{"bytes": png(40 * k + 20), "path": f"{k}.png"} for k in range(6)]
    told = {"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
    table = pa.table({"image": pictures, "label": [0, 1] * 3})
    return table.replace_schema_metadata({"huggingface": json.dumps(told)})


def _parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(_table(), stream)
    return stream.getvalue()


def _arrow_file() -> bytes:
    stream = io.BytesIO()
    with pa.ipc.new_file(stream, _table().schema) as writer:
        writer.write_table(_table())
    return stream.getvalue()


def _arrow_stream() -> bytes:
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, _table().schema) as writer:
        writer.write_table(_table())
    return stream.getvalue()


@dataclass(frozen=True)
class TableKind:
    """A kind of table: what to call it, the name of its file, and sound ones."""

    name: str
    file: str
    examples: Callable[[], Sequence[bytes]]


TABLES = (
    TableKind("parquet", "x.parquet", lambda: [_parquet()]),
    TableKind("arrow-file", "x.arrow", lambda: [_arrow_file()]),
    TableKind("arrow-stream", "x.arrow", lambda: [_arrow_stream()]),
)
