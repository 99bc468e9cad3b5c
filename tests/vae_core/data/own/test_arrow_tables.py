"""Tables of Arrow's: how much they may unpack to."""

import io

import pytest

from tests.vae_core.data.own.makers import png
from vae_core.data.own import survey
from vae_core.errors import AtlasError


def test_a_table_that_holds_one_picture_over_and_over_is_refused_while_it_is_small() -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    large = png(3) + bytes(2_000_000)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), pa.array([large]))
    stream = io.BytesIO()
    plain = pa.table({"image": column.cast(pa.binary())})
    pq.write_table(plain, stream, compression="zstd", dictionary_pagesize_limit=1 << 30)
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(AtlasError, match="times its own size"):
        survey(("x.parquet", stream.getvalue()))
