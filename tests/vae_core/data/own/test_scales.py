"""Numbers are read on the scale they lie on; what is unclear is said, what is wrong refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vae_core.data.own.makers import encoded, imported, npy, zipped
from vae_core.data.own import ENDS, Scale, import_images
from vae_core.data.own.limits import Budget, Limits
from vae_core.data.own.scales import reading, to_levels, values_of
from vae_core.errors import AtlasError

LEVELS = np.random.RandomState(0).randint(0, 256, (20, 8, 8)).astype(np.uint8)
LEVELS[0, 0, :2] = 0, 255  # both ends are there
SHARES = LEVELS.astype(np.float64) / 255
BUDGET = Budget(Limits(), "a.npy")

# What people save, and on which scale it lies.
FORMS: dict[str, tuple[np.ndarray, Scale]] = {
    "bytes": (LEVELS, "8-bit"),
    "floats from 0 to 1": (SHARES.astype(np.float32), "0-1"),
    "half floats": (SHARES.astype(np.float16), "0-1"),
    "one unit in the last place above 1": (
        np.where(SHARES == 1, np.nextafter(np.float32(1), np.float32(2)), SHARES).astype(
            np.float32
        ),
        "0-1",
    ),
    "a hair below 0": (np.where(SHARES == 0, -1e-7, SHARES), "0-1"),
    "overshoot of resizing": (np.where(SHARES > 0.99, 1.03, SHARES), "0-1"),
    "floats from −1 to 1": (SHARES * 2 - 1, "-1-1"),
    "whole numbers from −1 to 1": (np.rint(SHARES * 2 - 1).astype(np.int8), "-1-1"),
    "0 and 1": ((LEVELS > 127).astype(np.uint8), "0-1"),
    "booleans": (LEVELS > 127, "0-1"),
    "scikit-learn's 0 to 16": (np.rint(SHARES * 16), "0-16"),
    "smooth 0 to 16": (SHARES * 16, "0-16"),
    "bytes as floats": (LEVELS.astype(np.float32), "8-bit"),
    "bytes resized": (LEVELS * 1.02 - 1.5, "8-bit"),
    "bytes in two bytes": (LEVELS.astype(np.uint16), "8-bit"),
    "10 bits": ((SHARES * 1023).astype(np.uint16), "10-bit"),
    "12 bits": ((SHARES * 4095).astype(np.uint16), "12-bit"),
    "bytes shifted to 12 bits": (LEVELS.astype(np.uint16) * 16, "12-bit"),
    "16 bits": (LEVELS.astype(np.uint16) * 257, "16-bit"),
    "16 bits, high byte first": (LEVELS.astype(">u2") * 257, "16-bit"),
    "16 bits in four bytes": (LEVELS.astype(np.int32) * 257, "16-bit"),
}


@pytest.mark.parametrize("name", FORMS)
def test_numbers_are_read_on_the_scale_that_they_lie_on(name: str, tmp_path: Path) -> None:
    array, scale = FORMS[name]
    assert reading(values_of(array, BUDGET), BUDGET).scale == scale
    images = imported(("a.npy", npy(array)), tmp_path).images.numpy()[:, 0]
    tolerance = {"0-16": 8, "0-1": 128 if array.dtype.kind in "ub" else 8, "-1-1": 128}.get(
        scale, 4
    )
    off = np.abs(images.astype(int) - LEVELS)
    assert off.max() <= tolerance
    assert images.min() == 0
    assert images.max() >= 250


@pytest.mark.parametrize("name", ["bytes", "floats from 0 to 1", "half floats"])
def test_of_what_is_plain_nothing_is_said(name: str) -> None:
    values = values_of(FORMS[name][0], BUDGET)
    assert reading(values, BUDGET).note == ""


@pytest.mark.parametrize(
    "name", sorted(set(FORMS) - {"bytes", "floats from 0 to 1", "half floats"})
)
def test_of_anything_else_it_is_said_how_it_was_read(name: str) -> None:
    told = reading(values_of(FORMS[name][0], BUDGET), BUDGET).note
    assert told.startswith("Values ")
    assert told.endswith(".")
    assert "-" not in told


@pytest.mark.parametrize(
    "array",
    [SHARES * 4 - 2, SHARES * 3, SHARES * 40, SHARES - 0.5 + 3, LEVELS.astype(np.int64) * 1000],
    ids=["standardised", "to 3", "to 40", "around 3", "to 255,000"],
)
def test_what_lies_on_no_scale_is_refused_with_what_to_do(array: np.ndarray) -> None:
    with pytest.raises(AtlasError, match=r"a\.npy holds values from .* save uint8"):
        reading(values_of(array, BUDGET), BUDGET)


def test_a_scale_that_was_asked_for_is_taken_where_it_fits(tmp_path: Path) -> None:
    dark = (LEVELS // 20).astype(np.uint16)
    for scale in ("8-bit", "12-bit"):
        found = import_images(("a.npy", npy(dark)), scale=scale, folder=tmp_path)
        assert found.choice.scale == scale
    with pytest.raises(AtlasError, match="which are not 0 to 1: choose another scale"):
        import_images(("a.npy", npy(LEVELS)), scale="0-1", folder=tmp_path)


@pytest.mark.parametrize("scale", ENDS)
def test_black_and_white_of_each_scale_are_0_and_255(scale: Scale) -> None:
    low, high = ENDS[scale]
    ends = np.array([low, (low + high) / 2, high])
    assert to_levels(ends, scale).tolist() == [0, 128, 255]
    beyond = np.array([low - 5.0 * (high - low), high + 5.0 * (high - low)])
    assert to_levels(beyond, scale).tolist() == [0, 255]


def test_values_beyond_a_scale_that_some_pictures_chose_are_told_of(tmp_path: Path) -> None:
    """Of many pictures some are looked at: one among the others may hold more."""
    few = np.random.RandomState(0).randint(0, 4096, (60, 8, 8)).astype(np.uint16)
    few[4, 2, 2] = 60_000
    pictures = {f"{k:02d}.png": encoded(Image.fromarray(each)) for k, each in enumerate(few)}
    source = ("x.zip", zipped(pictures))
    told = import_images(source, folder=tmp_path).notes
    assert any("1 picture has values beyond the scale 12-bit" in note for note in told)
    wide = import_images(source, folder=tmp_path, scale="16-bit").notes
    assert not any("beyond the scale" in note for note in wide)
