"""The table of encodings, read again."""

import csv
import io
from dataclasses import replace

import pytest
import torch

from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv
from vae_core.latent import encode_images


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_number_comes_back_to_the_last_bit() -> None:
    vae, dataset = small_vae(latent_dim=3), load_dataset("digits")
    table = _table("".join(encodings_csv(vae, dataset)))
    names = ["mu_1", "mu_2", "mu_3", "logvar_1", "logvar_2", "logvar_3"]
    assert list(table[0]) == ["index", "split", "label", "class", *names]
    expected = encode_images(vae, dataset.images)
    found = torch.tensor([[float(row[name]) for name in names] for row in table])
    assert torch.equal(found, torch.cat([expected.mu, expected.logvar], dim=1))
    assert dataset.labels is not None
    assert [int(row["index"]) for row in table] == list(range(len(dataset.images)))
    assert [int(row["label"]) for row in table] == dataset.labels.tolist()


def test_an_image_names_all_its_splits_and_a_dataset_without_classes_leaves_them_empty() -> None:
    digits = load_dataset("digits")
    first = torch.arange(3)
    dataset = replace(
        digits,
        images=digits.images[:4],
        labels=None,
        splits={"train": first, "train-60k": torch.arange(4), "twice": torch.tensor([2, 2])},
    )
    table = _table("".join(encodings_csv(small_vae(), dataset)))
    splits = ["train train-60k", "train train-60k", "train train-60k twice", "train-60k"]
    assert [row["split"] for row in table] == splits
    assert {(row["label"], row["class"]) for row in table} == {("", "")}


def test_a_class_name_with_a_comma_stays_one_cell() -> None:
    digits = load_dataset("digits")
    names = tuple(f'{name}, "round"' for name in digits.class_names)
    table = _table("".join(encodings_csv(small_vae(), replace(digits, class_names=names))))
    assert table[0]["class"] == names[int(table[0]["label"])]


def test_images_of_another_size_are_refused_before_anything_is_written() -> None:
    with pytest.raises(AtlasError, match="do not fit"):
        encodings_csv(small_vae(), load_dataset("mnist-12k"))
