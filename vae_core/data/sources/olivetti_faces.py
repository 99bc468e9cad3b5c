"""`olivetti-faces`: 400 photographs of 40 people, 64 x 64, ten of each."""

from pathlib import Path

import numpy as np
import torch

from vae_core.data import mirrors
from vae_core.data.dataset import Dataset
from vae_core.data.matlab import read_matrix
from vae_core.data.source import Source, find_any, folder_of, remedy
from vae_core.errors import AtlasError

PEOPLE, EACH, SIDE = 40, 10, 64
TEST_EACH = 2
FILES = ("olivettifaces.mat",)
REMEDY = remedy("olivetti-faces", FILES[0])
LICENCE = "free use with credit to AT&T Laboratories Cambridge; shows people who can be recognised"
PROVENANCE = (
    "The Olivetti (later AT&T, ORL) database of faces, taken 1992 to 1994 at the Olivetti Research "
    "Laboratory, Cambridge, reduced to 64 × 64 by way of Sam Roweis' data page. The people in it "
    "can be recognised: show them with care."
)


def read_faces(file: Path) -> np.ndarray:
    """uint8 [400, 64, 64], ten of each person in a row. Raises AtlasError."""
    matrix = read_matrix(file, "faces", (SIDE * SIDE, PEOPLE * EACH), REMEDY)
    # A column is a face, and MATLAB counts down its columns first.
    return np.ascontiguousarray(matrix.T.reshape(-1, SIDE, SIDE).transpose(0, 2, 1))


def _locate(data: Path) -> list[Path]:
    file = find_any(data, "olivetti-faces", FILES)
    return [file] if file is not None else []


def _load(data: Path) -> Dataset:
    file = find_any(data, "olivetti-faces", FILES)
    if file is None:
        raise AtlasError(
            f"The Olivetti faces were looked for in {data / 'olivetti-faces'} and {data}, but "
            f"{FILES[0]} is not there. {REMEDY}"
        )
    labels = torch.arange(PEOPLE).repeat_interleave(EACH)
    test = _test_images()
    return Dataset(
        name="olivetti-faces",
        title=SOURCE.title,
        images=torch.from_numpy(read_faces(file)[:, None]),
        labels=labels,
        class_names=tuple(f"person {number}" for number in range(1, PEOPLE + 1)),
        splits={
            "train": torch.from_numpy(np.flatnonzero(~test)),
            "test": torch.from_numpy(np.flatnonzero(test)),
        },
        provenance=PROVENANCE,
        licence=LICENCE,
    )


def _test_images() -> np.ndarray:
    """bool [400]: two pictures of each person, chosen once and for all."""
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(0)
    test = np.zeros((PEOPLE, EACH), dtype=bool)
    for person in test:
        person[random.permutation(EACH)[:TEST_EACH]] = True
    return test.ravel()


SOURCE = Source(
    name="olivetti-faces",
    title="Olivetti faces",
    image_shape=(1, SIDE, SIDE),
    counts={"train": PEOPLE * (EACH - TEST_EACH), "test": PEOPLE * TEST_EACH},
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda data: str(folder_of(_locate(data), data / "olivetti-faces")),
    locate=_locate,
    load=_load,
    remote=mirrors.OLIVETTI_FACES,
    files=FILES[0],
    order=80,
)
