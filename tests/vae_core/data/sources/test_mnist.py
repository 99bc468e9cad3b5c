import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.vae_core.data.test_idx import idx_bytes
from vae_core.data import Dataset, available_datasets, load_dataset
from vae_core.data.idx_set import FILES
from vae_core.errors import AtlasError


def write_mnist(folder: Path, train: int = 60_000, test: int = 10_000) -> None:
    """Files of MNIST's form whose n-th image has its number in its first pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in zip(FILES, (train, train, test, test), strict=True):
        numbers = np.arange(count)
        if "labels" in name:
            array = (numbers % 10).astype(np.uint8)
        else:
            array = np.zeros((count, 28, 28), dtype=np.uint8)
            array[:, 0, 0], array[:, 0, 1] = numbers % 256, numbers // 256
        (folder / name).write_bytes(idx_bytes(array))


def number(dataset: Dataset, split: str, position: int) -> int:
    first = dataset.split(split).images[position, 0, 0, :2].tolist()
    return first[0] + 256 * first[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_mnist(folder / "mnist")
    return folder


def test_valid_is_the_last_sixth_of_the_training_file(data: Path) -> None:
    mnist = load_dataset("mnist", data)
    sizes = {name: len(mnist.split(name)) for name in mnist.splits}
    assert sizes == {"train": 50_000, "valid": 10_000, "test": 10_000, "train-60k": 60_000}
    assert (number(mnist, "train", 0), number(mnist, "train", -1)) == (0, 49_999)
    assert (number(mnist, "valid", 0), number(mnist, "valid", -1)) == (50_000, 59_999)
    assert (number(mnist, "test", 0), number(mnist, "test", -1)) == (0, 9_999)
    assert (number(mnist, "train-60k", 0), number(mnist, "train-60k", -1)) == (0, 59_999)


def test_a_split_shares_memory_with_the_images(data: Path) -> None:
    mnist = load_dataset("mnist", data)
    assert mnist.split("test").images.data_ptr() == mnist.images[60_000:].data_ptr()


def test_files_may_lie_in_the_data_folder_itself_gzipped_or_not(data: Path, tmp_path: Path) -> None:
    for index, name in enumerate(FILES):
        content = (data / "mnist" / name).read_bytes()
        if index % 2:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
        else:
            (tmp_path / name).symlink_to(data / "mnist" / name)
    assert torch.equal(load_dataset("mnist", tmp_path).images, load_dataset("mnist", data).images)


def test_the_environment_names_the_data_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(data))
    assert load_dataset("mnist") is load_dataset("mnist", data)


def test_a_folder_without_the_files_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(AtlasError) as error:
        load_dataset("mnist", tmp_path)
    assert str(tmp_path / "mnist") in str(error.value)
    assert "LATENT_ATLAS_DATA" in str(error.value)
    (info,) = (found for found in available_datasets(tmp_path) if found.name == "mnist")
    assert not info.present
    assert info.where == str(tmp_path / "mnist")


def test_a_single_missing_file_is_named(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist", 20, 10)
    (tmp_path / "mnist" / FILES[3]).unlink()
    with pytest.raises(AtlasError, match="t10k-labels-idx1-ubyte is not there"):
        load_dataset("mnist", tmp_path)


@pytest.mark.parametrize(
    ("name", "array", "found"),
    [
        (FILES[1], np.zeros(19, np.uint8), r"holds 20 images but train-labels.* holds 19 labels"),
        (FILES[0], np.zeros((20, 32, 32), np.uint8), r"holds images of 32 × 32, not 28 × 28"),
        (FILES[0], np.zeros((20, 28, 28), np.uint8), r"holds 20 images, not 60,000"),
    ],
)
def test_counts_and_sizes_that_disagree_are_told(
    tmp_path: Path, name: str, array: np.ndarray, found: str
) -> None:
    write_mnist(tmp_path / "mnist", 20, 10)
    (tmp_path / "mnist" / name).write_bytes(idx_bytes(array))
    with pytest.raises(AtlasError, match=found):
        load_dataset("mnist", tmp_path)


def test_a_label_beyond_nine_is_refused(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mnist"
    folder.mkdir()
    for name in FILES:
        (folder / name).symlink_to(data / "mnist" / name)
    (folder / FILES[3]).unlink()
    (folder / FILES[3]).write_bytes(idx_bytes(np.full(10_000, 11, np.uint8)))
    with pytest.raises(AtlasError, match="holds the label 11"):
        load_dataset("mnist", tmp_path)


def test_the_real_mnist_has_its_published_means_and_label_counts(mnist_data: Path) -> None:
    mnist = load_dataset("mnist", mnist_data)
    train, test = mnist.split("train-60k"), mnist.split("test")
    assert train.images.double().mean().item() / 255 == pytest.approx(0.13066, abs=5e-6)
    assert test.images.double().mean().item() / 255 == pytest.approx(0.13251, abs=5e-6)
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert test.labels is not None
    assert test.labels.bincount().tolist() == counts
