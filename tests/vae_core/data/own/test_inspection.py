"""What came is looked at: the same image many times is refused, what may be a mistake is told."""

from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import npy, png
from vae_core.data.own import import_images, survey
from vae_core.data.own.inspection import Inspection
from vae_core.errors import AtlasError

RANDOM = np.random.RandomState(1).randint(0, 256, (200, 8, 8)).astype(np.uint8)


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.zeros((50, 8, 8), np.float32), "50 images that are all black"),
        (np.full((50, 8, 8), 255, np.uint8), "all white"),
        (np.full((50, 8, 8), 112, np.uint8), "all of level 112"),
        (np.repeat(RANDOM[:1], 50, axis=0), "the same image 50 times"),
    ],
)
def test_one_image_many_times_is_refused(array: np.ndarray, says: str, tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=says):
        import_images(("a.npy", npy(array)), folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_equal_pictures_are_refused_as_equal_arrays_are(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="5 images that are all of level 7"):
        import_images([(f"{i}.png", png(7)) for i in range(5)], folder=tmp_path)


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (RANDOM // 8, "level 31 of 255: the images are nearly black"),
        (255 - RANDOM // 8, "level 224 of 255: the images are nearly white"),
        (np.concatenate([RANDOM, RANDOM[:20]]), "20 images repeat another one exactly"),
        (np.concatenate([RANDOM, RANDOM[:10] * 0]), "10 images show nothing but one colour"),
    ],
)
def test_what_may_be_a_mistake_is_told(array: np.ndarray, says: str, tmp_path: Path) -> None:
    notes = import_images(("a.npy", npy(array)), folder=tmp_path).notes
    assert any(says in note for note in notes), notes


def test_sound_images_are_told_in_one_line_and_warned_of_nothing(tmp_path: Path) -> None:
    found = import_images(("a.npy", npy(RANDOM)), folder=tmp_path)
    assert found.notes == ()
    assert found.inspected.summary() == "256 of 256 levels used (0 to 255); all images differ"
    assert survey(("a.npy", npy(RANDOM))).inspected.summary() == found.inspected.summary()


def test_a_few_light_pixels_do_not_hide_that_images_are_nearly_black() -> None:
    inspected = Inspection()
    for k in range(100):
        image = np.full((1, 20, 20), k % 9, np.uint8)
        image[0, 0, 0] = 255 if k % 5 == 0 else 0  # one pixel in two thousand
        inspected.see(image)
    assert any("nearly black" in each for each in inspected.warnings())
