"""What a killed program left half written is removed, and nothing that others work with."""

import os
import time
from pathlib import Path

import pytest

from vae_core.data.abandoned import ABANDONED, remove_abandoned


def _left(path: Path, *, seconds: float, folder: bool) -> Path:
    if folder:
        path.mkdir()
        (path / "part").write_bytes(b"1")
    else:
        path.write_bytes(b"1")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


@pytest.mark.parametrize("folder", [False, True])
def test_what_was_left_long_ago_goes_and_what_is_being_written_stays(
    tmp_path: Path, folder: bool
) -> None:
    old = _left(tmp_path / ".old.part", seconds=2 * ABANDONED, folder=folder)
    new = _left(tmp_path / ".new.part", seconds=ABANDONED / 2, folder=folder)
    other = _left(tmp_path / "old.npz", seconds=2 * ABANDONED, folder=folder)
    remove_abandoned(tmp_path, ".*.part")
    assert not old.exists()
    assert new.exists()
    assert other.exists()


def test_what_somebody_finishes_while_we_look_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / ".gone.part"
    old = _left(tmp_path / ".old.part", seconds=2 * ABANDONED, folder=False)
    monkeypatch.setattr(Path, "glob", lambda _folder, _pattern: iter([gone, old]))
    remove_abandoned(tmp_path, ".*.part")
    assert not old.exists()
