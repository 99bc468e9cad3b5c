"""Tables of Arrow's: how much they may unpack to, and what damaged ones may do."""

import io
from typing import Any

import pytest

from tests.vae_core.data.own.makers import png
from vae_core.data.own import Limits, survey
from vae_core.errors import AtlasError

pa: Any = pytest.importorskip("pyarrow")
SMALL = Limits(ratio=20, ratio_floor=20_000)


def arrow(table: Any, form: str, compression: str | None) -> bytes:
    """A table as Arrow writes it: a `file` (Feather) or a `stream` (what `datasets` keeps)."""
    sink = pa.BufferOutputStream()
    make = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with make(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=8)
    return bytes(sink.getvalue())


def rows(count: int = 20) -> dict[str, Any]:
    kinds = pa.array([f"c{k % 2}" for k in range(count)]).dictionary_encode()
    return {"image": pa.array([png(9 * k) for k in range(count)]), "label": kinds}


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
@pytest.mark.parametrize("form", ["file", "stream"])
def test_tables_of_several_batches_are_read_packed_or_not(
    form: str, compression: str | None
) -> None:
    found = survey(("x.arrow", arrow(pa.table(rows()), form, compression)))
    assert found.counts == {"c0": 10, "c1": 10}


LARGE = bytes(300_000)
BOMBS: dict[str, dict[str, Any]] = {
    "pictures": rows() | {"image": pa.array([png(1) + LARGE] * 20)},
    "another column": rows() | {"notes": pa.array([LARGE] * 20)},
    "a dictionary": rows()
    | {
        "label": pa.DictionaryArray.from_arrays(
            pa.array([0] * 20, pa.int32()), pa.array([LARGE.decode()])
        )
    },
}


@pytest.mark.parametrize("held", BOMBS)
@pytest.mark.parametrize("compression", ["zstd", "lz4"])
@pytest.mark.parametrize("form", ["file", "stream"])
def test_batches_that_announce_too_much_are_refused_while_they_are_packed(
    form: str, compression: str, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = arrow(pa.table(BOMBS[held]), form, compression)
    for opener in ("open_file", "open_stream"):
        monkeypatch.setattr(pa.ipc, opener, lambda _: pytest.fail("it was unpacked"))
    assert len(data) < 50_000
    with pytest.raises(AtlasError, match="times its own size"):
        survey(("x.arrow", data), limits=SMALL)


@pytest.mark.parametrize("form", ["file", "stream"])
def test_offsets_that_lead_out_of_a_batch_are_damage(form: str) -> None:
    pictures = [png(9 * k) for k in range(8)]
    data = arrow(pa.table({"image": pictures}), form, None)
    first = len(pictures[0]).to_bytes(4, "little")
    at = data.index(bytes(4) + first)  # where the second picture begins
    bent = data[: at + 4] + (1 << 30).to_bytes(4, "little") + data[at + 8 :]
    with pytest.raises(AtlasError, match="is damaged"):
        survey(("x.arrow", bent))


def test_a_table_that_holds_one_picture_over_and_over_is_refused_while_it_is_small() -> None:
    import pyarrow.parquet as pq

    large = png(3) + bytes(2_000_000)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), pa.array([large]))
    stream = io.BytesIO()
    plain = pa.table({"image": column.cast(pa.binary())})
    pq.write_table(plain, stream, compression="zstd", dictionary_pagesize_limit=1 << 30)
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(AtlasError, match="times its own size"):
        survey(("x.parquet", stream.getvalue()))
