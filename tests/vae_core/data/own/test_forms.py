"""The forms in which people bring images: each is read as its pixels are."""

import gzip
import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from tests.vae_core.data.own.makers import encoded, imported, npy, npz, photograph, png, zipped
from vae_core.data import Dataset
from vae_core.data.own import SizeNeeded, UnreadablePictures, import_images, look, survey
from vae_core.data.own.object_strings import strings_in

X = np.random.RandomState(0).randint(0, 256, (30, 8, 8)).astype(np.uint8)
Y = np.arange(30) % 3


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(int(side).to_bytes(4, "big") for side in array.shape)
    return (0x800 + array.ndim).to_bytes(4, "big") + sizes + array.astype(np.uint8).tobytes()


def csv(first: bool = True, head: bool = True, mark: str = "", end: str = "\n") -> bytes:
    names = ["label", *(f"pixel{i}" for i in range(64))]
    rows = [[y, *x.reshape(-1)] for x, y in zip(X, Y, strict=True)]
    table = [names, *rows] if head else rows
    lines = [row if first else [*row[1:], row[0]] for row in table]
    return (mark + end.join(",".join(str(value) for value in line) for line in lines)).encode()


def matlab(**arrays: np.ndarray) -> bytes:
    """A MATLAB file of version 5, its matrices stored column after column."""

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)

    body = b""
    for name, array in arrays.items():
        inner = element(6, struct.pack("<II", 9, 0))
        inner += element(5, struct.pack(f"<{array.ndim}i", *array.shape))
        inner += element(1, name.encode())
        inner += element(2, array.astype(np.uint8).tobytes(order="F"))
        packed = zlib.compress(element(14, inner))
        body += struct.pack("<II", 15, len(packed)) + packed
    head = b"MATLAB 5.0 MAT-file, made by a test".ljust(124) + b"\x00\x01IM"
    return head + body


def parquet() -> bytes:
    pa = pytest.importorskip("pyarrow")
    import json

    import pyarrow.parquet as pq

    pictures = [{"bytes": encoded(Image.fromarray(x)), "path": f"{i}.png"} for i, x in enumerate(X)]
    table = pa.table({"image": pictures, "label": Y})
    told = {"info": {"features": {"label": {"names": list("abc"), "_type": "ClassLabel"}}}}
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(told)}), stream)
    return stream.getvalue()


# A source and the classes that are found in it.
FORMS: dict[str, tuple[Callable[[], tuple[str, bytes]], str]] = {
    "npz": (lambda: ("a.npz", npz(images=X, labels=Y)), "012"),
    "npz without names": (
        lambda: ("a.npz", zipped({"arr_0.npy": npy(X), "arr_1.npy": npy(Y)})),
        "012",
    ),
    "one-hot": (lambda: ("a.npz", npz(images=X, labels=np.eye(3)[Y])), "012"),
    "a column": (lambda: ("a.npz", npz(images=X, labels=Y[:, None])), "012"),
    "another key": (lambda: ("a.npz", npz(images=X, digit=Y)), "012"),
    "objects": (
        lambda: ("a.npz", npz(images=X, labels=np.array([f"c{y}" for y in Y], object))),
        "c0 c1 c2",
    ),
    "mixed objects": (
        lambda: (
            "a.npz",
            npz(images=X, labels=np.array([None if y == 1 else y for y in Y], object)),
        ),
        "0 2 no\xa0label",
    ),
    "class names": (
        lambda: ("a.npz", npz(images=X, labels=Y, class_names=np.array(list("xyz")))),
        "xyz",
    ),
    "flat": (lambda: ("a.npz", npz(X=X.reshape(30, -1), y=Y)), "012"),
    "images last": (lambda: ("a.npz", npz(images=X.transpose(1, 2, 0), labels=Y)), "012"),
    "a ZIP of npy": (
        lambda: ("a.zip", zipped({"X.npy": npy(X), "y.npy": npy(Y), "readme.txt": b"hello"})),
        "012",
    ),
    "idx": (
        lambda: (
            "a.zip",
            zipped({"train-images-idx3-ubyte": idx(X), "train-labels-idx1-ubyte": idx(Y)}),
        ),
        "012",
    ),
    "idx, packed": (
        lambda: (
            "a.zip",
            zipped(
                {
                    "x-images-idx3-ubyte.gz": gzip.compress(idx(X)),
                    "x-labels-idx1-ubyte.gz": gzip.compress(idx(Y)),
                }
            ),
        ),
        "012",
    ),
    "csv": (lambda: ("a.csv", csv()), "012"),
    "csv, label last": (lambda: ("a.csv", csv(first=False)), "012"),
    "csv without titles": (lambda: ("a.csv", csv(head=False, end="\r\n")), "012"),
    "csv with a mark": (lambda: ("a.csv", csv(mark="\ufeff", end="\r\n")), "012"),
    "MATLAB": (lambda: ("a.mat", matlab(X=X.transpose(1, 2, 0), y=Y[:, None])), "012"),
    "Parquet": (lambda: ("a.parquet", parquet()), "abc"),
}


