"""Files that can be made again: bounded, whole or not there, and never worth an error."""

import os
from dataclasses import replace

from latent_atlas.ui.file_shelf import FileShelf

SHELF = FileShelf("things", ".thing", largest=50, most=100)


def test_the_files_read_longest_ago_make_room() -> None:
    generous = replace(SHELF, most=1000)
    for age, key in enumerate("abc"):
        generous.write(key, b"x" * 40)
        os.utime(SHELF.path(key), (1e9 + age, 1e9 + age))
    assert SHELF.read("a") == b"x" * 40
    SHELF.write("d", b"y" * 40)
    assert {path.stem for path in SHELF.folder.iterdir()} == {"a", "d"}


def test_what_is_too_large_is_neither_kept_nor_read() -> None:
    SHELF.write("a", b"x" * 51)
    assert SHELF.read("a") is None
    replace(SHELF, largest=51).write("a", b"x" * 51)
    assert SHELF.read("a") is None
    assert not SHELF.path("a").exists()


def test_what_a_killed_server_left_unfinished_goes_and_what_is_being_written_stays() -> None:
    SHELF.write("a", b"x")
    old, new = (SHELF.folder / f".{key}.0123.part" for key in "bc")
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    SHELF.write("d", b"y")
    assert not old.exists()
    assert new.exists()


def test_a_disk_that_refuses_costs_nothing_but_time() -> None:
    SHELF.folder.parent.mkdir(parents=True, exist_ok=True)
    SHELF.folder.write_bytes(b"a file where the folder should be")
    SHELF.write("a", b"x")
    assert SHELF.read("a") is None
    SHELF.drop("a")
