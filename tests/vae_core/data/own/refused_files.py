"""Files that are refused, and what the sentence says: one line each."""
# ruff: noqa: E501  a table is read along its lines

import io
import os
import struct
import zipfile
import zlib

import numpy as np

from tests.vae_core.data.own.makers import encoded, grey, npy, npz, photograph, png, zipped
from vae_core.data.own import Limits

TWO = {"a.png": png(10), "b.png": png(20)}
SMALL = Limits(
    images=5,
    files=8,
    pixels=100_000,
    file_bytes=50_000,
    source_bytes=300_000,
    unpacked_bytes=200_000,
    ratio=20,
    ratio_floor=60_000,
    kept_bytes=20_000,
)


def link_in_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in TWO.items():
            archive.writestr(name, data)
        member = zipfile.ZipInfo("c.png")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return stream.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(TWO))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def lying_png(width: int, height: int) -> bytes:
    """A PNG whose header announces a size that its few bytes do not hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def lying_zip() -> bytes:
    """A ZIP whose directory says that 200,000 bytes are ten."""
    data = bytearray(zipped({"a.png": b"\0" * 200_000, "b.png": png()}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def lying_npy() -> bytes:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000000, 8, 8)}\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\0" * 64


FLOATS = np.zeros((3, 8, 8), np.float32)
NAN = FLOATS.copy()
NAN[0, 0, 0] = np.nan
INFINITE = FLOATS.copy()
INFINITE[1, 2, 3] = np.inf
OBJECTS = np.array([np.zeros((8, 8)), np.zeros((9, 9))], dtype=object)
GOOD = np.zeros((3, 8, 8), np.uint8)

# name of the file, its bytes, what the sentence says
TABLE: list[tuple[str, bytes, str]] = [
    ("text.zip", zipped({"a.png": png(), "b.png": b"hello"}), "b.png in text.zip is not a PNG, JPEG"),
    ("cut.zip", zipped({"a.png": png(), "b.png": encoded(photograph(0))[:900]}), "b.png in cut.zip is a damaged picture"),
    ("words.txt", b"hello there", "words.txt is neither a ZIP of pictures nor an .npz"),
    ("model.pt", b"\x80\x02}q\x00.", "model.pt is a pickle, which could run code"),
    ("torch.pt", zipped({"x/data.pkl": b"\x80\x02.", "x/version": b"3"}), "torch.pt is a file of PyTorch's"),
    ("nothing.zip", b"", "nothing.zip is empty"),
    ("hollow.zip", zipped({}), "hollow.zip is empty"),
    ("notes.zip", zipped({"a.txt": b"a", "b.txt": b"b"}), "holds no pictures among its 2 files"),
    ("litter.zip", zipped({"__MACOSX/._a.png": b"x", ".DS_Store": b"x"}), "litter.zip is empty"),
    ("one.zip", zipped({"a.png": png()}), "one.zip holds one picture only"),
    ("one.png", png(), "one.png is a single file"),
    ("up.zip", zipped({**TWO, "../c.png": png()}), "“../c.png”, a path that leads out"),
    ("deep.zip", zipped({**TWO, "x/../../c.png": png()}), "a path that leads out"),
    ("root.zip", zipped({**TWO, "/etc/c.png": png()}), "“/etc/c.png”, a path that leads out"),
    ("drive.zip", zipped({**TWO, "C:\\c.png": png()}), "“C:/c.png”, a path that leads out"),
    ("back.zip", zipped({**TWO, "..\\c.png": png()}), "“../c.png”, a path that leads out"),
    ("link.zip", link_in_zip(), "holds the link “c.png”"),
    ("secret.zip", encrypted(), "secret.zip is encrypted (“a.png”)"),
    ("nested.zip", zipped({**TWO, "in/c.zip": zipped(TWO)}), "another archive, “in/c.zip”"),
    ("bz.zip", zipped(TWO, zipfile.ZIP_BZIP2), "packs “a.png” with method 12"),
    ("half.zip", zipped(TWO)[:80], "half.zip is damaged"),
    ("bent.zip", zipped(TWO, zipfile.ZIP_STORED).replace(b"IDAT", b"IDOT"), "in bent.zip is damaged"),
    ("many.zip", zipped({f"{i}.png": png(i) for i in range(6)}), "holds 6 pictures, more than the 5"),
    ("files.zip", zipped({f"{i}.txt": b"" for i in range(9)}), "holds more than 8 files"),
    ("heavy.zip", zipped({**TWO, "c.png": os.urandom(60_000)}), "c.png in heavy.zip is larger than the 50,000"),
    ("huge.zip", os.urandom(1).join([zipped(TWO), b"\0" * 300_000]), "huge.zip is larger than the 300,000"),
    ("total.zip", zipped({f"{i}.bmp": encoded(photograph(i, (120, 120)), "BMP") for i in range(5)}), "unpacks to more than 200,000"),
    ("bomb.zip", zipped({f"{i}.bmp": encoded(grey(0, (200, 200)), "BMP") for i in range(4)}), "more than 20 times its own size"),
    ("lies.zip", lying_zip(), "a.png in lies.zip is damaged"),
    ("wide.zip", zipped({"a.png": lying_png(50_000, 40_000), "b.png": png()}), "a.png in wide.zip"),
    ("large.zip", zipped({"a.png": png(0, (400, 300)), "b.png": png()}), "has 300 × 400 pixels, more than the 100,000"),
    ("objects.npz", npz(images=OBJECTS), "objects.npz holds Python objects"),
    ("objects.npy", npy(OBJECTS), "objects.npy holds Python objects"),
    ("mixed.npz", npz(a=GOOD, b=np.zeros((3, 9, 9), np.uint8)), "mixes shapes: “a” holds images of 8 × 8 × 1, “b” of 9 × 9 × 1"),
    ("single.npz", npz(images=GOOD[:1]), "single.npz holds 1 image: bring at least two"),
    ("none.npz", npz(images=GOOD[:0]), "none.npz holds 0 images"),
    ("flat.npy", npy(np.zeros((10, 60), np.uint8)), "flat.npy has rows of 60 numbers, which make no square image"),
    ("square.npy", npy(np.zeros((64, 64), np.uint8)), "square.npy is 64 × 64: one picture, or flat images?"),
    ("colour.npy", npy(np.zeros((20, 30, 3), np.uint8)), "colour.npy is one picture of 20 × 30 in colour"),
    ("video.npy", npy(np.zeros((2, 3, 8, 8, 1), np.uint8)), "images have 3 or 4 dimensions"),
    ("two.npy", npy(np.zeros((10, 8, 8, 2), np.uint8)), "has the shape [10, 8, 8, 2]"),
    ("nan.npz", npz(images=NAN), "nan.npz holds NaN or infinity in 1 place"),
    ("inf.npy", npy(INFINITE), "inf.npy holds NaN or infinity in 1 place"),
    ("minus.npy", npy(FLOATS - 2), "holds values from −2 to −2"),
    ("far.npy", npy(FLOATS + 70_000), "holds values from 70,000 to 70,000"),
    ("black.npy", npy(FLOATS), "gives 3 images that are all black"),
    ("complex.npy", npy(FLOATS.astype(np.complex64)), "of the type complex64"),
    ("labels.npz", npz(images=GOOD, labels=np.arange(2)), "3 images but 2 labels in “labels”"),
    ("short.npy", npy(GOOD)[:-5], "short.npy is damaged: it announces 192 bytes but holds 187"),
    ("lies.npy", lying_npy(), "lies.npy is damaged: it announces"),
    ("not.npz", b"hello there", "not.npz is damaged: it does not begin as a .npz file does"),
]  # fmt: skip
