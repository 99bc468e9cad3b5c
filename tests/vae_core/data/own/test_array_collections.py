"""Arrays in one file or in several: which are images, which labels are whose, which are parts."""

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.files import write_matlab
from tests.vae_core.data.own.makers import imported, kinds_by_file, npy, npz, photograph, zipped
from vae_core.data import Dataset
from vae_core.data.own import survey
from vae_core.errors import AtlasError

RANDOM = np.random.RandomState(3)
X = RANDOM.randint(0, 256, (50, 8, 8)).astype(np.uint8)
Y = np.arange(50) % 4


def idx(array: np.ndarray) -> bytes:
    head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def check(data: Dataset, split: str, images: np.ndarray, labels: np.ndarray) -> None:
    """That a split holds just these images with the classes of these numbers."""
    found = data.split(split)
    assert np.array_equal(found.images[:, 0].numpy(), images)
    assert found.labels is not None
    assert [data.class_names[k] for k in found.labels.tolist()] == [str(k) for k in labels]


@pytest.mark.parametrize("dot", ["-", "."])
@pytest.mark.parametrize("twice", [False, True])
def test_the_files_of_mnist_keep_their_test_set_and_its_labels(
    dot: str, twice: bool, tmp_path: Path
) -> None:
    files = {
        f"raw/train-images{dot}idx3-ubyte": idx(X[:35]),
        f"raw/train-labels{dot}idx1-ubyte": idx(Y[:35]),
        f"raw/t10k-images{dot}idx3-ubyte": idx(X[35:]),
        f"raw/t10k-labels{dot}idx1-ubyte": idx(Y[35:]),
    }
    if twice:  # as they were downloaded, beside what was unpacked from them
        files |= {f"{name}.gz": gzip.compress(data) for name, data in files.items()}
    data = imported(("mnist.zip", zipped(files)), tmp_path)
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])
    assert len(data.images) == 50


def of_folders() -> Mapping[str, bytes]:
    return {
        "train/X.npy": npy(X[:35]), "train/y.npy": npy(Y[:35]),
        "test/X.npy": npy(X[35:]), "test/y.npy": npy(Y[35:]),
    }  # fmt: skip


def of_matrices(folder: Path) -> Mapping[str, bytes]:
    parts = {"train_8x8.mat": slice(None, 35), "test_8x8.mat": slice(35, None)}
    for name, part in parts.items():
        write_matlab(folder / name, False, X=X[part], y=Y[part][:, None])
    return {name: (folder / name).read_bytes() for name in parts}


@pytest.mark.parametrize("form", ["folders", "matrices"])
def test_arrays_of_one_name_in_several_files_are_all_read(form: str, tmp_path: Path) -> None:
    files = of_folders() if form == "folders" else of_matrices(tmp_path)
    data = imported(("x.zip", zipped(files)), tmp_path / "own")
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])


def test_batches_beside_a_test_batch_are_what_is_trained_on(tmp_path: Path) -> None:
    parts = {
        "data_batch_1": slice(0, 20),
        "data_batch_2": slice(20, 40),
        "test_batch": slice(40, 50),
    }
    for name, part in parts.items():
        write_matlab(tmp_path / f"{name}.mat", False, data=X[part], labels=Y[part][:, None])
    files = {f"{name}.mat": (tmp_path / f"{name}.mat").read_bytes() for name in parts}
    data = imported(("cifar.zip", zipped(files)), tmp_path / "own")
    check(data, "train", X[:40], Y[:40])
    check(data, "test", X[40:], Y[40:])


