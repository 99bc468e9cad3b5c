"""Pictures of every kind that people have, held against the pixels that they must become."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from tests.vae_core.data.own.makers import (
    encoded,
    grey,
    imported,
    laid_out,
    line_drawing,
    photograph,
    pictures,
    zipped,
)
from vae_core.data.own import Choice, look, survey
from vae_core.errors import AtlasError


def of_two(data: bytes, folder: Path, name: str = "a.png", **choice: object) -> Tensor:
    """Import a picture beside another of its size and return its pixels [C, H, W]."""
    other = encoded(Image.new("RGB", Image.open(io.BytesIO(data)).size, "white"))
    return imported([(name, data), ("b.png", other)], folder, **choice).images[0]


def test_photographs_of_64_pixels_come_through_untouched(tmp_path: Path) -> None:
    photos = [photograph(i) for i in range(20)]
    data = {f"holiday/{i}.png": encoded(picture) for i, picture in enumerate(photos)}
    dataset = imported(laid_out(tmp_path / "photos", data), tmp_path / "kept")
    assert dataset.image_shape == (3, 64, 64)
    assert dataset.title == "photos"
    assert dataset.labels is None
    assert {name: len(index) for name, index in dataset.splits.items()} == {"train": 18, "test": 2}
    for image, picture in zip(dataset.images, photos, strict=True):
        assert np.array_equal(image.permute(1, 2, 0).numpy(), np.asarray(picture))


def test_line_drawings_become_28_pixels_of_grey_and_lose_no_ink(tmp_path: Path) -> None:
    data = {
        f"{alphabet}/{i}.png": encoded(line_drawing(7 * i))
        for alphabet in ("Greek", "Latin")
        for i in range(6)
    }
    dataset = imported(laid_out(tmp_path / "in", data), tmp_path / "kept")
    assert dataset.image_shape == (1, 28, 28)
    assert dataset.class_names == ("Greek", "Latin")
    original = 255 - np.asarray(line_drawing(0).convert("L")).astype(float)
    seen = 255 - dataset.images[0, 0].numpy().astype(float)
    assert seen.mean() == pytest.approx(original.mean(), rel=0.03)


def test_sixteen_bits_are_scaled_to_eight_without_stretching(tmp_path: Path) -> None:
    levels = np.array([[0, 257, 32896, 65535], [128, 129, 1000, 65000]] * 4, np.uint16)
    image = of_two(encoded(Image.fromarray(levels)), tmp_path, mode="grey")
    assert np.array_equal(image[0].numpy(), np.rint(levels / 257).astype(np.uint8))


def test_a_cmyk_jpeg_has_the_colours_that_it_shows(tmp_path: Path) -> None:
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # magenta and yellow: red
    image = of_two(encoded(ink, "JPEG", quality=95), tmp_path, "a.jpg")
    assert image.shape == (3, 16, 16)
    assert image[0].min() > 245
    assert image[1:].max() < 10


def test_a_palette_with_transparency_lies_on_white(tmp_path: Path) -> None:
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.paste(1, (4, 0, 8, 8))
    image = of_two(encoded(picture, transparency=0), tmp_path)  # red is the hole
    assert image[:, 0, 0].tolist() == [255, 255, 255]
    assert image[:, 0, 7].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("mode", "colour", "becomes"),
    [
        ("RGBA", (255, 0, 0, 0), [255, 255, 255]),
        ("RGBA", (255, 0, 0, 255), [255, 0, 0]),
        ("RGBA", (0, 0, 0, 128), [127, 127, 127]),
        ("LA", (0, 0), [255]),
        ("LA", (40, 255), [40]),
        ("1", 1, [255]),
    ],
)
def test_transparency_lies_on_white(
    mode: str, colour: int | tuple[int, ...], becomes: list[int], tmp_path: Path
) -> None:
    data = encoded(Image.new(mode, (8, 8), colour))
    image = of_two(data, tmp_path, mode="rgb" if len(becomes) == 3 else "grey")
    assert image[:, 3, 3].tolist() == becomes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_turned_upright(orientation: int, tmp_path: Path) -> None:
    upright = np.zeros((12, 8), np.uint8)
    upright[:6, :4] = 250  # top left
    upright[6:, :4] = 120  # bottom left
    turns = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(turns[orientation].copy()), "PNG", exif=exif)
    dataset = imported([("a.png", data), ("b.png", data)], tmp_path)
    assert dataset.image_shape == (1, 12, 8)
    assert np.array_equal(dataset.images[0, 0].numpy(), upright)


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.webp", "WEBP", {"lossless": True}),
        ("a.bmp", "BMP", {}),
        ("A.JPG", "JPEG", {"quality": 100}),
        ("a.jpeg", "JPEG", {"quality": 100}),
        ("a.gif", "GIF", {}),
        ("a.ppm", "PPM", {}),
    ],
)
def test_every_kind_of_file_is_read(
    name: str, kind: str, options: dict[str, object], tmp_path: Path
) -> None:
    image = of_two(
        encoded(Image.new("RGB", (8, 8), (200, 100, 40)), kind, **options), tmp_path, name
    )
    assert (image[:, 4, 4].int() - torch.tensor([200, 100, 40])).abs().max() <= 3


def test_the_first_frame_of_a_gif_is_taken(tmp_path: Path) -> None:
    frames = [grey(level) for level in (30, 90, 200)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert of_two(data, tmp_path, "a.gif", mode="grey").unique().tolist() == [30]


def test_cropping_cuts_both_sides_and_padding_adds_the_borders_colour(tmp_path: Path) -> None:
    wide = Image.new("L", (40, 20), 200)
    wide.paste(100, (10, 0, 30, 20))
    files = [("a.png", encoded(wide)), ("b.png", encoded(grey(0, (10, 10))))]
    cropped = imported(files, tmp_path, size=(10, 10), fit="crop").images[0, 0]
    assert cropped[:, 1:-1].unique().tolist() == [100]
    padded = imported(files, tmp_path, size=(10, 10), fit="pad").images[0, 0]
    assert padded[0].unique().tolist() == [200]
    assert padded[5, [0, 5, 9]].tolist() == [200, 100, 200]


def test_shrinking_takes_a_mean(tmp_path: Path) -> None:
    checks = np.indices((32, 32)).sum(axis=0) % 2 * 200
    data = encoded(Image.fromarray(checks.astype(np.uint8)))
    image = of_two(data, tmp_path, size=(8, 8), mode="grey")
    assert (image.float() - 100).abs().max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG"])
def test_a_picture_is_turned_once(kind: str, orientation: int) -> None:
    upright = Image.new("L", (40, 24), 255)
    ImageDraw.Draw(upright).polygon([(2, 2), (20, 2), (2, 20)], fill=0)
    back = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    stored = upright
    for turn in back.get(orientation, []):
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[274] = orientation
    content = encoded(stored, kind, exif=exif)
    other = encoded(Image.new("L", (40, 24), 9), "PNG")
    source = ("x.zip", zipped({f"a.{kind.lower()}": content, "b.png": other}))
    sight, _ = look(source, Choice((24, 40), "grey", "crop"), (0, 1))
    assert np.abs(sight.image[0].astype(int) - np.asarray(upright)).mean() < 6


def test_of_pictures_with_several_frames_the_first_is_used_and_that_is_said(tmp_path: Path) -> None:
    frames = [grey(level) for level in (30, 90, 200)]
    folder = tmp_path / "moving"
    folder.mkdir()
    for k in range(4):
        frames[0].save(folder / f"{k}.tif", save_all=True, append_images=frames[1:])
    notes = survey(folder).notes
    assert any("several frames or pages (such as 0.tif)" in note for note in notes)
    assert not any("frames" in note for note in survey(("x.zip", zipped(pictures(5)))).notes)


def deep_png(values: np.ndarray) -> bytes:
    """A PNG of 16 bits a colour, which Pillow does not write; `values` are uint16 [H, W, C]."""
    height, width, channels = values.shape
    kind = {2: 4, 3: 2, 4: 6}[channels]

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def deep_tiff(values: np.ndarray, photometric: int, order: str = "<") -> bytes:
    """A TIFF of 16 bits a value, uint16 [H, W, C], in one strip."""
    height, width, channels = values.shape
    pixels = values.astype(f"{order}u2").tobytes()
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, 16), (259, 3, 1, 1),
        (262, 3, 1, photometric), (273, 4, 1, 8), (277, 3, 1, channels), (278, 4, 1, height),
        (279, 4, 1, len(pixels)),
    ]  # fmt: skip
    where = 8 + len(pixels)
    after = where + 2 + 12 * len(entries) + 4
    body = struct.pack(f"{order}H", len(entries))
    for tag, kind, count, value in entries:
        if count > 2:
            field = struct.pack(f"{order}I", after)
        else:
            field = struct.pack(f"{order}H2x" if kind == 3 else f"{order}I", value)
        body += struct.pack(f"{order}HHI", tag, kind, count) + field
    bits = struct.pack(f"{order}{channels}H", *[16] * channels)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", where)
    return head + pixels + body + struct.pack(f"{order}I", 0) + bits


LEVELS = np.random.RandomState(2).randint(0, 256, (8, 8, 3)).astype(np.uint16)
DEEP_COLOURS = {
    "PNG": ("png", deep_png),
    "TIFF": ("tif", lambda values: deep_tiff(values, 2)),
    "TIFF, high byte first": ("tif", lambda values: deep_tiff(values, 2, ">")),
}


@pytest.mark.parametrize("form", DEEP_COLOURS)
def test_sixteen_bits_a_colour_keep_their_brightness(form: str, tmp_path: Path) -> None:
    suffix, write = DEEP_COLOURS[form]
    files = [(f"{k}.{suffix}", write((LEVELS + k) % 256 * 257)) for k in range(2)]
    data = imported(files, tmp_path)
    assert np.array_equal(data.images[0].permute(1, 2, 0).numpy(), LEVELS)


@pytest.mark.parametrize("form", DEEP_COLOURS)
@pytest.mark.parametrize("largest", [255, 1023, 4095])
def test_sixteen_bits_a_colour_that_are_mostly_empty_are_refused(form: str, largest: int) -> None:
    suffix, write = DEEP_COLOURS[form]
    files = [(f"{k}.{suffix}", write((LEVELS + k) % 256 * (largest // 255))) for k in range(2)]
    with pytest.raises(AtlasError, match="has 16 bits a colour, and no value above 4,095"):
        survey(files)


@pytest.mark.parametrize("largest", [65_535, 4095])
def test_white_is_white_in_a_deep_tiff_that_counts_from_it(largest: int, tmp_path: Path) -> None:
    values = LEVELS[..., :1].astype(np.int64) * largest // 255
    values[0, 0], values[0, 1] = 0, largest
    files = []
    for photometric in (0, 1):
        stored = largest - values if photometric == 0 else values
        files.append((f"{photometric}.tif", deep_tiff(stored.astype(np.uint16), photometric)))
    counted_from_white, usual = imported(files, tmp_path, mode="grey").images
    assert (counted_from_white.int() - usual.int()).abs().max() <= 1
    assert (usual[0, 0, 0], usual[0, 0, 1]) == (0, 255)