def kinds_of(told: str) -> tuple[str, ...]:
    return tuple(k.replace("\xa0", " ") for k in (told.split(" ") if " " in told else told))


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_its_pixels_and_its_classes(form: str, tmp_path: Path) -> None:
    make, kinds = FORMS[form]
    data: Dataset = imported(make(), tmp_path)
    assert np.array_equal(data.images[:, 0].numpy(), X)
    assert data.class_names == kinds_of(kinds)
    assert data.labels is not None
    named = [data.class_names[int(label)] for label in data.labels]
    expected = [kinds_of(kinds)[y] for y in Y]
    swapped = {"0": "0", "1": "no label", "2": "2"}
    if form == "mixed objects":  # natural order puts words after numbers
        expected = [swapped[str(y)] for y in Y]
    assert named == expected


def test_the_parts_of_tables_are_those_of_their_names(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    files = {
        "data/train-00000-of-00001.parquet": parquet(),
        "data/test-00000-of-00001.parquet": parquet(),
    }
    data = imported(("a.zip", zipped(files)), tmp_path)
    assert {split: len(index) for split, index in data.splits.items()} == {"train": 30, "test": 30}


def test_flat_colour_images_are_read_in_either_order(tmp_path: Path) -> None:
    pictures = np.stack([np.asarray(photograph(i, (16, 16))) for i in range(12)])
    for array in (pictures, pictures.transpose(0, 3, 1, 2)):
        data = imported(("a.npy", npy(array.reshape(12, -1))), tmp_path)
        assert np.array_equal(data.images.numpy(), pictures.transpose(0, 3, 1, 2))


def test_images_that_lie_last_are_found_by_their_pixels_where_no_side_tells(tmp_path: Path) -> None:
    pictures = np.stack([np.asarray(photograph(i, (20, 28)).convert("L")) for i in range(40)])
    for array in (pictures, pictures.transpose(1, 2, 0)):
        data = imported(("a.npy", npy(array)), tmp_path)
        assert np.array_equal(data.images[:, 0].numpy(), pictures)


def test_masks_and_other_arrays_beside_the_images_are_left_out_and_told(tmp_path: Path) -> None:
    source = npz(images=X, masks=(X > 99).astype(np.uint8), scores=np.random.rand(30, 5))
    found = import_images(("a.npz", source), folder=tmp_path)
    assert found.about.counts == {"train": 27, "test": 3}
    [note] = found.notes
    assert "“masks”" in note
    assert "“scores”" in note


def test_objects_that_are_no_plain_values_are_left_out_and_told(tmp_path: Path) -> None:
    source = npz(images=X, extra=np.array([{"a": 1}, [2]], object), what=np.array({"b": 1}, object))
    found = import_images(("a.npz", source), folder=tmp_path)
    assert found.about.class_names == ()
    [note] = found.notes
    assert "“extra” (it holds Python objects" in note


KINDS = {
    "PNG": "png",
    "JPEG": "jpg",
    "WEBP": "webp",
    "BMP": "bmp",
    "GIF": "gif",
    "PPM": "ppm",
    "TIFF": "tif",
    "JPEG2000": "jp2",
    "AVIF": "avif",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [True, False])
def test_each_kind_of_picture_is_read(kind: str, suffix: bool, tmp_path: Path) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    if not suffix and kind in ("PPM", "JPEG2000", "AVIF"):
        pytest.skip("these need their suffix")
    ending = f".{KINDS[kind]}" if suffix else ""
    files = [(f"{i}{ending}", encoded(photograph(i), kind)) for i in range(3)]
    source = ("a.zip", zipped(dict(files)))
    assert imported(source, tmp_path).image_shape == (3, 64, 64)


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


PIXELS = encoded(photograph(3))
WHOLE = encoded(photograph(3), "JPEG")
AROUND = {
    "a large profile": PIXELS[:33]
    + chunk(b"iCCP", b"big\0\0" + zlib.compress(b"\0" * 2_000_000))
    + PIXELS[33:],
    "a large text": PIXELS[:33]
    + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 2_000_000))
    + PIXELS[33:],
    "a wrong checksum in a text": PIXELS[:33]
    + chunk(b"tEXt", b"Comment\0hello")[:-1]
    + b"\0"
    + PIXELS[33:],
    "bytes after the end": PIXELS + b"trailing rubbish",
    "no end": PIXELS[:-12],
    "no end of a JPEG": WHOLE[:-2],
    "bytes after the end of a JPEG": WHOLE + b"\0" * 99,
}


