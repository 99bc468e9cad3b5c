"""A data set in many files beside each other is read as one, in order."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import Tensor

from tests.vae_core.data.own.makers import encoded, grey, imported, npy, npz, zipped
from vae_core.data import Dataset
from vae_core.data.own import survey

RANDOM = np.random.RandomState(1)
COUNT = 12  # files; more than nine, so that 10 must not come before 2
X = RANDOM.randint(0, 256, (COUNT * 4, 8, 8)).astype(np.uint8)
Y = RANDOM.permutation(np.arange(COUNT * 4) % 3)


def csv(images: np.ndarray, labels: np.ndarray, last: bool = False) -> bytes:
    flat = images.reshape(len(images), -1)
    columns = (flat, labels[:, None]) if last else (labels[:, None], flat)
    return "\n".join(",".join(map(str, row)) for row in np.hstack(columns)).encode()


def parquet(images: np.ndarray, labels: np.ndarray) -> bytes:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pictures = [encoded(Image.fromarray(image)) for image in images]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"image": pictures, "label": labels}), sink)
    return bytes(sink.getvalue())


Make = Callable[[int, np.ndarray, np.ndarray], dict[str, bytes]]
FORMS: dict[str, Make] = {
    "CSV": lambda k, x, y: {f"rows-{k}.csv": csv(x, y)},
    "CSV, label last": lambda k, x, y: {f"rows-{k:02d}.csv": csv(x, y, last=True)},
    "npz": lambda k, x, y: {f"part-{k}.npz": npz(x=x, y=y)},
    "npy": lambda k, x, y: {f"images_{k}.npy": npy(x), f"labels_{k}.npy": npy(y)},
    "npy in folders": lambda k, x, y: {f"x/{k:03d}.npy": npy(x), f"y/{k:03d}.npy": npy(y)},
    "Parquet": lambda k, x, y: {f"part-{k:05d}-of-00012.parquet": parquet(x, y)},
}


def files(form: str, parts: bool) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for k in reversed(range(COUNT)):
        rows = slice(4 * k, 4 * k + 4)
        part = ("test/" if k > 8 else "train/") if parts else ""
        made = FORMS[form](k, X[rows], Y[rows])
        found |= {f"{part}{name}": data for name, data in made.items()}
    return found


def of_part(data: Dataset, part: str) -> tuple[Tensor, Tensor | None]:
    found = data.split(part)
    return found.images, found.labels


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("parts", [False, True])
def test_files_of_some_rows_each_are_one_data_set_in_the_order_of_their_numbers(
    form: str, parts: bool, tmp_path: Path
) -> None:
    source = ("x.zip", zipped(files(form, parts)))
    data = imported(source, tmp_path)
    rows = {"train": slice(0, 36), "test": slice(36, 48)} if parts else {"all": slice(0, 48)}
    for part, its in rows.items():
        images, labels = (data.images, data.labels) if part == "all" else of_part(data, part)
        assert np.array_equal(images[:, 0].numpy(), X[its])
        assert labels is not None
        assert [data.class_names[k] for k in labels.tolist()] == [str(y) for y in Y[its]]
    if form != "Parquet":
        assert any("12 arrays of images follow each other" in n for n in survey(source).notes)


def test_tables_of_pictures_without_labels_are_no_classes_of_their_own(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    found = {}
    for k in range(3):
        sink = pa.BufferOutputStream()
        pictures = [encoded(grey(40 * k + i)) for i in range(4)]
        pq.write_table(pa.table({"image": pictures}), sink)
        found[f"data/part-{k}.parquet"] = bytes(sink.getvalue())
    data = imported(("x.zip", zipped(found)), tmp_path)
    assert data.labels is None
    assert data.images[:, 0, 0, 0].tolist() == [40 * k + i for k in range(3) for i in range(4)]


def test_a_part_without_labels_takes_none_from_another(tmp_path: Path) -> None:
    source = zipped({"train.npz": npz(x=X[:30], y=Y[:30]), "test.npz": npz(x=X[30:])})
    data = imported(("x.zip", source), tmp_path)
    train, test = data.split("train"), data.split("test")
    assert train.labels is not None
    assert test.labels is not None
    assert [data.class_names[k] for k in train.labels.tolist()] == [str(y) for y in Y[:30]]
    assert {data.class_names[k] for k in test.labels.tolist()} == {"no label"}


@pytest.mark.parametrize("size", [None, (6, 10)])
def test_shards_of_flat_images_that_make_no_square_follow_what_was_said_of_them(
    size: tuple[int, int] | None,
) -> None:
    shards = {f"{k}.npy": npy(RANDOM.randint(0, 256, (9, 60)).astype(np.uint8)) for k in range(5)}
    found = survey(("x.zip", zipped(shards)), layout=size)
    assert found.count == (5 if size is None else 45)
