import gzip
import hashlib
from pathlib import Path

import pytest

from tests.vae_core.data.sources.test_mnist import write_mnist
from vae_core.data import available_datasets, load_dataset, mirrors
from vae_core.data.idx_set import FILES, find_file, unzipped
from vae_core.data.sources import fashion_mnist
from vae_core.errors import AtlasError


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "usr-share-datasets"
    monkeypatch.setattr(fashion_mnist, "DEBIAN", folder)
    return folder


def where(data: Path) -> str | None:
    (info,) = (info for info in available_datasets(data) if info.name == "fashion-mnist")
    return info.where if info.present else None


def test_it_has_the_splits_of_mnist_and_classes_of_clothes(tmp_path: Path, debian: Path) -> None:
    write_mnist(tmp_path / "fashion-mnist")
    dataset = load_dataset("fashion-mnist", tmp_path)
    sizes = {name: len(index) for name, index in dataset.splits.items()}
    assert sizes == {"train": 50_000, "valid": 10_000, "test": 10_000, "train-60k": 60_000}
    assert (dataset.class_names[0], dataset.class_names[9]) == ("T-shirt/top", "Ankle boot")


def test_it_is_found_where_debian_puts_it_and_first_in_the_data_folder(
    tmp_path: Path, debian: Path
) -> None:
    assert where(tmp_path) is None
    write_mnist(debian, 20, 10)
    assert where(tmp_path) == str(debian)
    write_mnist(tmp_path / "fashion-mnist", 20, 10)
    assert where(tmp_path) == str(tmp_path / "fashion-mnist")
    (tmp_path / "fashion-mnist" / FILES[0]).unlink()
    assert where(tmp_path) == str(debian)


def test_files_in_the_data_folder_itself_are_not_taken_for_it(tmp_path: Path, debian: Path) -> None:
    write_mnist(tmp_path, 20, 10)
    assert where(tmp_path) is None
    with pytest.raises(AtlasError, match=r"Fashion-MNIST was looked for .* data fetch fashion"):
        load_dataset("fashion-mnist", tmp_path)


def test_unzipped_gives_what_was_zipped(tmp_path: Path) -> None:
    (tmp_path / "file.gz").write_bytes(gzip.compress(b"content"))
    assert unzipped(tmp_path / "file.gz") == b"content"


def test_the_real_set_has_equal_classes_and_its_known_checksums() -> None:
    if where(Path("/nowhere")) is None and not any(
        info.name == "fashion-mnist" and info.present for info in available_datasets()
    ):
        pytest.skip("Fashion-MNIST is neither in LATENT_ATLAS_DATA nor installed by Debian")
    dataset = load_dataset("fashion-mnist")
    for name, each in (("train-60k", 6000), ("test", 1000)):
        labels = dataset.split(name).labels
        assert labels is not None
        assert labels.bincount().tolist() == [each] * 10
    (info,) = (info for info in available_datasets() if info.name == "fashion-mnist")
    assert_checksums(Path(info.where), mirrors.FASHION_MNIST)


def test_the_real_mnist_has_its_known_checksums(mnist_data: Path) -> None:
    (info,) = (info for info in available_datasets(mnist_data) if info.name == "mnist")
    assert_checksums(Path(info.where), mirrors.MNIST)


def assert_checksums(folder: Path, remote: tuple[mirrors.RemoteFile, ...]) -> None:
    for name, wanted in zip(FILES, remote, strict=True):
        file = find_file(folder, name)
        assert file is not None
        content = unzipped(file) if file.suffix == ".gz" else file.read_bytes()
        assert hashlib.sha256(content).hexdigest() == wanted.sha256
        assert {mirror.name for mirror in wanted.mirrors} == {f"{name}.gz"}
