"""What reads people's own images as they bring them: archives, arrays, tables, pictures."""

import contextlib
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.fuzz.makers import ARRAY, PICTURES, SMALL, idx, matlab
from tests.fuzz.parser import Parser
from tests.fuzz.tables import TABLES
from tests.vae_core.data.own.makers import encoded, npy, npz, photograph, tarred, zipped
from vae_core.data.own import import_images, look, one_image, survey
from vae_core.data.own.label_tables import table_of
from vae_core.data.own.object_strings import strings_in


def _looked_into(name: str) -> Callable[[bytes, Path], object]:
    def read(content: bytes, folder: Path) -> object:
        found = survey((name, content), limits=SMALL)
        seen = look((name, content), found.proposal, found.samples, limits=SMALL)
        with contextlib.suppress(OSError):
            import_images((name, content), folder=folder / "own", limits=SMALL)
        return seen

    return read


def _pixels() -> bytes:
    rows = [",".join(map(str, [k % 2, *image.ravel()])) for k, image in enumerate(ARRAY)]
    return "\n".join(["label," + ",".join(f"p{k}" for k in range(64)), *rows]).encode()


def _norb() -> bytes:
    sizes = struct.pack("<II4I", 0x1E3D4C55, 4, 6, 2, 8, 8)
    return sizes + np.stack([ARRAY, ARRAY], 1).astype(np.uint8).tobytes()


def _tasks() -> bytes:
    """An export of Label Studio's."""
    result = {"from_name": "kind", "value": {"choices": ["a"]}}
    return json.dumps(
        [{"data": {"image": f"{k}.png"}, "annotations": [{"result": [result]}]} for k in range(9)]
    ).encode()


def _table() -> bytes:
    return b"file,label\n" + b"".join(f"{k}.png,{k % 3}\n".encode() for k in range(9))


def _objects() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array(["cat", "dog", None] * 2, dtype=object), allow_pickle=True)
    return stream.getvalue()


def _pictures_of_all_kinds() -> list[bytes]:
    picture = photograph(1, (24, 20))
    kinds = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "JPEG2000", "AVIF"]
    Image.init()
    return [
        *(encoded(picture, kind) for kind in kinds if kind in Image.SAVE),
        encoded(picture.convert("L"), "TIFF", compression="tiff_lzw"),
        encoded(picture.convert("P"), "PNG", transparency=3),
        encoded(picture.convert("RGBA"), "PNG", icc_profile=b"x" * 4000),
    ]


PARSERS = [
    Parser("npy", lambda: [npy(ARRAY), npy(ARRAY / 255.0)], _looked_into("x.npy")),
    Parser("npz", lambda: [npz(x=ARRAY, y=np.arange(6) % 2)], _looked_into("x.npz")),
    Parser(
        "npy-within-npz",
        lambda: [npy(ARRAY), npy(np.arange(6)), npy(np.eye(6))],
        lambda content, folder: _looked_into("x.npz")(
            zipped({"x.npy": npy(ARRAY), "y.npy": content}), folder
        ),
    ),
    Parser(
        "objects",
        lambda: [_objects()],
        lambda content, folder: _looked_into("x.npz")(
            zipped({"x.npy": npy(ARRAY), "y.npy": content}), folder
        ),
    ),
    Parser(
        "object-strings",
        lambda: [_objects()[128:]],
        lambda content, folder: strings_in(content, 6),
    ),
    Parser("zip", lambda: [zipped(PICTURES)], _looked_into("x.zip")),
    Parser("stored-zip", lambda: [zipped(PICTURES, zipfile.ZIP_STORED)], _looked_into("x.zip")),
    Parser(
        "tar", lambda: [gzip.compress(tarred(PICTURES)), tarred(PICTURES)], _looked_into("x.tar.gz")
    ),
    Parser("idx", lambda: [idx(ARRAY)], _looked_into("train-images-idx3-ubyte")),
    Parser(
        "idx-within-gzip",
        lambda: [idx(ARRAY)],
        lambda content, folder: _looked_into("x-idx3-ubyte.gz")(gzip.compress(content), folder),
    ),
    Parser(
        "matlab",
        lambda: [
            matlab(x=ARRAY, y=np.arange(6), s=np.array("a")),
            matlab(dataset={"train": {"images": ARRAY, "labels": np.arange(6)}}),
        ],
        _looked_into("x.mat"),
    ),
    Parser("norb", lambda: [_norb()], _looked_into("x-dat.mat")),
    Parser("pixels", lambda: [_pixels()], _looked_into("x.csv")),
    *(Parser(each.name, each.examples, _looked_into(each.file)) for each in TABLES),
    Parser(
        "label-table",
        lambda: [_table()],
        lambda content, folder: table_of(content, "t.csv", [f"{k}.png" for k in range(9)]),
    ),
    Parser(
        "label-table-of-json",
        lambda: [
            json.dumps([{"file": f"{k}.png", "label": k % 3} for k in range(9)]).encode(),
            _tasks(),
        ],
        lambda content, folder: table_of(content, "t.json", [f"{k}.png" for k in range(9)]),
        is_json=True,
    ),
    Parser(
        "picture",
        _pictures_of_all_kinds,
        lambda content, folder: one_image("p.png", content, (1, 8, 8), "any"),
    ),
]
