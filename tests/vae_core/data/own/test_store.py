import io
import os
import pickle
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.vae_core.data.own.makers import imported, npz, pictures, png, zipped
from vae_core.data import available_datasets, load_dataset
from vae_core.data.own import (
    damaged_datasets,
    datasets_folder,
    import_images,
    own_datasets,
    remove_dataset,
)
from vae_core.data.own.store import splits
from vae_core.errors import AtlasError

PICTURES = [(f"{kind}/{i}.png", png(20 * i)) for kind in ("a", "b") for i in range(5)]


def test_a_dataset_is_found_again_by_the_name_of_its_content(tmp_path: Path) -> None:
    about = import_images(PICTURES, title="Blocks", folder=tmp_path).about
    [file] = tmp_path.iterdir()
    assert file.name.startswith(about.name.removeprefix("own-"))
    assert len(file.stem) == 64
    dataset = load_dataset(about.name, tmp_path)
    assert dataset.title == "Blocks"
    assert dataset.name == about.name
    assert load_dataset(about.name, tmp_path) is dataset
    [info] = [info for info in available_datasets(tmp_path) if info.name == about.name]
    assert info.present
    assert info.title == "Blocks"
    assert info.counts == {"train": 8, "test": 2}
    assert info.image_shape == dataset.image_shape


def test_the_same_content_is_kept_once_whatever_it_is_called(tmp_path: Path) -> None:
    first = import_images(PICTURES, title="one", folder=tmp_path).about
    again = import_images(list(reversed(PICTURES)), title="two", folder=tmp_path).about
    assert again == first
    assert len(list(tmp_path.iterdir())) == 1
    other = import_images(PICTURES, size=(9, 9), folder=tmp_path).about
    assert other.name != first.name


def test_without_a_folder_it_is_kept_beside_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(tmp_path / "runs"))
    about = import_images(PICTURES).about
    assert about.file.parent == tmp_path / "runs" / "datasets" == datasets_folder()
    # A data folder that holds other things does not hide it.
    assert load_dataset(about.name, tmp_path).name == about.name
    assert [own.name for own in own_datasets()] == [about.name]
    remove_dataset(about.name)
    assert own_datasets() == []
    with pytest.raises(AtlasError, match="import them again"):
        load_dataset(about.name)
    with pytest.raises(AtlasError, match="import them again"):
        remove_dataset(about.name)


@pytest.mark.parametrize("name", ["own-", "own-../../etc/passwd", "own-0123456789ABCDEF", "own-*"])
def test_a_name_that_is_none_finds_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(AtlasError):
        load_dataset(name, tmp_path)
    with pytest.raises(AtlasError):
        remove_dataset(name, tmp_path)


class Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a pickle was opened",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        npz(images=np.zeros((2, 1, 8, 8), np.uint8)),
        npz(images=np.zeros((2, 1, 8, 8), np.uint8), about=np.array([Trap()], dtype=object)),
        npz(images=np.zeros((2, 1, 8, 8), np.uint8), about=np.frombuffer(b"[1]", np.uint8)),
        pickle.dumps(Trap()),
    ],
)
def test_a_damaged_file_is_passed_over_in_lists_and_named_when_asked_for(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / f"{'ab' * 32}.npz").write_bytes(content)
    assert own_datasets(tmp_path) == []
    with pytest.raises(AtlasError, match=r"abab\.npz is damaged .*delete it and import"):
        load_dataset(f"own-{'ab' * 8}", tmp_path)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    about = import_images(PICTURES, folder=tmp_path).about
    data = about.file.read_bytes()
    with np.load(io.BytesIO(data)) as content:
        wrong = {name: content[name] for name in content.files}
    wrong["labels"] = wrong["labels"][:3]
    about.file.write_bytes(npz(**wrong))
    with pytest.raises(AtlasError, match="is damaged"):
        load_dataset(about.name, tmp_path)
    about.file.write_bytes(data[: len(data) // 2])
    with pytest.raises(AtlasError, match="is damaged"):
        load_dataset(about.name, tmp_path)
    # Importing again mends it.
    assert import_images(PICTURES, folder=tmp_path).about.name == about.name
    assert len(load_dataset(about.name, tmp_path).images) == 10


def test_what_a_killed_import_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    old, new = tmp_path / ".aa.1.part", tmp_path / ".bb.2.part"
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    import_images(PICTURES, folder=tmp_path)
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize("count", [2, 3, 9, 10, 100])
def test_splits_part_the_images_and_leave_none_without(count: int) -> None:
    found = splits(count, None)
    together = np.concatenate([found["train"], found["test"]])
    assert sorted(together.tolist()) == list(range(count))
    assert len(found["test"]) == max(1, round(count / 10))
    assert np.array_equal(found["test"], splits(count, None)["test"])


def test_splits_take_a_tenth_of_each_class() -> None:
    labels = np.array([0] * 50 + [1] * 25 + [2] * 5 + [3] * 3)
    assert np.bincount(labels[splits(83, labels)["test"]], minlength=4).tolist() == [5, 3, 1, 0]


def test_a_dataset_can_be_batched_like_any_other(tmp_path: Path) -> None:
    dataset = load_dataset(import_images(PICTURES, folder=tmp_path).about.name, tmp_path)
    assert dataset.images.dtype == torch.uint8
    assert len(dataset.split("train")) == 8


def test_a_damaged_file_is_told_of_and_harms_no_other(tmp_path: Path) -> None:
    sound = imported(("squares.zip", zipped({f"{k}.png": png(20 * k) for k in range(9)})), tmp_path)
    for name, content in (("a", b""), ("b", b"PK\x03\x04"), ("c", b"\0" * 999)):
        (tmp_path / f"{name * 64}.npz").write_bytes(content)
    assert sound.name in [told.name for told in own_datasets(tmp_path)]
    problems = damaged_datasets(tmp_path)
    assert len(problems) == 3
    assert all("delete it and import the images again" in each for each in problems)


def test_the_same_images_under_another_name_keep_the_one_they_have_and_that_is_said(
    tmp_path: Path,
) -> None:
    source = ("x.zip", zipped(pictures(6)))
    first = import_images(source, title="Mine", folder=tmp_path)
    assert not any("already" in note for note in first.notes)
    again = import_images(source, title="Yours", folder=tmp_path)
    assert again.about.title == "Mine"
    assert any("kept already, as “Mine”" in note for note in again.notes)
