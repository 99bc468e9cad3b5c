"""What reads images that lie on the disk: own ones that were kept, and public sets."""

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np

from tests.fuzz.commands import told
from tests.fuzz.makers import ARRAY, PICTURES, idx, matlab
from tests.fuzz.parser import Parser, as_file
from tests.vae_core.data.files import python_2_pickle
from tests.vae_core.data.own.makers import npz, zipped
from vae_core.data.idx import read_idx
from vae_core.data.matlab import read_matrix
from vae_core.data.own import import_images, own_datasets
from vae_core.data.own.store import load
from vae_core.data.pickled_bytes import bytes_in_pickle


def _other_labels() -> bytes:
    """A second label of each picture."""
    lines = [f"{name},{'fm'[k % 2]}" for k, name in enumerate(PICTURES)]
    return "\n".join(["file,sex", *lines]).encode()


@cache
def _kept() -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        files = PICTURES | {"people.csv": _other_labels()}
        about = import_images(("kept.zip", zipped(files)), folder=Path(folder)).about
        return about.file.name, about.file.read_bytes()


def _found_again(content: bytes, folder: Path) -> object:
    """The own data of a folder where one file is this; a sound one beside it has to be there."""
    file, sound = _kept()
    other = f"{'0' * 64}.npz"
    (folder / other).write_bytes(sound)
    (folder / file).write_bytes(content)
    listed = told(["data", "--data-dir", str(folder)])
    assert "own-0000000000000000" in listed
    return [load(each.name, folder) for each in own_datasets(folder) if each.file.parent == folder]


def _inside(name: str) -> bytes:
    """An array of the kept file that holds JSON."""
    with np.load(io.BytesIO(_kept()[1])) as content:
        return cast(bytes, content[name].tobytes())


def _kept_with(name: str) -> Callable[[bytes, Path], object]:
    def reading(content: bytes, folder: Path) -> object:
        with np.load(io.BytesIO(_kept()[1])) as arrays:
            changed = {**arrays, name: np.frombuffer(content, np.uint8)}
        return _found_again(npz(**changed), folder)

    return reading


PARSERS = [
    Parser("kept-data", lambda: [_kept()[1]], _found_again),
    Parser("kept-about", lambda: [_inside("about")], _kept_with("about"), is_json=True),
    Parser(
        "kept-labels", lambda: [_inside("other_names")], _kept_with("other_names"), is_json=True
    ),
    Parser(
        "idx-of-mnist",
        lambda: [idx(ARRAY)],
        as_file(lambda file: read_idx(file, 3, "Remedy.")),
    ),
    Parser(
        "matrix",
        lambda: [matlab(ff=ARRAY[0])],
        as_file(lambda file: read_matrix(file, "ff", (8, 8), "Remedy.")),
    ),
    Parser(
        "pickled-bytes",
        lambda: [python_2_pickle(ARRAY.tobytes())],
        as_file(lambda file: bytes_in_pickle(file, ARRAY.size, "Remedy.")),
    ),
]
