import pickle
from pathlib import Path

import pytest

from tests.vae_core.data.files import python_2_pickle
from vae_core.data.pickled_bytes import bytes_in_pickle
from vae_core.errors import AtlasError

CONTENT = bytes(range(256)) * 3


class Trap:
    """Does something when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.mkdir, (str(self.file),)


def test_the_escaped_string_of_python_2_gives_back_every_byte(tmp_path: Path) -> None:
    file = tmp_path / "old.pkl"
    file.write_bytes(python_2_pickle(CONTENT))
    assert bytes_in_pickle(file, len(CONTENT), "Remedy.") == CONTENT


@pytest.mark.parametrize("content", [CONTENT, bytearray(CONTENT)], ids=["bytes", "bytearray"])
@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_bytes_of_python_3_are_found(tmp_path: Path, protocol: int, content: object) -> None:
    if isinstance(content, bytearray) and protocol < 5:
        pytest.skip("a bytearray is a call of a function before protocol 5")
    file = tmp_path / "new.pkl"
    file.write_bytes(pickle.dumps({"shape": (3, 256), "data": [b"no", content]}, protocol))
    assert bytes_in_pickle(file, len(CONTENT), "Remedy.") == CONTENT


def test_the_binary_string_of_python_2_is_found(tmp_path: Path) -> None:
    file = tmp_path / "old.pkl"
    file.write_bytes(b"\x80\x02]q\x00T" + len(CONTENT).to_bytes(4, "little") + CONTENT + b"a.")
    assert bytes_in_pickle(file, len(CONTENT), "Remedy.") == CONTENT


def test_nothing_in_the_pickle_is_carried_out(tmp_path: Path) -> None:
    made = tmp_path / "made by the pickle"
    file = tmp_path / "trap.pkl"
    file.write_bytes(pickle.dumps([Trap(made), CONTENT]))
    assert bytes_in_pickle(file, len(CONTENT), "Remedy.") == CONTENT
    assert not made.exists()
    pickle.loads(file.read_bytes())
    assert made.exists()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (pickle.dumps([b"short"]), "holds no string of 768 bytes"),
        (b"PK\x03\x04" + bytes(40), "is not a pickle, or is damaged"),
        (b"\xff\xfe", "no instruction"),
        (b"", "ends before its STOP"),
        (python_2_pickle(CONTENT)[:-900], "string without its quotes"),
        (pickle.dumps(CONTENT)[:-20], "is damaged"),
    ],
)
def test_what_is_no_such_pickle_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, found: str
) -> None:
    file = tmp_path / "bad.pkl"
    file.write_bytes(content)
    with pytest.raises(AtlasError, match=found) as error:
        bytes_in_pickle(file, len(CONTENT), "Remedy.")
    assert str(file) in str(error.value)
    assert str(error.value).endswith("Remedy.")
