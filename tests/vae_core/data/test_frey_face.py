import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.vae_core.data.files import pixels, python_2_pickle, write_matlab
from vae_core.data import available_datasets, frey_face, load_dataset
from vae_core.errors import AtlasError

FRAMES = pixels(1965, 28, 20)


def write(folder: Path, form: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if form == "npz":
        np.savez_compressed(folder / "frey_faces_uint8.npz", images=FRAMES)
    elif form == "mat":
        write_matlab(folder / "frey_rawface.mat", ff=FRAMES.reshape(1965, 560).T)
    else:
        (folder / "freyfaces.pkl").write_bytes(python_2_pickle(FRAMES.tobytes()))


@pytest.mark.parametrize("form", ["npz", "mat", "pkl"])
@pytest.mark.parametrize("inside", ["frey-face", "."])
def test_each_form_gives_the_same_upright_frames(
    tmp_path: Path, form: str, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frey_face, "SHA256", hashlib.sha256(FRAMES.tobytes()).hexdigest())
    write(tmp_path / inside, form)
    dataset = load_dataset("frey-face", tmp_path)
    assert dataset.image_shape == (1, 28, 20)
    np.testing.assert_array_equal(dataset.images[:, 0].numpy(), FRAMES)
    assert dataset.labels is None


def test_a_pickle_of_other_bytes_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "pkl")
    with pytest.raises(
        AtlasError, match=r"1,100,400 bytes that are not Frey Face. Run `latent-atlas"
    ):
        load_dataset("frey-face", tmp_path)


def test_the_shuffled_split_is_of_all_frames_and_the_block_split_of_neighbours(
    tmp_path: Path,
) -> None:
    write(tmp_path, "npz")
    splits = load_dataset("frey-face", tmp_path).splits
    assert {name: len(index) for name, index in splits.items()} == {
        "train": 1565, "test": 400, "train-block": 1565, "test-block": 400,
    }  # fmt: skip
    both = torch.cat([splits["train"], splits["test"]])
    assert torch.equal(both.sort().values, torch.arange(1965))
    assert both[:5].tolist() == [18, 781, 342, 1274, 579]  # these never change
    assert torch.equal(torch.cat([splits["train-block"], splits["test-block"]]), torch.arange(1965))


def test_a_block_is_tested_on_the_block_that_follows(tmp_path: Path) -> None:
    write(tmp_path, "npz")
    dataset = load_dataset("frey-face", tmp_path)
    (info,) = (info for info in available_datasets(tmp_path) if info.name == "frey-face")
    for told in (dataset, info):
        assert told.test_split("train") == "test"
        assert told.test_split("train-block") == "test-block"


def test_its_absence_is_told_with_the_files_wanted(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=r"frey-face and .* not there. .* frey_rawface.mat"):
        load_dataset("frey-face", tmp_path)


def test_the_real_frames_have_their_known_mean_spread_and_motion() -> None:
    if not any(info.name == "frey-face" and info.present for info in available_datasets()):
        pytest.skip("Frey Face is not here: LATENT_ATLAS_DATA names no folder that has it")
    dataset = load_dataset("frey-face")
    frames = dataset.images.double()
    assert frames.mean().item() / 255 == pytest.approx(0.60573, abs=5e-6)
    assert frames.std(correction=0).item() / 255 == pytest.approx(0.17606, abs=5e-6)
    assert (int(frames.min()), int(frames.max())) == (8, 238)
    assert hashlib.sha256(dataset.images.numpy().tobytes()).hexdigest() == frey_face.SHA256
    assert (frames[1:] - frames[:-1]).abs().mean().item() == pytest.approx(12.1, abs=0.05)
    shuffled = frames[dataset.splits["train"]]
    assert (shuffled[1:] - shuffled[:-1]).abs().mean().item() == pytest.approx(26.9, abs=0.5)
