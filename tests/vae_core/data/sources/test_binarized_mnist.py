from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.files import pixels, write_matlab
from vae_core.data import available_datasets, load_dataset
from vae_core.data.sources import binarized_mnist
from vae_core.data.sources.binarized_mnist import AMAT, COUNTS, PACKED, read_amat
from vae_core.errors import AtlasError

ROWS = pixels(40, 784, highest=1)


def write_text(file: Path, rows: np.ndarray) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows.tolist()))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """Splits of few images, so that files are small."""
    for split, count in (("train", 20), ("valid", 12), ("test", 8)):
        monkeypatch.setitem(binarized_mnist.COUNTS, split, count)
    return {"train": ROWS[:20], "valid": ROWS[20:32], "test": ROWS[32:]}


@pytest.mark.parametrize("form", ["packed", "text", "matlab", "mixed"])
@pytest.mark.parametrize("inside", ["binarized-mnist", "."])
def test_each_form_gives_the_same_images_of_0_and_255(
    tmp_path: Path, small: dict[str, np.ndarray], form: str, inside: str
) -> None:
    folder = tmp_path / inside
    folder.mkdir(exist_ok=True)
    if form == "packed":
        packed = {split: np.packbits(rows, axis=1) for split, rows in small.items()}
        np.savez(folder / PACKED, **packed)  # type: ignore[arg-type]
    for split, rows in small.items() if form != "packed" else ():
        if form == "text" or (form == "mixed" and split == "test"):
            write_text(folder / AMAT[split], rows)
        else:
            (folder / "x.mat").unlink(missing_ok=True)
            write_matlab(folder / "x.mat", compressed=True, X=rows)
            (folder / "x.mat").rename(folder / AMAT[split])
    dataset = load_dataset("binarized-mnist", tmp_path)
    assert dataset.binary
    for split, rows in small.items():
        images = dataset.split(split).images
        np.testing.assert_array_equal(images.numpy().reshape(len(rows), 784), 255 * rows)


def test_it_alone_is_binary() -> None:
    binary = {info.name for info in available_datasets() if info.binary}
    assert binary == {"binarized-mnist"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 1 2", "something other than zeros and ones"),
        ("<html>", "something other than zeros and ones"),
        ("0 1 0\n", r"holds 3 zeros and ones, not 10 x 784"),
        ("", r"holds 0 zeros and ones, not 10 x 784"),
    ],
)
def test_text_of_anything_else_is_refused(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "file.amat"
    file.write_text(text)
    with pytest.raises(AtlasError, match=rf"file\.amat .*{found}.* Run `latent-atlas"):
        read_amat(file, 10)


def test_a_matlab_file_of_grey_digits_is_refused(tmp_path: Path) -> None:
    write_matlab(tmp_path / "file.mat", X=pixels(10, 784))
    with pytest.raises(AtlasError, match="something other than zeros and ones"):
        read_amat(tmp_path / "file.mat", 10)


def test_two_of_three_files_are_not_enough(tmp_path: Path, small: dict[str, np.ndarray]) -> None:
    write_text(tmp_path / AMAT["train"], small["train"])
    write_text(tmp_path / AMAT["test"], small["test"])
    with pytest.raises(AtlasError, match=r"not all there. Run .*valid\.amat"):
        load_dataset("binarized-mnist", tmp_path)


def test_the_real_splits_have_their_known_sizes_and_means() -> None:
    if not any(info.name == "binarized-mnist" and info.present for info in available_datasets()):
        pytest.skip("binarised MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    dataset = load_dataset("binarized-mnist")
    means = {"train": 0.13056, "valid": 0.13113, "test": 0.13251}
    for name, mean in means.items():
        images = dataset.split(name).images
        assert len(images) == COUNTS[name]
        assert bool(((images == 0) | (images == 255)).all())
        assert images.double().mean().item() / 255 == pytest.approx(mean, abs=5e-6)


def test_a_real_image_is_a_draw_from_an_image_of_mnist(mnist_data: Path) -> None:
    if not any(info.name == "binarized-mnist" and info.present for info in available_datasets()):
        pytest.skip("binarised MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    grey = load_dataset("mnist", mnist_data).split("test").images.flatten(1).numpy()
    drawn = load_dataset("binarized-mnist").split("test").images.flatten(1).numpy()
    for image in drawn[:: len(drawn) // 20]:
        # Black cannot be drawn as 1, nor white as 0.
        possible = ((image == 255) <= (grey > 0)) & ((image == 0) <= (grey < 255))
        assert possible.all(axis=1).any()
