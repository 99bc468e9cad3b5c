"""The small Fashion-MNIST: its classes, and the script that made it."""

from pathlib import Path

import pytest

from scripts.make_fashion_mnist_12k import OUT, main, read_files
from vae_core.data import available_datasets, load_dataset
from vae_core.data.sources.fashion_mnist import CLASS_NAMES


def test_the_classes_are_clothes_by_their_names() -> None:
    names = load_dataset("fashion-mnist-12k").class_names
    assert names == CLASS_NAMES
    assert (names[0], names[9]) == ("T-shirt/top", "Ankle boot")


def test_the_script_makes_the_file_of_the_repository_again(tmp_path: Path) -> None:
    (full,) = (each for each in available_datasets() if each.name == "fashion-mnist")
    if not full.present:
        pytest.skip("Fashion-MNIST is neither in LATENT_ATLAS_DATA nor installed by Debian")
    main([full.where, "--out", str(tmp_path / "again.npz")])
    assert (tmp_path / "again.npz").read_bytes() == OUT.read_bytes()


def test_the_script_takes_nothing_from_files_that_are_not_the_originals(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="has no train-images-idx3-ubyte"):
        read_files(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"has the SHA-256 .* Stopped"):
        read_files(tmp_path)
