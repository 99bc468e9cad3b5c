import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from vae_core.data import load_dataset
from vae_core.data.sources.mnist_12k import FILE, read_arrays
from vae_core.errors import AtlasError


def test_each_digit_is_there_equally_often() -> None:
    dataset = load_dataset("mnist-12k")
    for name, per_class in (("train", 1000), ("test", 200)):
        split = dataset.split(name)
        assert split.images.shape == (10 * per_class, 1, 28, 28)
        assert split.labels is not None
        assert split.labels.bincount().tolist() == [per_class] * 10


def test_the_order_is_shuffled_over_classes() -> None:
    labels = load_dataset("mnist-12k").split("train").labels
    assert labels is not None
    # A tenth of neighbours are equal by chance; s.d. 0.003.
    assert (labels[1:] == labels[:-1]).double().mean().item() == pytest.approx(0.1, abs=0.015)


def test_the_file_is_the_one_that_its_provenance_describes() -> None:
    text = FILE.with_suffix(".md").read_text(encoding="utf-8")
    (told,) = re.findall(r"sha256 of `mnist-12k\.npz`: ([0-9a-f]{64})", text)
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == told


def test_every_image_is_one_of_mnist_with_its_label(mnist_data: Path) -> None:
    small, full = load_dataset("mnist-12k"), load_dataset("mnist", mnist_data)
    for part, whole in (("train", "train-60k"), ("test", "test")):
        ours, theirs = small.split(part), full.split(whole)
        assert ours.labels is not None
        assert theirs.labels is not None
        label_of = {
            image.tobytes(): int(label)
            for image, label in zip(theirs.images.numpy(), theirs.labels, strict=True)
        }
        found = [label_of[image.tobytes()] for image in ours.images.numpy()]
        assert found == ours.labels.tolist()


def test_a_cut_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "mnist-12k.npz"
    file.write_bytes(FILE.read_bytes()[:100_000])
    with pytest.raises(AtlasError, match=r"mnist-12k\.npz is damaged .* Restore the file"):
        read_arrays(file)


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    content = bytearray(FILE.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file = tmp_path / "mnist-12k.npz"
    file.write_bytes(content)
    with pytest.raises(AtlasError, match="is damaged"):
        read_arrays(file)


def test_arrays_of_another_shape_or_type_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mnist-12k.npz"
    arrays = dict(np.load(FILE, allow_pickle=False))
    np.savez(file, **{**arrays, "test_labels": arrays["test_labels"][:-1]})
    with pytest.raises(AtlasError, match=r"test_labels as uint8 \[1999\], not uint8 \[2000\]"):
        read_arrays(file)


def test_an_array_of_python_objects_is_never_unpickled(tmp_path: Path) -> None:
    file = tmp_path / "mnist-12k.npz"
    arrays = dict(np.load(FILE, allow_pickle=False))
    objects = np.array([print, print], dtype=object)
    np.savez(file, **{**arrays, "test_labels": objects})
    with pytest.raises(AtlasError, match=r"is damaged .*allow_pickle=False"):
        read_arrays(file)
