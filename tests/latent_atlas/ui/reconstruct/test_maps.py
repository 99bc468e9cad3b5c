"""Two maps on the page: how they are laid flat, listed, and which models differ by chance alone."""

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.model_files import open_upload
from latent_atlas.ui.reconstruct.comparison import Comparison, compare
from latent_atlas.ui.reconstruct.maps import words
from latent_atlas.ui.reconstruct.maps.comparing import Agreement, compared, figure_data, flat
from latent_atlas.ui.reconstruct.maps.movers import movers
from latent_atlas.ui.reconstruct.maps.survival import twins
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.data import Dataset, Split, load_dataset
from vae_core.latent.agreement import align, company
from vae_core.models import TrainingRecord, model_bytes


def scattered(n: int, dims: int, seed: int) -> Tensor:
    return torch.randn(n, dims, generator=torch.Generator().manual_seed(seed))


def agreement(one: int, other: int) -> Agreement:
    a, b = scattered(60, one, 0), scattered(60, other, 1)
    return Agreement(torch.arange(60), align(a, b), company(a, b), (one, other))


@pytest.mark.parametrize(("one", "other"), [(1, 1), (1, 3), (2, 2), (2, 7), (5, 2), (200, 1)])
def test_maps_of_any_dimensions_are_laid_flat(one: int, other: int) -> None:
    found = agreement(one, other)
    _, start, end = flat(found)
    assert start.shape == end.shape == (60, 2)
    assert bool(start.isfinite().all() and end.isfinite().all())
    # What is drawn of an arrow is never longer than the whole of it.
    drawn = (end - start).norm(dim=1)
    assert bool((drawn <= found.alignment.moved + 1e-4).all())
    if one == other:
        torch.testing.assert_close(drawn, found.alignment.moved)


def compared_models(**commands: str) -> Comparison:
    data = load_dataset("digits")
    entries = []
    for seed, (name, command) in enumerate(commands.items()):
        record = TrainingRecord(dataset="digits", split="train", command=command)
        entries.append(open_upload(f"{name}.safetensors", model_bytes(small_vae(seed), record)))
    return compare(entries, data, data.split("test"), "grey")


def test_models_differ_by_chance_alone_where_only_the_seed_was_another() -> None:
    comparison = compared_models(
        a="train digits --seed 1 --beta 2",
        b="train digits --beta 2",
        c="train digits --beta 4 --seed 2",
        d="train digits --seed 77 --beta 2",
    )
    titles = [column.title for column in comparison.columns]
    assert titles == ["a", "b", "c", "d"]
    assert [each.title for each in twins(comparison, comparison.columns[0])] == ["a", "b", "d"]
    assert [each.title for each in twins(comparison, comparison.columns[2])] == ["c"]


def test_arrows_are_of_the_images_that_kept_the_fewest_neighbours_and_name_their_class() -> None:
    comparison = compared_models(a="", b="")
    found = compared(comparison, *comparison.columns)
    data = figure_data(found, comparison)
    assert 0 < len(data.arrows) <= 200
    labels = comparison.split.labels
    assert labels is not None
    for arrow in data.arrows:
        assert arrow.kind == comparison.class_names[int(labels[arrow.image])]
    first = data.arrows[0].image
    assert float(found.company.shares[first]) == float(found.company.shares.min())
    # The one that was chosen stands above the others in the list.
    table = movers(found, comparison, ("A", "B"), data.arrows[50].image)
    assert table.index(f"image {data.arrows[50].image} ") < table.index(f"image {first} ")


def test_images_without_classes_and_names_that_are_markup_are_listed() -> None:
    comparison = compared_models(a="", b="")
    split = comparison.split
    assert split.labels is not None
    plain = Comparison(
        comparison.data, Split("test", split.images, None), "grey", comparison.columns
    )
    found = compared(plain, *plain.columns)
    assert {arrow.kind for arrow in figure_data(found, plain).arrows} == {""}
    digits = comparison.data
    named = Dataset(
        *(digits.name, digits.title, digits.images, digits.labels),
        tuple(f"<b>{name}" for name in digits.class_names),
        *(digits.splits, "", ""),
    )
    strange = Comparison(named, named.split("test"), "grey", comparison.columns)
    assert "<b>" not in movers(found, strange, ("A", "B"), None)


@pytest.mark.parametrize(
    ("alike", "others", "title", "tells_of_ties"),
    [
        (1, 0, "The one image whose neighbours changed", False),
        (3, 40, "The 12 images that kept the fewest neighbours", False),
        (3, 1, "The 4 images that kept the fewest neighbours", False),
        (1362, 9, "12 of 1,362 images that kept none of their 10 neighbours", True),
    ],
)
def test_images_that_are_alike_are_not_ranked(
    alike: int, others: int, title: str, tells_of_ties: bool
) -> None:
    told, ties = words.changed(0, 10, alike, others, shown=12)
    assert told == title
    assert ("all alike" in ties) == tells_of_ties
