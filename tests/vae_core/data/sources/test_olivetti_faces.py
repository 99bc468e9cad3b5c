from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.files import pixels, write_matlab
from vae_core.data import available_datasets, load_dataset
from vae_core.errors import AtlasError

FACES = pixels(400, 64, 64, highest=242)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    # MATLAB keeps a face as a column, itself column after column.
    columns = FACES.transpose(0, 2, 1).reshape(400, 4096).T
    write_matlab(
        tmp_path / "olivetti-faces" / "olivettifaces.mat", p=np.full(40, 0.25), faces=columns
    )
    return tmp_path


def test_faces_are_upright(data: Path) -> None:
    dataset = load_dataset("olivetti-faces", data)
    np.testing.assert_array_equal(dataset.images[:, 0].numpy(), FACES)


def test_each_of_forty_people_has_eight_pictures_to_train_on_and_two_to_test(data: Path) -> None:
    dataset = load_dataset("olivetti-faces", data)
    assert len(dataset.class_names) == 40
    for name, each in (("train", 8), ("test", 2)):
        labels = dataset.split(name).labels
        assert labels is not None
        assert labels.bincount().tolist() == [each] * 40
    assert dataset.labels is not None
    assert dataset.labels[:21].tolist() == [0] * 10 + [1] * 10 + [2]
    assert dataset.splits["test"][:6].tolist() == [2, 8, 13, 15, 22, 23]  # these never change


def test_the_licence_says_that_people_can_be_recognised() -> None:
    (info,) = (info for info in available_datasets() if info.name == "olivetti-faces")
    assert "recognised" in info.licence


def test_a_file_of_another_matrix_is_refused(tmp_path: Path) -> None:
    write_matlab(tmp_path / "olivettifaces.mat", faces=pixels(4096, 10))
    with pytest.raises(
        AtlasError, match=r"holds faces 4096 x 10, not a matrix faces of 4096 x 400"
    ):
        load_dataset("olivetti-faces", tmp_path)


def test_its_absence_is_told_with_the_file_wanted(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=r"olivettifaces.mat is not there. Run .* data fetch"):
        load_dataset("olivetti-faces", tmp_path)


def test_the_real_faces_range_from_0_to_242() -> None:
    if not any(info.name == "olivetti-faces" and info.present for info in available_datasets()):
        pytest.skip("the Olivetti faces are not here: LATENT_ATLAS_DATA names no folder with them")
    images = load_dataset("olivetti-faces").images
    assert images.shape == (400, 1, 64, 64)
    assert (int(images.min()), int(images.max())) == (0, 242)
