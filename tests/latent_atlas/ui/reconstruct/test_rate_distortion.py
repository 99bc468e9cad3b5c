"""Where models stand: on which images, measured once, and which of them make a curve."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.reconstruct.kept import Kept
from latent_atlas.ui.reconstruct.measure import measured
from latent_atlas.ui.reconstruct.rate_distortion import words
from latent_atlas.ui.reconstruct.rate_distortion.candidates import Candidate, curves
from latent_atlas.ui.reconstruct.rate_distortion.chart import figure_data
from latent_atlas.ui.reconstruct.rate_distortion.standing import Parts, measure, parts_of
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.data import Dataset, load_dataset
from vae_core.evaluation import Watch
from vae_core.evaluation.rate_distortion import mean_of, squared_errors
from vae_core.runs import create_run, runs_folder
from vae_core.runs.flat import make_config


def split_apart(images: Tensor, **splits: Tensor) -> Dataset:
    return Dataset("mine", "Mine", images, None, (), splits, "", "")


def test_training_images_stand_beside_those_shown_unless_they_are_the_same() -> None:
    images = torch.zeros(10, 1, 2, 2, dtype=torch.uint8)
    index = torch.arange(10)
    data = split_apart(images, train=index[:6], small=index[:3], test=index[6:], none=index[:0])

    def train(shown: str, trained_on: str | None) -> str | None:
        found = parts_of(data, data.split(shown), "grey", trained_on).train
        return None if found is None else found.name

    assert train("test", "small") == "small"
    assert train("test", None) == "train"
    assert train("test", "elsewhere") == "train"
    assert train("test", "none") == "train"
    assert train("train", None) is None
    only = split_apart(images, test=index)
    assert parts_of(only, only.split("test"), "grey", None).train is None


def test_a_model_is_held_against_pca_of_as_many_axes_image_by_image() -> None:
    data, vae = load_dataset("digits"), small_vae(latent_dim=3)
    parts = parts_of(data, data.split("test"), "grey", "train")
    shares: list[float] = []
    found = measure("a" * 64, vae, parts, Watch(shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    errors = squared_errors(vae, data.split("test").images)
    assert found.test.squared_error == mean_of(errors.drawn)
    train = data.split("train").images.flatten(1).double() / 255
    test = data.split("test").images.flatten(1).double() / 255
    axes = torch.linalg.svd(train - train.mean(0), full_matrices=False)[2][:3]
    centred = test - train.mean(0)
    linear = (centred - centred @ axes.T @ axes).square().mean(1)
    expected = mean_of(linear - errors.copied)
    assert found.keeps_more is not None
    assert expected.half_width is not None
    assert found.keeps_more.value == pytest.approx(expected.value, rel=1e-4)
    assert found.keeps_more.half_width == pytest.approx(expected.half_width, rel=1e-3)
    # An untrained model keeps less than a linear code does, and the table says so.
    assert found.keeps_more.value < 0
    assert found.finite


def test_a_model_stands_at_the_very_numbers_of_the_wall_and_is_not_measured_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, vae = load_dataset("digits"), small_vae(latent_dim=3)
    parts = parts_of(data, data.split("test"), "grey", "train")
    wall = measured("c" * 64, "digits", "test", "grey", vae, data.split("test").images).bounds
    train = measured("c" * 64, "digits", "train", "grey", vae, data.split("train").images).bounds
    monkeypatch.setattr("latent_atlas.ui.reconstruct.measure.bounds_in_parts", None)
    found = measure("c" * 64, vae, parts, Watch())
    for at, bounds in ((found.test, wall), (found.train, train)):
        assert at is not None
        assert at.cost == mean_of(-bounds.elbo)
        assert (at.rate, at.distortion) == (mean_of(bounds.rate), mean_of(bounds.distortion))
        assert at.cost.value == -bounds.elbo.double().mean().item()
    monkeypatch.setattr("latent_atlas.ui.reconstruct.rate_distortion.errors.squared_errors", None)
    assert measure("c" * 64, vae, parts, Watch()) == found


def test_what_nobody_asked_for_longest_is_forgotten_first() -> None:
    kept: Kept[int] = Kept(2)
    for k in range(2):
        kept.put(k, k)
    assert kept.get(0) == 0
    kept.put(2, 2)
    assert [kept.get(k) for k in range(3)] == [0, None, 2]


def entry_of(**settings: object) -> ModelEntry:
    run = create_run(make_config(dataset="digits", **settings), runs_folder())
    return ModelEntry(f"run:{run.id}", run.title, "", Path())


def test_runs_alike_but_for_beta_and_seed_make_a_curve_and_no_others_do() -> None:
    four = [entry_of(beta=beta, seed=seed) for beta in (1.0, 4.0) for seed in (0, 1)]
    other = [entry_of(beta=beta, latent_dim=5) for beta in (2.0, 0.5)]
    alone = [entry_of(latent_dim=7), ModelEntry("shipped:x", "x", "", Path())]
    found = curves([*four, *other, *alone])
    assert [[beta for beta, _ in curve.at] for curve in found] == [
        [1.0, 1.0, 4.0, 4.0],
        [0.5, 2.0],
    ]
    assert {key for _, key in found[0].at} == {entry.key for entry in four}
    assert [curve.label for curve in found] == [
        "β 1 to 4 · latent-dim 2",
        "β 0.5 to 2 · latent-dim 5",
    ]


def test_names_from_elsewhere_are_no_markup() -> None:
    data = load_dataset("digits")
    parts = Parts("digits", "grey", data.split("test"), None)
    found = measure("b" * 64, small_vae(), parts, Watch())
    told = words.told_of("<img src=x>", found, parts)
    assert "<img" not in told
    assert "rate" in told


def test_in_nats_the_line_bounds_gaussians_of_one_sigma_alone_and_the_page_says_so() -> None:
    data = load_dataset("digits")
    parts = Parts("digits", "grey", data.split("test"), None)
    kinds = ("gaussian", "gaussian-fixed", "bernoulli")
    own, one, grey = (
        measure(f"of {kind}", small_vae(likelihood=kind), parts, Watch()) for kind in kinds
    )
    entries = [ModelEntry(f"shipped:{kind}", kind, "", Path()) for kind in kinds]
    candidates = [Candidate(entry, entry.title, "A") for entry in entries]
    mixed = list(zip(candidates, (own, one), strict=False))
    assert len(figure_data(mixed, parts, "nats").bounds) == 1
    assert figure_data(mixed[:1], parts, "nats").bounds == ()
    assert figure_data([(candidates[2], grey)], parts, "nats").bounds == ()
    assert len(figure_data([(candidates[2], grey)], parts, "squared error").bounds) == 1
    told = words.bounded("nats", [own, one], bounds=True, looked_at=300)
    assert "says nothing about models with p(x|z) gaussian." in told
    assert "says nothing" not in words.bounded("nats", [one], bounds=True, looked_at=300)
    assert "no line to compare with" in words.bounded("nats", [grey], bounds=False, looked_at=300)
