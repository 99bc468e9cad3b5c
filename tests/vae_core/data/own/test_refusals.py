"""What is refused, and the one sentence that says why: a table."""

import io
import os
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vae_core.data.own.makers import laid_out, png
from tests.vae_core.data.own.refused_files import SMALL, TABLE, TWO
from vae_core.data.own import ImportCancelled, Limits, Source, import_images, survey
from vae_core.errors import AtlasError


def refused(source: Source, folder: Path, limits: Limits = SMALL) -> str:
    """The sentence with which a source is refused; nothing may be left behind."""
    with pytest.raises(AtlasError) as caught:
        import_images(source, folder=folder, limits=limits)
    assert not folder.exists() or not list(folder.iterdir())
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(("name", "data", "says"), TABLE, ids=[row[0] for row in TABLE])
def test_an_upload_is_refused_in_one_sentence(
    name: str, data: bytes, says: str, tmp_path: Path
) -> None:
    sentence = refused((name, data), tmp_path / "kept")
    assert says in sentence
    assert name in sentence


@pytest.mark.parametrize(("name", "data", "says"), TABLE, ids=[row[0] for row in TABLE])
def test_a_file_is_refused_as_an_upload_is(
    name: str, data: bytes, says: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    sentence = refused(file, tmp_path / "kept")
    assert says.replace(name, str(file)) in sentence


def linked_out(folder: Path) -> None:
    (folder / "c.png").symlink_to("/etc/passwd")


def linked_folder(folder: Path) -> None:
    (folder / "sub").symlink_to("/etc")


def linked_nowhere(folder: Path) -> None:
    (folder / "c.png").symlink_to(folder / "gone.png")


def not_a_picture(folder: Path) -> None:
    (folder / "c.png").write_bytes(b"hello")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (linked_out, "c.png is a link that leads out of the folder"),
        (linked_folder, "sub is a link that leads out of the folder"),
        (linked_nowhere, "c.png is a link that leads out of the folder"),
        (not_a_picture, "c.png in "),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_folder_is_refused_in_one_sentence(
    spoil: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    folder = laid_out(tmp_path / "pictures", TWO)
    spoil(folder)
    assert says in refused(folder, tmp_path / "kept")


def test_an_empty_folder_a_missing_path_and_a_pipe_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert "is empty" in refused(empty, tmp_path / "kept")
    assert "is not there" in refused(tmp_path / "gone", tmp_path / "kept")
    assert "neither a file nor a folder" in refused(tmp_path / "pipe", tmp_path / "kept")


def test_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "pictures", TWO)
    os.mkfifo(folder / "c.png")
    assert survey(folder).count == 2


def test_too_many_bytes_to_keep_and_too_long_a_time_are_refused(tmp_path: Path) -> None:
    files = [(f"{i}.png", png(i)) for i in range(5)]
    with pytest.raises(AtlasError, match=r"5 images of 64 × 64 would take 20,480 bytes"):
        import_images(files, size=(64, 64), folder=tmp_path, limits=SMALL)
    with pytest.raises(AtlasError, match="takes longer than 0 seconds"):
        import_images(files, folder=tmp_path, limits=replace(SMALL, seconds=0))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [(0, 8), (8, 3), (8, 257)])
def test_a_size_out_of_bounds_is_refused(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="choose sides from 4 to 256"):
        import_images(list(TWO.items()), size=size, folder=tmp_path)


def test_cancelled_half_way_nothing_is_kept(tmp_path: Path) -> None:
    done: list[int] = []
    files = [(f"{i}.png", png(i)) for i in range(20)]
    with pytest.raises(ImportCancelled, match="nothing was kept"):
        import_images(
            files,
            folder=tmp_path,
            progress=lambda at, total: done.append(at),
            cancelled=lambda: len(done) >= 10,
        )
    assert done == list(range(1, 11))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AtlasError, match="No space left on device"):
        import_images(list(TWO.items()), folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LATENT_ATLAS_MAX_IMAGES", "1")
    with pytest.raises(AtlasError, match="LATENT_ATLAS_MAX_IMAGES"):
        import_images(list(TWO.items()), folder=tmp_path)
    monkeypatch.setenv("LATENT_ATLAS_MAX_IMAGES", "many")
    with pytest.raises(AtlasError, match="LATENT_ATLAS_MAX_IMAGES is “many”"):
        import_images(list(TWO.items()), folder=tmp_path)


def test_a_table_whose_offsets_lead_out_of_it_is_refused_before_it_is_followed(
    tmp_path: Path,
) -> None:
    """Arrow follows them wherever they lead, to the end of the process."""
    pa = pytest.importorskip("pyarrow")
    offsets = pa.py_buffer(struct.pack("<3i", 0, 100, 5))
    pictures = pa.Array.from_buffers(pa.binary(), 2, [None, offsets, pa.py_buffer(bytes(100))])
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, pa.schema({"image": pa.binary()})) as writer:
        writer.write_batch(pa.record_batch({"image": pictures}))
    assert "x.arrow is damaged" in refused(("x.arrow", stream.getvalue()), tmp_path / "kept")
