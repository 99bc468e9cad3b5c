"""What is not read is called by its name, with what to do, alone and among others."""

import gzip
from pathlib import Path

import pytest

from tests.vae_core.data.own.makers import imported, laid_out, png, tarred, zipped
from vae_core.data.own import UnreadablePictures, import_images, survey
from vae_core.data.own.unread import FORMS, unread_form
from vae_core.errors import AtlasError

# A file that people bring, how it begins, and what it is called.
BROUGHT = [
    ("camelyon.h5", b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    ("train.hdf5", b"\0" * 8, "an HDF5 file"),
    ("train-00000-of-00010.tfrecord", b"\x10\0\0\0", "TFRecord"),
    ("data.mdb", b"\0" * 16, "LMDB"),
    ("images.sqlite", b"SQLite format 3\0", "SQLite"),
    ("faces.pkl", b"\x80\x04\x95", "a pickle, which could run code"),
    ("data_batch_1", b"\x80\x02}q", "a pickle, which could run code"),
    ("model.safetensors", b"\x08\0\0\0\0\0\0\0{}", "a file of tensors"),
    ("slice.dcm", b"", "DICOM"),
    ("IM-0001", b"\0" * 128 + b"DICM", "DICOM"),
    ("brain.nii", b"\x5c\x01", "NIfTI"),
    ("brain.nii.gz", gzip.compress(b"\x5c\x01" + b"\0" * 342 + b"n+1\0"), "NIfTI"),
    ("IMG_0001.CR2", b"II*\0\x10\0\0\0CR", "a camera’s raw picture"),
    ("DSC0001.dng", b"II*\0", "a camera’s raw picture"),
    ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic", "HEIC, as iPhones save"),
    ("photo", b"\0\0\0\x18ftypheic", "HEIC, as iPhones save"),
    ("a.jxl", b"\xff\x0a", "JPEG XL"),
    ("logo.svg", b"<svg", "SVG"),
    ("scan.pdf", b"%PDF-1.7", "PDF"),
    ("art.psd", b"8BPS", "a layered picture"),
    ("sky.exr", b"v/1\x01", "unbounded light"),
    ("old.tga", b"\0\0\x02", "a kind that is not read"),
    ("cells.czi", b"ZISRAWFILE", "a microscope’s file"),
    ("clip.mp4", b"\0\0\0\x18ftypisom", "a video"),
    ("clip", b"\0\0\0\x18ftypisom", "a video"),
    ("speech.wav", b"RIFF\0\0\0\0WAVE", "sound"),
    ("faces.7z", b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    ("faces.rar", b"Rar!\x1a\x07\x01\0", "a RAR archive"),
    ("faces.tar.zst", b"\x28\xb5\x2f\xfd", "packed in a way"),
    ("disk.dmg", b"\0", "an image of a disk"),
    ("labels.xls", b"\xd0\xcf", "a workbook"),
    ("pictures.json", b'{"a": "iVBORw0KGgo"}', "JSON, and pictures inside"),
    ("mnist.rds", b"\x58", "what R keeps"),
    ("data_batch_1.bin", b"\x03\x07", "plain bytes"),
]


@pytest.mark.parametrize(("name", "head", "what"), BROUGHT, ids=[row[0] for row in BROUGHT])
def test_a_form_that_is_not_read_is_named_with_what_to_do(
    name: str, head: bytes, what: str
) -> None:
    content = head + bytes(600) if not name.endswith("gz") else head
    for source in ((name, content), ("x.zip", zipped({f"in/{name}": content}))):
        if name.endswith((".7z", ".rar", ".zst", ".gz")) and source[0] == "x.zip":
            continue  # archives inside of archives are refused as such
        with pytest.raises(AtlasError) as caught:
            survey(source)
        sentence = str(caught.value)
        assert what in sentence
        assert sentence.endswith(".")
        assert ": " in sentence


def test_each_form_is_tried() -> None:
    tried = {unread_form(name, head) for name, head, _ in BROUGHT}
    rest = {form.what for form in FORMS if form not in tried}
    assert rest == {"an archive inside of another", "a Zarr store"}


@pytest.mark.parametrize("root", ["x.zarr", "x"])
def test_a_store_of_zarr_is_named(root: str, tmp_path: Path) -> None:
    inner = "" if root.endswith(".zarr") else "images.zarr/"
    files = {f"{inner}.zarray": b"{}", f"{inner}0.0.0": b"\x02\x01", f"{inner}0.0.1": b"\x02\x01"}
    with pytest.raises(AtlasError, match="a Zarr store, and is not read here: save its arrays"):
        survey(laid_out(tmp_path / root, files))


def test_a_folder_of_archives_is_told_to_be_unpacked(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "x", {f"{k}.tar": bytes(9) for k in range(3)})
    with pytest.raises(AtlasError, match="archive inside of another, and is not read here: unpack"):
        survey(folder)


def test_pictures_of_telephones_beside_others_are_named_with_what_to_do() -> None:
    files = {f"{k}.png": png(9 * k) for k in range(4)}
    files |= {f"IMG_{k}.HEIC": b"\0\0\0\x18ftypheic" for k in range(9)}
    [note] = survey(("x.zip", zipped(files))).notes
    assert note.startswith("9 files skipped")
    assert "HEIC, as iPhones save photographs. To have them, export them as JPEG" in note


def test_a_photograph_of_a_telephone_under_another_name_is_named(tmp_path: Path) -> None:
    files = {"a.png": png(1), "b.png": png(2), "c.jpg": b"\0\0\0\x18ftypheic" + bytes(90)}
    with pytest.raises(UnreadablePictures, match="is HEIC, as iPhones save photographs, whatever"):
        import_images(("x.zip", zipped(files)), folder=tmp_path)


@pytest.mark.parametrize("suffix", ["tar", "zip"])
def test_samples_of_web_datasets_are_read_with_their_classes(suffix: str, tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for k in range(6):
        files |= {f"{k:04d}.png": png(9 * k), f"{k:04d}.cls": f"{k % 2}\n".encode()}
        files[f"{k:04d}.json"] = b"{}"
    source = (f"x.{suffix}", (tarred if suffix == "tar" else zipped)(files))
    found = imported(source, tmp_path)
    assert found.labels is not None
    assert [found.class_names[k] for k in found.labels.tolist()] == ["0", "1"] * 3
    assert any(".cls files" in note for note in survey(source).notes)
