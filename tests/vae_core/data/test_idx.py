import gzip
from pathlib import Path

import numpy as np
import pytest

from vae_core.data.idx import read_idx
from vae_core.errors import AtlasError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def idx_bytes(array: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return (0x800 + array.ndim).to_bytes(4, "big") + sizes + array.tobytes()


def test_a_plain_file_gives_the_array_that_was_written(tmp_path: Path) -> None:
    file = tmp_path / "images"
    file.write_bytes(idx_bytes(IMAGES))
    found = read_idx(file, 3, "Remedy.")
    assert found.dtype == np.uint8
    assert found.flags.writeable
    np.testing.assert_array_equal(found, IMAGES)


def test_a_gzipped_file_gives_the_same_array(tmp_path: Path) -> None:
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(idx_bytes(IMAGES)))
    np.testing.assert_array_equal(read_idx(file, 3, "Remedy."), IMAGES)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (idx_bytes(IMAGES[0, 0]), "magic number 0x00000801, not 0x00000803"),
        (b"PK\x03\x04" + bytes(40), "magic number 0x504b0304"),
        (idx_bytes(IMAGES)[:-5], "announces 2 x 3 x 4 = 24 bytes but holds only 19"),
        (idx_bytes(IMAGES) + b"\0", "announces 2 x 3 x 4 = 24 bytes but holds more"),
        (idx_bytes(IMAGES)[:9], "ends after 9 bytes, inside its header"),
        (b"", "ends after 0 bytes, inside its header"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_damaged_file_is_refused_with_what_was_found_and_the_remedy(
    tmp_path: Path, content: bytes, found: str, suffix: str
) -> None:
    file = tmp_path / f"images{suffix}"
    file.write_bytes(gzip.compress(content) if suffix else content)
    with pytest.raises(AtlasError) as error:
        read_idx(file, 3, "Remedy.")
    assert str(file) in str(error.value)
    assert found in str(error.value)
    assert str(error.value).endswith("Remedy.")


@pytest.mark.parametrize(
    "content", [b"not gzip at all", gzip.compress(idx_bytes(IMAGES))[:-12]], ids=["plain", "short"]
)
def test_a_broken_gzip_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "images.gz"
    file.write_bytes(content)
    with pytest.raises(AtlasError, match=r"images\.gz cannot be read .* Remedy\."):
        read_idx(file, 3, "Remedy.")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=r"images is missing\. Remedy\."):
        read_idx(tmp_path / "images", 3, "Remedy.")


def test_a_header_that_announces_terabytes_allocates_nothing(tmp_path: Path) -> None:
    file = tmp_path / "images"
    file.write_bytes((0x803).to_bytes(4, "big") + b"\xff\xff\xff\xff" * 3 + bytes(10))
    with pytest.raises(AtlasError, match="holds only 10"):
        read_idx(file, 3, "Remedy.")
