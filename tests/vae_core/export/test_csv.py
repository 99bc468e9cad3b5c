"""The table of encodings, read again."""

import csv
import io
from dataclasses import replace

import pytest
import torch

from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.data import LabelColumn, load_dataset
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, images_csv
from vae_core.export.csv_file import cell
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


def test_no_text_from_elsewhere_is_a_formula() -> None:
    bad = ("=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", "\t=1", "\r=1", "a\x1b[2J", "9")
    for text in bad:
        assert not cell(text).startswith(("=", "+", "-", "@", "＝", "\t", "\r"))
        assert cell(text).isprintable()
    digits = load_dataset("digits")
    names = ("=cmd", *digits.class_names[1:])
    table = _table("".join(encodings_csv(small_vae(), replace(digits, class_names=names))))
    assert "'=cmd" in {row["class"] for row in table}
    assert len(cell("x" * 100_000)) <= 1_000


def test_the_names_of_files_stay_with_their_images() -> None:
    digits = load_dataset("digits")
    files = tuple(f"{k}.png" for k in range(len(digits.images)))
    table = _table("".join(encodings_csv(small_vae(), replace(digits, image_names=files))))
    assert [row["file"] for row in table] == list(files)
    assert [row["index"] for row in table] == [name.removesuffix(".png") for name in files]


def test_every_column_of_labels_has_its_own_and_none_takes_the_name_of_another() -> None:
    digits = load_dataset("digits")
    assert digits.labels is not None
    even = digits.labels % 2
    others = (
        LabelColumn("parity", even, ("even", "odd")),
        LabelColumn("file", even, ("=a", "b")),
        LabelColumn("parity", 1 - even, ("odd", "even")),
    )
    files = tuple(f"{k}.png" for k in range(len(digits.images)))
    dataset = replace(digits, other_labels=others, image_names=files)
    table = _table("".join(encodings_csv(small_vae(), dataset)))
    assert list(table[0])[:8] == [
        *("index", "split", "label", "class", "parity", "file 2", "parity 2", "file")
    ]
    assert [row["parity"] for row in table] == [("even", "odd")[k] for k in even.tolist()]
    assert {row["parity 2"] == row["parity"] for row in table} == {True}
    assert {row["file 2"] for row in table} == {"'=a", "b"}
    assert [row["file"] for row in table] == list(files)


def test_some_images_are_told_of_in_the_order_that_they_are_asked_for() -> None:
    table = _table("".join(images_csv(load_dataset("digits"), [7, 3, 1796])))
    assert [row["index"] for row in table] == ["7", "3", "1796"]
    assert list(table[0]) == ["index", "split", "label", "class"]


def test_images_of_another_size_are_refused_before_anything_is_written() -> None:
    with pytest.raises(AtlasError, match="do not fit"):
        encodings_csv(small_vae(), load_dataset("mnist-12k"))
