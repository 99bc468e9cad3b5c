"""What a search among the images of a split means."""

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
