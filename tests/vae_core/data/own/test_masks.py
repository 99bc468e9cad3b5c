"""Masks beside pictures are none of them, and classes that are called so stay classes."""

from pathlib import Path

import pytest

from tests.vae_core.data.own.makers import imported, png, zipped
from vae_core.data.own import survey


@pytest.mark.parametrize(
    ("own", "mask"),
    [
        ("{}.png", "{}_mask.png"),
        ("img {}.png", "img {}-segmentation.png"),
        ("{}.png", "mask_{}.png"),
        ("case ({}).png", "case ({})_mask_1.png"),
        ("images/{}.png", "masks/{}.png"),
        ("train/{}.png", "train_masks/{}_mask.png"),
    ],
)
def test_masks_are_left_out_by_their_names_and_told_of(own: str, mask: str, tmp_path: Path) -> None:
    files = {own.format(k): png(9 * k) for k in range(12)}
    files |= {mask.format(k): png(3 * k + 100) for k in range(12)}
    source = ("x.zip", zipped(files))
    data = imported(source, tmp_path)
    assert sorted(data.image_names) == sorted(own.format(k) for k in range(12))
    assert any("12 pictures" in note and "left out" in note for note in survey(source).notes)


@pytest.mark.parametrize(
    ("with_it", "without"),
    [("mask", "nomask"), ("with_mask", "without_mask"), ("Mask", "Non Mask")],
)
def test_faces_with_a_mask_and_without_are_two_classes(
    with_it: str, without: str, tmp_path: Path
) -> None:
    files = {
        f"{folder}/{k}.png": png(9 * k + len(folder))
        for folder in (with_it, without)
        for k in range(8)
    }
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert set(data.class_names) == {with_it, without}


def test_a_class_of_masks_beside_other_classes_stays_one(tmp_path: Path) -> None:
    kinds = ("gloves", "helmet", "mask")
    files = {f"{kind}/{k}.png": png(9 * k + len(kind)) for kind in kinds for k in range(8)}
    assert imported(("x.zip", zipped(files)), tmp_path).class_names == kinds


def test_masks_of_the_sun_are_masks(tmp_path: Path) -> None:
    files = {
        f"{part}/{k}.png": png(9 * k + len(part)) for part in ("sun", "sun_masks") for k in range(8)
    }
    assert len(imported(("x.zip", zipped(files)), tmp_path).images) == 8