@pytest.mark.parametrize("side", [8, 16, 28])
def test_half_the_side_shrinks_flat_images_and_never_makes_four_channels_of_them(
    side: int, tmp_path: Path
) -> None:
    ramp = np.tile(np.linspace(0, 255, side), (side, 1))
    flat = np.stack([ramp.ravel(), ramp.T.ravel(), (255 - ramp).ravel()]).astype(np.uint8)
    data = imported(("flat.npy", npy(flat)), tmp_path, size=(side // 2, side // 2))
    assert data.image_shape == (1, side // 2, side // 2)
    across = data.images[0, 0].numpy().astype(int)
    assert (np.diff(across, axis=1) > 0).all()
    assert (np.diff(across, axis=0) == 0).all()


@pytest.mark.parametrize("ids", ["ids", "id", "idx", "train_idx", "image_id"])
def test_numbers_of_images_are_no_classes(ids: str, tmp_path: Path) -> None:
    content = npz(images=X, **{ids: np.arange(50) + 1000}, labels=Y)
    data = imported(("x.npz", content), tmp_path)
    assert data.class_names == ("0", "1", "2", "3")


@pytest.mark.parametrize("first", [0, 1])
def test_names_of_classes_are_counted_from_where_the_labels_are(first: int, tmp_path: Path) -> None:
    names = np.array(["ant", "bee", "cat", "dog"])
    content = npz(images=X, labels=Y + first, class_names=names)
    data = imported(("x.npz", content), tmp_path)
    assert data.labels is not None
    called = [data.class_names[k] for k in data.labels.tolist()]
    order = np.concatenate([data.splits["train"].numpy(), data.splits["test"].numpy()])
    assert len(order) == 50
    assert called == [str(names[k]) for k in Y]


def test_labels_in_a_column_of_another_length_are_refused_as_a_row_is(tmp_path: Path) -> None:
    for labels in (Y[:40], Y[:40, None]):
        with pytest.raises(AtlasError, match="holds 50 images but 40 labels"):
            survey(("x.npz", npz(images=X, labels=labels)))


def of_numbers(k: int) -> np.ndarray:
    return RANDOM.randint(0, 256, (8, 8)).astype(np.uint8) // 2 + 5 * k


@pytest.mark.parametrize("form", ["npy", "npz", "float", "colour", "parts"])
def test_files_of_an_array_each_are_an_image_each_of_the_class_of_its_folder(
    form: str, tmp_path: Path
) -> None:
    images = {f"{'ab'[k % 2]}/{k:02d}": of_numbers(k) for k in range(12)}
    if form == "float":
        images = {name: (image / 255).astype(np.float32) for name, image in images.items()}
    if form == "colour":
        images = {name: np.stack([image] * 3, axis=2) for name, image in images.items()}
    if form == "parts":
        images = {
            f"{'test' if k > 7 else 'train'}/{n}": a for k, (n, a) in enumerate(images.items())
        }
    if form == "npz":
        files = {f"{name}.npz": npz(x=image) for name, image in images.items()}
    else:
        files = {f"{name}.npy": npy(image) for name, image in images.items()}
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert len(data.images) == 12
    found = kinds_by_file(data)
    assert {name: name.split("/")[-2] for name in found} == found
    if form == "parts":
        assert len(data.split("test").images) == 4
    assert sorted(found) == sorted(files)


def test_a_folder_of_npz_files_with_images_and_labels_is_read_as_one(tmp_path: Path) -> None:
    files = {"train.npz": npz(x=X[:35], y=Y[:35]), "test.npz": npz(x=X[35:], y=Y[35:])}
    data = imported(("x.zip", zipped(files)), tmp_path)
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])


def test_an_image_in_each_column_is_read_where_labels_lie_in_a_row(tmp_path: Path) -> None:
    content = npz(data=X.reshape(50, 64).T, label=Y[None])
    source = ("x.npz", content)
    data = imported(source, tmp_path)
    places = np.concatenate([data.splits["train"].numpy(), data.splits["test"].numpy()])
    assert sorted(places.tolist()) == list(range(50))
    assert np.array_equal(data.images[:, 0].numpy(), X)
    assert data.labels is not None
    assert [data.class_names[k] for k in data.labels.tolist()] == [str(k) for k in Y]
    assert any("Each column" in note for note in survey(source).notes)


def test_rows_beside_a_mean_are_not_turned() -> None:
    flat = RANDOM.randint(0, 256, (900, 64)).astype(np.uint8)
    mean = flat.mean(axis=0, keepdims=True).astype(np.float32)
    for labels in ({}, {"labels": (np.arange(900) % 4)[:, None]}):
        assert survey(("x.npz", npz(images=flat, mean=mean, **labels))).count == 900


def soft(count: int, seed: int) -> np.ndarray:
    """[N, 16, 16, 3], smooth in colour."""
    return np.stack([np.asarray(photograph(seed + k, (16, 16))) for k in range(count)])


def stripes(count: int) -> np.ndarray:
    """Grey images in three equal colours that change at each pixel: alone they mislead."""
    rows = np.where(np.arange(16) % 2, 255, 0)[None, :, None] + np.zeros((16, 1, 3), int)
    return np.repeat(rows[None], count, 0).astype(np.uint8)


@pytest.mark.parametrize("planes", [True, False])
def test_the_order_of_colours_is_judged_once_for_all_batches(planes: bool, tmp_path: Path) -> None:
    batches = [soft(12, 0), soft(12, 40), stripes(3)]
    order = (0, 3, 1, 2) if planes else (0, 1, 2, 3)
    flat = {
        f"data_batch_{k}": b.transpose(order).reshape(len(b), -1) for k, b in enumerate(batches)
    }
    source = ("x.npz", npz(**flat))
    data = imported(source, tmp_path)
    assert np.array_equal(data.images.numpy(), np.concatenate(batches).transpose(0, 3, 1, 2))
    said = "one colour after the other" if planes else "the colours of a pixel together"
    assert any(said in note for note in survey(source).notes)


@pytest.mark.parametrize("planes", [True, False])
def test_grey_images_in_three_equal_colours_keep_their_order(planes: bool, tmp_path: Path) -> None:
    grey = np.repeat(soft(10, 7)[..., :1], 3, axis=3)
    flat = (grey.transpose(0, 3, 1, 2) if planes else grey).reshape(10, -1)
    data = imported(("x.npy", npy(flat)), tmp_path, mode="rgb")
    assert np.array_equal(data.images.numpy(), grey.transpose(0, 3, 1, 2))


def test_an_order_of_colours_that_nothing_tells_is_said_to_be_doubtful() -> None:
    noise = RANDOM.randint(0, 256, (40, 192)).astype(np.uint8)
    assert any("not certain" in note for note in survey(("x.npy", npy(noise))).notes)
