"""Folders, ZIPs and arrays of every kind that people have, with their names and labels."""

import io
import os
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import encoded, grey, imported, laid_out, npy, npz, png, zipped
from vae_core.data.own import survey


def test_forty_folders_of_ten_faces_are_forty_classes_with_one_face_each_to_test(
    tmp_path: Path,
) -> None:
    data = {
        f"faces/s{person}/{i}.pgm": encoded(grey(5 * person + i, (23, 28)), "PPM")
        for person in range(1, 41)
        for i in range(1, 11)
    }
    dataset = imported(("faces.zip", zipped(data)), tmp_path)
    assert len(dataset.images) == 400
    assert dataset.class_names == tuple(f"s{person}" for person in range(1, 41))
    test = dataset.split("test")
    assert test.labels is not None
    assert sorted(test.labels.tolist()) == list(range(40))
    assert dataset.image_shape == (1, 28, 23)
    assert dataset.labels is not None
    assert dataset.images[:, 0, 0, 0].tolist() == [
        5 * person + i for person in range(1, 41) for i in range(1, 11)
    ]


def test_a_zip_made_on_macos_gives_its_pictures_only_with_their_names(tmp_path: Path) -> None:
    stream = io.BytesIO()
    names = ["Döner", "猫", "🦊"]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            for i in range(2):
                path = unicodedata.normalize("NFD", f"Archive/{name}/{i}.png")
                # The Finder writes UTF-8 but does not set the flag that says so.
                member = zipfile.ZipInfo(path.encode().decode("cp437"))
                archive.writestr(member, png(10 * i))
                mac = f"__MACOSX/Archive/{name}/._{i}.png"
                archive.writestr(mac, b"\0\5\x16\7 resource fork")
        archive.writestr("Archive/.DS_Store", b"\0\0\0\1Bud1")
    raw = _without_utf8_flags(stream.getvalue())
    dataset = imported(("Archive.zip", raw), tmp_path)
    assert len(dataset.images) == 6
    assert set(dataset.class_names) == set(names)
    assert survey(("Archive.zip", raw)).notes == ()


def _without_utf8_flags(data: bytes) -> bytes:
    """zipfile sets the flag and encodes anew whatever is not ASCII; the Finder does neither."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [member.filename for member in archive.infolist()]
    changed = bytearray(data)
    for signature, flags, start, length in (
        (b"PK\x03\x04", 6, 30, 26),
        (b"PK\x01\x02", 8, 46, 28),
    ):
        at = changed.find(signature)
        for name in names:
            if not name.isascii() and "MACOSX" not in name:
                stored = name.encode()
                meant = name.encode("cp437")
                assert changed[at + start : at + start + len(stored)] == stored
                changed[at + start : at + start + len(stored)] = meant
                changed[at + length : at + length + 2] = len(meant).to_bytes(2, "little")
                changed[at + flags + 1] &= 0xFF ^ 0x08
            at = changed.find(signature, at + 4)
    return _with_offsets(bytes(changed))


def _with_offsets(data: bytes) -> bytes:
    """Mend the offsets in a ZIP's directory after its names were shortened."""
    changed = bytearray(data)
    directory = changed.find(b"PK\x01\x02")
    end = changed.find(b"PK\x05\x06")
    changed[end + 12 : end + 16] = (end - directory).to_bytes(4, "little")
    changed[end + 16 : end + 20] = directory.to_bytes(4, "little")
    local, entry = changed.find(b"PK\x03\x04"), directory
    while entry >= 0:
        changed[entry + 42 : entry + 46] = local.to_bytes(4, "little")
        local, entry = (
            changed.find(b"PK\x03\x04", local + 4),
            changed.find(b"PK\x01\x02", entry + 4),
        )
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_arabic_and_emoji_names_are_classes(method: int, tmp_path: Path) -> None:
    names = ["قطط", "كلاب", "🐈‍⬛ cats"]
    data = {f"{name}/صورة {i} 📷.png": png(i) for name in names for i in range(2)}
    from_zip = imported(("صور 🐈.zip", zipped(data, method)), tmp_path / "kept")
    assert set(from_zip.class_names) == set(names)
    assert from_zip.title == "صور 🐈"
    from_folder = imported(laid_out(tmp_path / "صور 🐈", data), tmp_path / "kept")
    assert from_folder.name == from_zip.name


def test_names_that_cannot_be_printed_are_mended(tmp_path: Path) -> None:
    for kind in (b"caf\xe9", b"th\xe9", "می\u200cشود".encode(), "a\u202fb".encode()):
        folder = tmp_path / "in" / os.fsdecode(kind)
        laid_out(folder, {"1.png": png(1), "2\n.png": png(2)})
    dataset = imported(tmp_path / "in", tmp_path / "kept")
    assert set(dataset.class_names) == {"café", "thé", "می\u200cشود", "a b"}
    assert "".join(dataset.class_names).encode()


