"""The sets that the repository carries: their files, their classes, and what is refused."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from vae_core.data import available_datasets, load_dataset
from vae_core.data.embedded_set import FOLDER, read_arrays
from vae_core.data.registry import SOURCES
from vae_core.errors import AtlasError

NAMES = [path.stem for path in sorted(FOLDER.glob("*.npz"))]
FILE = FOLDER / "mnist-12k.npz"


def test_every_file_is_a_set_that_stands_in_for_another_one() -> None:
    assert NAMES == ["fashion-mnist-12k", "mnist-12k"]
    for name in NAMES:
        small, full = SOURCES[name], SOURCES[SOURCES[name].stands_in_for]
        assert small.embedded
        assert (small.licence, small.likeness) == (full.licence, full.likeness)


@pytest.mark.parametrize("name", NAMES)
def test_each_class_is_there_equally_often(name: str) -> None:
    dataset = load_dataset(name)
    for part, per_class in (("train", 1000), ("test", 200)):
        split = dataset.split(part)
        assert split.images.shape == (10 * per_class, 1, 28, 28)
        assert split.labels is not None
        assert split.labels.bincount().tolist() == [per_class] * 10


@pytest.mark.parametrize("name", NAMES)
def test_the_order_is_shuffled_over_classes(name: str) -> None:
    labels = load_dataset(name).split("train").labels
    assert labels is not None
    # A tenth of neighbours are equal by chance; s.d. 0.003.
    assert (labels[1:] == labels[:-1]).double().mean().item() == pytest.approx(0.1, abs=0.015)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_the_one_that_its_provenance_describes(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    (told,) = re.findall(rf"sha256 of `{name}\.npz`: ([0-9a-f]{{64}})", text)
    assert hashlib.sha256((FOLDER / f"{name}.npz").read_bytes()).hexdigest() == told


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_one_of_the_full_set_with_its_label(name: str) -> None:
    small = load_dataset(name)
    whole_set = SOURCES[name].stands_in_for
    if not any(each.name == whole_set and each.present for each in available_datasets()):
        pytest.skip(f"{whole_set} is not here: LATENT_ATLAS_DATA names no folder that has it")
    full = load_dataset(whole_set)
    assert small.class_names == full.class_names
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
