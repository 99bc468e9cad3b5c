"""Images that were selected in a whole split, as Explore's address names them and finds them."""

from types import SimpleNamespace
from typing import cast

import pytest
import torch

from latent_atlas.ui.latent_plane.encodings import point_order
from latent_atlas.ui.latent_plane.view import LONGEST_PICKED
from latent_atlas.ui.model_files import open_upload
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.measure import measured
from latent_atlas.ui.reconstruct.on_plane import (
    FEW,
    Picked,
    asked_selection,
    picked_points,
    picked_text,
)
from latent_atlas.ui.reconstruct.selection import brushes_of, text_of
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError

DIGITS = load_dataset("digits")


def compared(*keys: str, split: str = "test") -> Comparison:
    columns = [SimpleNamespace(entry=SimpleNamespace(key=key)) for key in keys]
    found = SimpleNamespace(
        data=DIGITS, split=DIGITS.split(split), treatment="grey", columns=columns
    )
    return cast("Comparison", found)


def images(text: str) -> list[int]:
    """Which images stand out on the plane, by their numbers in the data."""
    found = picked_points(DIGITS, text)
    assert isinstance(found, bytes)
    points = read_checkpoint(found).tensors["points"]
    return sorted(point_order(DIGITS)[points.bool()].tolist())


@pytest.mark.parametrize(
    "text",
    ["A:120,340", "B:,99.5", "A-B:0,~z:-1,1,,0.5", "BxA:90,120,80,110.25", "A:1e-7,2", "c:3"],
)
def test_brushes_are_written_as_they_are_read(text: str) -> None:
    assert brushes_of(text_of(brushes_of(text, 2)), 2) == brushes_of(text, 2)


def test_a_few_images_are_named_one_by_one_and_found_among_the_dots() -> None:
    among = torch.zeros(300, dtype=torch.bool)
    among[[4, 7, 8, 9]] = True
    text = picked_text(compared("shipped:digits-2d"), brushes_of("A:1,2", 1), among)
    assert text == "digits;test;4,7-9"
    assert images(text) == sorted(DIGITS.splits["test"][[4, 7, 8, 9]].tolist())


def test_many_are_named_by_their_brush_and_by_the_models_that_it_reads_alone() -> None:
    among = torch.ones(300, dtype=torch.bool)
    comparison = compared("shipped:digits-2d", "file:0", "run:a;b,c")
    text = picked_text(comparison, brushes_of("C-A:0,5~z:-1,1,-1,1", 3), among)
    assert text == "digits;test;grey;shipped:digits-2d,run:a%3Bb%2Cc;B-A:0,5~z:-1,1,-1,1"
    assert asked_selection(text) == Picked(
        "digits",
        "test",
        "grey",
        ("shipped:digits-2d", "run:a;b,c"),
        tuple(brushes_of("B-A:0,5~z:-1,1,-1,1", 2)),
    )
    long = compared(*[f"run:{n}{'x' * 300}" for n in range(3)])
    assert picked_text(long, brushes_of("A:0,5~B:0,5~C:0,5", 3), among) is None


def test_a_brush_selects_on_the_plane_what_it_selects_in_the_split() -> None:
    entry = open_upload("a.safetensors", small_model_bytes(41))
    split = DIGITS.split("test")
    numbers = measured(entry.digest, "digits", "test", "grey", small_vae(41), split.images)
    cost = -numbers.bounds.elbo
    middle = float(cost.median())
    text = f"digits;test;grey;{entry.key};A:{middle:.6f},"
    expected = DIGITS.splits["test"][cost.double() >= round(middle, 6)]
    assert images(text) == sorted(expected.tolist())
    found = picked_points(DIGITS, text)
    assert isinstance(found, bytes)
    header = read_checkpoint(found).metadata
    assert header["total"] == len(expected)
    assert f"nats under A; A is {entry.title}" in header["note"]


def test_a_class_needs_no_model() -> None:
    labels = DIGITS.split("test").labels
    assert labels is not None
    among = labels == 3
    text = picked_text(compared("shipped:digits-2d"), brushes_of("c:3", 1), among)
    assert text == "digits;test;grey;;c:3"
    index = DIGITS.splits["test"]
    assert DIGITS.labels is not None
    assert images(text) == sorted(index[DIGITS.labels[index] == 3].tolist())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "digits",
        "digits;test;",
        "digits;test;x",
        "digits;test;9-1",
        "digits;test;1-9999999",
        f"digits;test;{','.join(map(str, range(FEW + 1)))}",
        "digits;test;wet;shipped:digits-2d;A:1,2",
        "digits;test;grey;shipped:digits-2d;B:1,2",
        "digits;test;grey;shipped:digits-2d;A:1,2~junk",
        "<script>;test;grey;a;" + "A" * LONGEST_PICKED,
    ],
)
def test_junk_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(AtlasError, match="names no selection"):
        asked_selection(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mnist;test;1", "other data"),
        ("digits;new;1", "has no split new"),
        ("digits;test;300", "fewer images"),
        ("digits;test;grey;run:gone;A:1,2", "run:gone of this selection is not here"),
    ],
)
def test_a_selection_that_is_not_to_be_found_here_says_why(text: str, said: str) -> None:
    with pytest.raises(AtlasError, match=said):
        picked_points(DIGITS, text)
