"""`digits`: the 1,797 handwritten digits of 8 x 8 pixels that scikit-learn carries."""

import gzip
import zlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vae_core.data.dataset import Dataset
from vae_core.data.source import Source
from vae_core.errors import AtlasError
from vae_core.sentences import why

COUNT = 1797
TEST_PER_CLASS = 30
REMEDY = "Install scikit-learn 1.2 or newer again (`make install`)."
LICENCE = "CC BY 4.0 (UCI Machine Learning Repository)"
PROVENANCE = (
    "Test set of “Optical Recognition of Handwritten Digits” (E. Alpaydin and C. Kaynak, UCI "
    "Machine Learning Repository, 1998), as shipped in the scikit-learn wheel; values 0..16 are "
    "scaled to 0..255."
)


def _file() -> Path | None:
    # The wheel's file is read without importing scikit-learn, which takes a second.
    spec = find_spec("sklearn")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        return Path(folder) / "datasets" / "data" / "digits.csv.gz"
    return None


def _locate(_: Path) -> list[Path]:
    file = _file()
    return [file] if file is not None and file.is_file() else []


def _load(_: Path) -> Dataset:
    file = _file()
    if file is None:
        raise AtlasError(
            f"The dataset digits comes with scikit-learn, which is not installed. {REMEDY}"
        )
    table = _read_table(file)
    # Rows hold 64 values of 0..16, then the label.
    pixels = np.rint(table[:, :64] * (255 / 16)).astype(np.uint8).reshape(COUNT, 1, 8, 8)
    labels = torch.from_numpy(table[:, 64].astype(np.int64))
    return Dataset(
        name="digits",
        title=SOURCE.title,
        images=torch.from_numpy(pixels),
        labels=labels,
        class_names=tuple(str(digit) for digit in range(10)),
        splits=_splits(labels),
        provenance=PROVENANCE,
        licence=LICENCE,
    )


def _read_table(file: Path) -> np.ndarray:
    """float64 [1797, 65], checked."""
    try:
        with gzip.open(file, "rt", encoding="ascii") as lines:
            table = np.loadtxt(lines, delimiter=",", ndmin=2)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise AtlasError(f"{file} cannot be read ({why(error)}). {REMEDY}") from error
    if table.shape != (COUNT, 65):
        raise AtlasError(f"{file} holds a table of {table.shape}, not ({COUNT}, 65). {REMEDY}")
    pixels, labels = table[:, :64], table[:, 64]
    if pixels.min() < 0 or pixels.max() > 16 or not np.isin(labels, np.arange(10)).all():
        raise AtlasError(f"{file} holds values outside 0..16 or labels outside 0..9. {REMEDY}")
    return table


def _splits(labels: Tensor) -> dict[str, Tensor]:
    """300 test images, 30 of each class, chosen once and for all; the file's order is kept."""
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(0)
    test = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        members = np.flatnonzero(labels.numpy() == digit)
        test[random.permutation(members)[:TEST_PER_CLASS]] = True
    return {
        "train": torch.from_numpy(np.flatnonzero(~test)),
        "test": torch.from_numpy(np.flatnonzero(test)),
    }


SOURCE = Source(
    name="digits",
    title="Digits, 8 × 8",
    image_shape=(1, 8, 8),
    counts={"train": COUNT - 10 * TEST_PER_CLASS, "test": 10 * TEST_PER_CLASS},
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda _: "comes with scikit-learn",
    locate=_locate,
    load=_load,
    order=20,
    embedded=True,
    likeness="light-on-dark",
)