@pytest.mark.parametrize("name", AROUND)
def test_what_is_wrong_around_the_pixels_does_not_matter(name: str, tmp_path: Path) -> None:
    whole = WHOLE if "JPEG" in name else PIXELS
    suffix = "jpg" if "JPEG" in name else "png"
    files = [(f"a.{suffix}", AROUND[name]), (f"b.{suffix}", whole)]
    data = imported(files, tmp_path)
    assert np.array_equal(data.images[0].numpy(), data.images[1].numpy())


def test_all_damaged_pictures_are_named_at_once_and_may_be_left_out(tmp_path: Path) -> None:
    files = {f"{i}.png": png(i * 9) for i in range(20)} | {
        "cut.jpg": WHOLE[:-60],
        "empty.png": b"",
        "page.jpg": b"<html>404</html>",
    }
    source = ("a.zip", zipped(files))
    with pytest.raises(UnreadablePictures, match=r"3 of 23 pictures cannot be read") as caught:
        import_images(source, folder=tmp_path)
    for name in ("cut.jpg", "empty.png", "page.jpg"):
        assert name in str(caught.value)
    assert not list(tmp_path.iterdir())
    found = import_images(source, folder=tmp_path, leave_out=True)
    assert sum(found.about.counts.values()) == 20
    assert "3 pictures left out that cannot be read." in found.notes
    assert len(survey(source).unreadable) == 3


@pytest.mark.parametrize(("ink", "ground"), [(255, "black"), (0, "white")])
def test_transparency_lies_on_what_contrasts_with_the_ink(
    ink: int, ground: str, tmp_path: Path
) -> None:
    def glyph(i: int) -> bytes:
        picture = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
        picture.paste((ink, ink, ink, 255), (4, 4 + i, 24, 8 + i))
        return encoded(picture)

    files = [(f"{i}.png", glyph(i)) for i in range(6)]
    assert import_images(files, folder=tmp_path).choice.ground == ground
    image = imported(files, tmp_path).images[0, 0]
    assert {int(image.min()), int(image.max())} == {0, 255}
    turned = imported(files, tmp_path, inverted=True).images[0, 0]
    assert np.array_equal(turned.numpy(), 255 - image.numpy())


def test_long_pictures_are_padded_where_cropping_would_cut_off_much(tmp_path: Path) -> None:
    for size, fit in (((512, 128), "pad"), ((80, 100), "crop")):
        files = [(f"{i}.png", encoded(photograph(i, size))) for i in range(4)]
        found = survey(files)
        assert found.proposal.fit == fit
        assert found.cut == pytest.approx(1 - min(size) / max(size), abs=0.01)


@pytest.mark.parametrize(
    "name",
    [
        "@eaDir/a/0.png/SYNOPHOTO_THUMB_M.jpg",
        "a/@eaDir/0.png/SYNOPHOTO_THUMB_S.jpg",
        "a/.ipynb_checkpoints/0-checkpoint.png",
        "a/0.png:Zone.Identifier",
        "Thumbs.db",
        "a/ehthumbs.db",
        "#recycle/0.png",
        "__MACOSX/a/._0.png",
    ],
)
def test_what_systems_leave_about_is_skipped_without_a_word(name: str) -> None:
    files = {f"{kind}/{i}.png": png(i) for kind in "ab" for i in range(3)}
    found = survey(("a.zip", zipped(files | {name: png(99, (99, 99))})))
    assert found.count == 6
    assert not any("skipped" in note for note in found.notes)


def test_flat_images_that_make_no_square_are_asked_about_and_read_as_was_said(
    tmp_path: Path,
) -> None:
    source = ("a.npy", npy(X.reshape(30, 64)[:, :56]))
    with pytest.raises(SizeNeeded, match="rows of 56 numbers, which make no square image"):
        survey(source)
    with pytest.raises(SizeNeeded, match="56 numbers and not 5 × 8 = 40"):
        survey(source, layout=(5, 8))
    found = survey(source, layout=(7, 8))
    assert found.proposal.layout == (7, 8)
    [sight] = look(source, replace(found.proposal, size=(12, 16)), (3,))
    assert sight.image.shape == (1, 12, 16)
    data = imported(source, tmp_path, layout=(7, 8))
    assert np.array_equal(data.images.numpy()[:, 0], X.reshape(30, 64)[:, :56].reshape(30, 7, 8))


def test_a_pickle_that_nests_what_it_names_without_end_is_not_read_out() -> None:
    """Thirty tuples, each of the one before it twice: written out they would fill every memory."""
    nested = b"".join(b"q%ch%c\x86" % (k, k) for k in range(30))
    call = b"cnumpy.core.multiarray\n_reconstruct\n)R"
    number = b"X\x01\x00\x00\x00a" + nested + b"X\x06\x00\x00\x00scalar\x93)R"
    content = b"\x80\x04" + call + b"(" + b"K\x00K\x00K\x00]" + b"(" + number + b"e" + b"tb."
    assert strings_in(content, 1) is None