def test_a_link_inside_the_folder_counts_and_an_editors_link_is_passed_over(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "in", {"1.png": png(1), "2.png": png(2)})
    (folder / "3.png").symlink_to("1.png")
    (folder / ".#notes").symlink_to("me@here.1234")
    assert survey(folder).count == 3


def test_other_files_are_counted_and_left_out(tmp_path: Path) -> None:
    data = {f"{i}.png": png(i) for i in range(3)} | {f"{i}.txt": b"" for i in range(37)}
    folder = laid_out(tmp_path / "in", data | {"Thumbs.db": b"", ".hidden/x.png": b""})
    [note] = survey(folder).notes
    assert note.startswith("37 files skipped, because they are not PNG, JPEG")
    assert len(imported(folder, tmp_path / "kept").images) == 3


def test_folders_called_train_and_test_are_no_classes(tmp_path: Path) -> None:
    parts = [(part, kind, i) for part in ("train", "test") for kind in "ab" for i in range(2)]
    data = {f"{part}/{kind}/{i}.png": png(i) for part, kind, i in parts}
    assert survey(("set.zip", zipped(data))).counts == {"a": 4, "b": 4}


@pytest.mark.parametrize(
    ("array", "shape", "first"),
    [
        (np.full((2, 8, 6), 70, np.uint8), (1, 8, 6), 70),
        (np.full((2, 8, 6, 1), 70, np.uint8), (1, 8, 6), 70),
        (np.full((2, 1, 8, 6), 70, np.uint8), (1, 8, 6), 70),
        (np.full((2, 8, 6), 0.5, np.float32), (1, 8, 6), 128),
        (np.full((2, 8, 6), 0.5, ">f8"), (1, 8, 6), 128),
        (np.full((2, 8, 6), 70.0), (1, 8, 6), 70),
        (np.full((2, 8, 6), 200, np.int64), (1, 8, 6), 200),
        (np.full((2, 8, 6), 65535, np.uint16), (1, 8, 6), 255),
        (np.ones((2, 8, 6), bool), (1, 8, 6), 255),
        (np.asfortranarray(np.full((2, 8, 6), 70, np.uint8)), (1, 8, 6), 70),
    ],
    ids=lambda each: str(getattr(each, "dtype", each)),
)
def test_arrays_of_every_layout_and_type_are_read(
    array: np.ndarray, shape: tuple[int, int, int], first: int, tmp_path: Path
) -> None:
    dataset = imported(("a.npy", npy(array)), tmp_path)
    assert dataset.image_shape == shape
    assert dataset.images.unique().tolist() == [first]


@pytest.mark.parametrize("channels_first", [True, False])
def test_colour_arrays_keep_their_pixels(channels_first: bool, tmp_path: Path) -> None:
    images = np.random.RandomState(0).randint(0, 256, (5, 3, 9, 7)).astype(np.uint8)
    array = images if channels_first else images.transpose(0, 2, 3, 1)
    dataset = imported(("a.npz", npz(images=array)), tmp_path)
    assert np.array_equal(dataset.images.numpy(), images)


def test_labels_of_an_npz_are_classes_in_natural_order(tmp_path: Path) -> None:
    images = np.arange(12, dtype=np.uint8)[:, None, None] + np.zeros((12, 8, 8), np.uint8)
    numbered = imported(("a.npz", npz(x=images, y=np.arange(12) % 11)), tmp_path)
    assert numbered.class_names == tuple(str(i) for i in range(11))
    labels = np.array(["cat", "dog"] * 6)
    data = npz(x=images, labels=labels, class_names=np.array(["cat", "dog"]))
    named = imported(("a.npz", data), tmp_path)
    assert named.class_names == ("cat", "dog")
    assert named.labels is not None
    assert named.labels.tolist() == [0, 1] * 6


def test_a_train_and_a_test_array_are_put_together_with_their_labels(tmp_path: Path) -> None:
    data = npz(
        x_train=np.full((4, 8, 8), 10, np.uint8),
        y_train=np.zeros((4, 1)),
        x_test=np.full((2, 8, 8), 20, np.uint8),
        y_test=np.ones((2, 1)),
    )
    dataset = imported(("mnist.npz", data), tmp_path)
    assert dataset.labels is not None
    assert [
        (int(i.max()), int(n)) for i, n in zip(dataset.images, dataset.labels, strict=True)
    ] == [(10, 0)] * 4 + [(20, 1)] * 2
