"""Uploads in pieces: what is here is what was sent, and what is called off leaves nothing."""

import gc
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from latent_atlas.places import app_cache
from latent_atlas.ui.data import pieces
from latent_atlas.ui.data.pieces import PATIENCE, Announced, Arrivals, Content, UploadRefused
from latent_atlas.ui.owners import Owner
from tests.vae_core.data.own.makers import png, zipped


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def arrivals(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Arrivals:
    """The store, without the thread that looks after it."""
    monkeypatch.setattr(Arrivals, "_watch", lambda self: None)
    return Arrivals(clock)


def announced(count: int, **others: object) -> Announced:
    said = {"name": "a.zip", "packed": False, "files": 1, **others}
    return Announced(bytes=count, **said)  # type: ignore[arg-type]


def refused(status: int, sentence: str) -> pytest.RaisesExc[UploadRefused]:
    return pytest.raises(UploadRefused, match=sentence, check=lambda error: error.status == status)


def open_files() -> set[str]:
    """The files of uploads that this process has open: they have no names any more."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        try:
            target = str(each.readlink())
        except OSError:
            continue
        if target.startswith(str(app_cache())):
            found.add(target)
    return found


def test_pieces_are_one_file_in_the_end_which_whoever_takes_it_has_alone(
    arrivals: Arrivals,
) -> None:
    whole = zipped({f"{i}.png": png(i) for i in range(9)})
    token = arrivals.begin(announced(len(whole)))
    assert arrivals.take(token) is None
    for at in range(0, len(whole), 100):
        assert arrivals.take(token) is None
        received = arrivals.add(token, at, whole[at : at + 100])
        assert received == min(at + 100, len(whole))
    taken = arrivals.take(token)
    assert taken is not None
    said, content = taken
    assert said == announced(len(whole))
    with content.opened() as one, content.opened() as other:
        assert zipfile.ZipFile(one).namelist() == [f"{i}.png" for i in range(9)]
        assert other.read() == whole
    assert arrivals.take(token) is None
    assert arrivals.on_their_way() == 0


def test_a_file_of_no_bytes_is_here_once_it_was_announced(arrivals: Arrivals) -> None:
    assert arrivals.take(arrivals.begin(announced(0))) is not None


def test_each_piece_begins_where_the_last_one_ended(arrivals: Arrivals) -> None:
    token = arrivals.begin(announced(10))
    with refused(409, "lost on the way"):
        arrivals.add(token, 4, b"4567")
    arrivals.add(token, 0, b"0123")
    with refused(409, "lost on the way"):
        arrivals.add(token, 2, b"234567")
    with refused(413, "More was sent"):
        arrivals.add(token, 4, b"4567890")
    assert arrivals.add(token, 0, b"0123") == 4  # its answer was lost, so it came again
    assert arrivals.add(token, 4, b"456789") == 10
    taken = arrivals.take(token)
    assert taken is not None
    assert taken[1].opened().read() == b"0123456789"


def test_the_same_piece_sent_many_times_at_once_is_there_once(arrivals: Arrivals) -> None:
    token = arrivals.begin(announced(8))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: arrivals.add(token, 0, b"0123"), range(32))) == {4}


def test_nobody_guesses_the_token_of_another(arrivals: Arrivals) -> None:
    tokens = {arrivals.begin(announced(5)) for _ in range(9)}
    assert len(tokens) == 9
    assert min(map(len, tokens)) == 32  # letters of six bits
    for other in ("", "a" * 32, next(iter(tokens))[:-1]):
        with refused(404, "called off"):
            arrivals.add(other, 0, b"x")
        assert arrivals.take(other) is None
        arrivals.cancel(other)
    assert arrivals.on_their_way() == 9


def test_one_owner_never_takes_the_room_of_all(arrivals: Arrivals, clock: Clock) -> None:
    anna, bob = (Owner(kind="user", name=name) for name in ("anna", "bob"))
    tokens = []
    for _ in range(20):
        tokens.append(arrivals.begin(announced(1), anna))
        clock.seconds += 1
    assert arrivals.on_their_way() == 4
    with refused(404, "called off"):
        arrivals.add(tokens[-5], 0, b"x")
    assert arrivals.add(tokens[-4], 0, b"x") == 1
    assert arrivals.add(arrivals.begin(announced(1), bob), 0, b"x") == 1


def test_what_is_called_off_leaves_nothing(arrivals: Arrivals) -> None:
    token = arrivals.begin(announced(10))
    arrivals.add(token, 0, b"0123")
    assert not list((app_cache() / "uploads").iterdir())  # it has no name from the beginning
    arrivals.cancel(token)
    with refused(404, "called off"):
        arrivals.add(token, 4, b"4567")
    assert arrivals.take(token) is None


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists open files")
def test_the_disk_has_it_back_when_it_is_called_off_or_nobody_holds_it(arrivals: Arrivals) -> None:
    token = arrivals.begin(announced(10))
    assert len(open_files()) == 1
    arrivals.cancel(token)
    assert not open_files()
    token = arrivals.begin(announced(1))
    arrivals.add(token, 0, b"0")
    taken = arrivals.take(token)
    reader = taken[1].opened() if taken else None
    del taken
    gc.collect()
    assert len(open_files()) == 1  # somebody reads it still
    del reader
    gc.collect()
    assert not open_files()


def test_what_nobody_goes_on_with_is_let_go_of(arrivals: Arrivals, clock: Clock) -> None:
    idle, busy = arrivals.begin(announced(10)), arrivals.begin(announced(10))
    clock.seconds += PATIENCE - 1
    arrivals.add(busy, 0, b"0123")
    clock.seconds += 2
    assert arrivals.on_their_way() == 1
    with refused(404, "nothing came for too long"):
        arrivals.add(idle, 0, b"0123")
    assert arrivals.add(busy, 4, b"456789") == 10
    clock.seconds += PATIENCE + 1
    assert arrivals.on_their_way() == 0  # it is whole, but its page has gone
    assert arrivals.take(busy) is None


def test_somebody_looks_for_what_is_idle_as_long_as_anything_is_on_its_way(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LOOK", 0.01)
    arrivals = Arrivals(clock)
    for _ in range(2):  # also after a time with nothing to look after
        arrivals.begin(announced(10))
        watcher = arrivals._watcher
        assert watcher is not None
        clock.seconds += PATIENCE + 1
        watcher.join(10)
        assert not watcher.is_alive()
        assert not arrivals._arrivals


def test_so_many_are_on_their_way_at_once_and_no_more(
    arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_AT_ONCE", 2)
    first = arrivals.begin(announced(10))
    arrivals.begin(announced(10))
    with refused(503, "try again soon"):
        arrivals.begin(announced(10))
    arrivals.cancel(first)
    arrivals.begin(announced(10))


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_sent(arrivals: Arrivals) -> None:
    with refused(507, r"no room for [\d,]+ MB more: .*LATENT_ATLAS_CACHE"):
        arrivals.begin(announced(1 << 60))
    assert arrivals.on_their_way() == 0


def test_what_a_full_disk_has_refused_can_be_called_off(
    arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = arrivals.begin(announced(10))

    def full(descriptor: int, data: bytes, at: int) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with refused(507, "No space left"):
            arrivals.add(token, 0, b"0123")
        arrivals.cancel(token)
    assert arrivals.on_their_way() == 0


def test_a_folder_that_cannot_be_written_is_told(
    arrivals: Arrivals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(tmp_path / "file"))
    with refused(507, "Nothing can be put into .*LATENT_ATLAS_CACHE"):
        arrivals.begin(announced(10))


def test_a_full_disk_is_told_and_the_piece_may_come_again(
    arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = arrivals.begin(announced(4))

    def full(self: Content, at: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Content, "write", full)
        with refused(507, "No space left"):
            arrivals.add(token, 0, b"0123")
    assert arrivals.add(token, 0, b"0123") == 4


def test_readers_seek_as_in_any_file(tmp_path: Path) -> None:
    content = Content(tmp_path)
    content.write(0, bytes(range(100)))
    with content.opened() as reader:
        assert reader.seek(-10, os.SEEK_END) == 90
        assert reader.read() == bytes(range(90, 100))
        assert reader.read(5) == b""
        reader.seek(20)
        assert reader.seek(5, os.SEEK_CUR) == 25
        assert reader.read(2) == bytes([25, 26])
    content.close()


def test_what_is_called_off_stays_open_for_the_piece_that_is_being_written(
    arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its number would be that of the next file, and the piece would be in there."""
    token = arrivals.begin(announced(3))
    write, seen = Content.write, []

    def interrupted(self: Content, at: int, data: bytes) -> None:
        arrivals.cancel(token)
        seen.append(len(open_files()))
        write(self, at, data)

    monkeypatch.setattr(Content, "write", interrupted)
    assert arrivals.add(token, 0, b"abc") == 3
    assert seen == [1]
    assert open_files() == set()
