"""What was read is remembered for as long as the file stays as it was."""

import os
import time
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import unchanged
from vae_core.runs.unchanged import Unchanged


class Reader:
    """Counts how often a file is read; what begins with “bad” is refused."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, path: Path) -> str:
        self.count += 1
        try:
            text = path.read_text()
        except OSError as error:
            raise AtlasError(f"{path.name} is missing.") from error
        if text.startswith("bad"):
            raise AtlasError(text)
        return text


@pytest.fixture
def reader() -> Reader:
    return Reader()


def settled(path: Path, text: str) -> str:
    """A file that has not changed for a minute."""
    path.write_text(text)
    minute_ago = time.time() - 60
    os.utime(path, (minute_ago, minute_ago))
    return str(path)


def test_a_file_that_stays_is_read_once(tmp_path: Path, reader: Reader) -> None:
    read, path = Unchanged(reader), settled(tmp_path / "a", "one")
    assert [read(path) for _ in range(3)] == ["one"] * 3
    assert reader.count == 1


def test_what_changed_just_now_is_read_again(tmp_path: Path, reader: Reader) -> None:
    """Two changes in a tick of the clock look like one."""
    read, path = Unchanged(reader), tmp_path / "a"
    path.write_text("one")
    stamp = path.stat()
    assert read(str(path)) == "one"
    path.write_text("two")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert read(str(path)) == "two"


def test_a_file_that_was_put_in_its_place_is_read(tmp_path: Path, reader: Reader) -> None:
    read, path = Unchanged(reader), settled(tmp_path / "a", "one")
    assert read(path) == "one"
    os.replace(settled(tmp_path / "b", "two"), path)
    assert read(path) == "two"


def test_a_refusal_is_remembered_and_ends_with_the_fault(tmp_path: Path, reader: Reader) -> None:
    read, path = Unchanged(reader), settled(tmp_path / "a", "bad news")
    for _ in range(2):
        with pytest.raises(AtlasError, match="bad news"):
            read(path)
    assert reader.count == 1
    settled(tmp_path / "a", "good, now")
    assert read(path) == "good, now"


def test_a_file_that_is_gone_is_not_remembered(tmp_path: Path, reader: Reader) -> None:
    read, path = Unchanged(reader), settled(tmp_path / "a", "one")
    read(path)
    (tmp_path / "a").unlink()
    with pytest.raises(AtlasError, match="missing"):
        read(path)


def test_of_too_many_the_latest_are_kept(
    tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "MOST", 3)
    read = Unchanged(reader)
    paths = [settled(tmp_path / name, name) for name in "abcde"]
    for path in paths:
        read(path)
    reader.count = 0
    assert [read(path) for path in paths[2:]] == ["c", "d", "e"]
    assert reader.count == 0
