"""What a search among the images of a split means."""

from dataclasses import replace

import pytest
import torch

from latent_atlas.ui.reconstruct.finding import found
from vae_core.data import Dataset

DATA = Dataset(
    name="zoo",
    title="Zoo",
    images=torch.zeros(6, 1, 2, 2, dtype=torch.uint8),
    labels=torch.tensor([0, 1, 0, 1, 1, 0]),
    class_names=("Cat", "dog"),
    splits={"test": torch.tensor([1, 2, 3, 4])},
    provenance="",
    licence="",
    image_names=("a1.png", "b2.png", "Kitten.png", "b4.png", "c5.png", "kitten.gif"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", [2]),
        ("0, 3", [0, 3]),
        ("1-2", [1, 2]),
        ("cat", [1]),
        ("DOG", [0, 2, 3]),
        ("kitten", [1]),
        ("b2, 3", [0, 3]),
        ("99", []),
        ("3-1", []),
        ("<b>*", []),
        ("9" * 80, []),
    ],
)
def test_a_search_means_numbers_classes_and_file_names(text: str, expected: list[int]) -> None:
    indices = found(text, DATA, DATA.split("test"))
    assert indices is not None
    assert indices.tolist() == expected


@pytest.mark.parametrize("text", ["", "  ", " , "])
def test_an_empty_search_means_all(text: str) -> None:
    assert found(text, DATA, DATA.split("test")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234", [1234]),
        ("1, 234", [1, 234]),
        ("1,234, 5", [5, 1234]),
        ("1,001-1,003", [1001, 1002, 1003]),
        ("3,140", [3, 140]),  # there is no image 3,140
        ("3,14", [3, 14]),
        ("1,2,345", [1, 2, 345]),
        ("0,123", [0, 123]),
    ],
)
def test_a_comma_within_a_number_is_no_list_where_there_are_so_many_images(
    text: str, expected: list[int]
) -> None:
    images = torch.zeros(2000, 1, 1, 1, dtype=torch.uint8)
    many = replace(
        DATA, images=images, labels=None, image_names=(), splits={"test": torch.arange(2000)}
    )
    indices = found(text, many, many.split("test"))
    assert indices is not None
    assert indices.tolist() == expected
