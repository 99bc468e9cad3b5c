import csv
import io
import json

import numpy as np
import pytest
import torch
from scipy import stats

from latent_atlas.reports.comparison.measuring import measured
from latent_atlas.reports.comparison.sentences import headline
from latent_atlas.reports.comparison.table import comparison_csv
from latent_atlas.reports.comparison.training_part import learned_from
from tests.latent_atlas.reports.comparison.made_up import EVIL, subjects
from vae_core.data import Dataset
from vae_core.evaluation import Cancelled, Watch, evaluate, reconstruct
from vae_core.models import TrainingRecord


def test_means_are_those_of_evaluate_and_differences_those_of_a_paired_t_test() -> None:
    given = subjects(images=40)
    record = measured(given).record
    for told, model in zip(record.models, given.models, strict=True):
        bound = evaluate(model.vae, given.split.images, samples=given.samples)
        assert (told.cost.value, told.rate.value) == (-bound.elbo, bound.rate)
        assert told.distortion.value == bound.distortion
        assert told.cost.half_width == bound.half_widths["elbo"]
    first, second = (model.bounds.elbo.double().numpy() for model in given.models)
    test = stats.ttest_rel(second, first).confidence_interval(0.95)
    pair = record.models[1].pair
    assert pair is not None
    assert pair.difference.value is not None
    assert pair.difference.half_width is not None
    low, high = (pair.difference.value + k * pair.difference.half_width for k in (-1, 1))
    np.testing.assert_allclose((low, high), test, rtol=1e-5)
    share = stats.binomtest(pair.wins, pair.images).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose((pair.won_low, pair.won_high), (share.low, share.high), rtol=1e-5)


def test_classes_add_up_to_all_images_and_each_has_a_verdict() -> None:
    record = measured(subjects(images=30)).record
    for model in record.models:
        total = sum((each.cost.value or 0.0) * each.images for each in model.classes)
        assert total / record.images == pytest.approx(model.cost.value, rel=1e-6)
    assert [each.pair is None for each in record.models[0].classes] == [True] * 3
    assert [each.pair is None for each in record.models[1].classes] == [False] * 3


def test_densities_stand_apart_from_probabilities_and_it_is_said_why() -> None:
    record = measured(subjects(("bernoulli", "gaussian", "gaussian"))).record
    assert [model.scale for model in record.models] == [0, 1, 1]
    assert [model.pair is None for model in record.models] == [True, True, False]
    assert "probabilities (bernoulli)" in record.apart[0]
    assert [set(chart.counts) for chart in record.histograms] == [{"first"}, {EVIL, "model 2"}]
    covered = [model.calibration.covered for model in record.models]
    assert covered[0] is None
    assert covered[1] is not None


@pytest.mark.parametrize(
    ("images", "classes", "shape"), [(1, 0, (1, 8, 8)), (3, 1, (3, 4, 6)), (2, 2, (1, 2, 2))]
)
def test_one_image_and_the_smallest_ones_give_a_record_without_a_nan(
    images: int, classes: int, shape: tuple[int, int, int]
) -> None:
    record = measured(subjects(images=images, classes=classes, shape=shape)).record
    json.dumps(record.as_dict(), allow_nan=False)
    if images == 1:  # one image decides nothing, and a share of it says nothing
        assert "whether" in record.headline.lower()
        assert "on which share" in record.headline
        assert "100 %" not in record.headline


def test_the_headline_is_of_the_two_best_and_says_when_it_cannot_be_said() -> None:
    given = subjects(("bernoulli",) * 3, images=60, titles=("A", "B", "C"))
    costs = {model.title: -model.bounds.elbo.mean().item() for model in given.models}
    best = sorted(costs, key=lambda title: costs[title])
    told = headline(given)
    assert told.startswith("Of 3 models ")
    assert f"{best[0]}" in told
    assert best[2] not in told.replace("Of 3 models", "")
    alone = headline(subjects(("bernoulli",), titles=("A",)))
    assert alone.startswith("An image costs ")


def test_work_that_is_cancelled_ends() -> None:
    with pytest.raises(Cancelled):
        measured(subjects(), Watch(cancelled=lambda: True))


def test_the_table_has_every_image_and_runs_no_formula() -> None:
    given = subjects()
    found = measured(given)
    rows = list(csv.DictReader(io.StringIO("".join(comparison_csv(found)))))
    assert [int(row["index"]) for row in rows] == list(range(12))
    assert all(row["file"].startswith("'=") and row["class"].startswith("'=") for row in rows)
    for model in given.models:
        costs = [float(row[f"{model.title} cost"]) for row in rows]
        np.testing.assert_allclose(costs, -model.bounds.elbo.numpy(), rtol=1e-6)
        copies = reconstruct(model.vae, given.split.images)
        errors = (copies - given.split.images / 255).square().flatten(1).mean(1)
        mse = torch.tensor([float(row[f"{model.title} mse"]) for row in rows])
        torch.testing.assert_close(mse, errors, rtol=1e-5, atol=0)


def test_a_model_has_learned_from_the_part_that_stands_in_for_its_training_images() -> None:
    images = torch.zeros(6, 1, 2, 2, dtype=torch.uint8)
    splits = {"train": torch.arange(4), "small": torch.arange(2), "test": torch.arange(4, 6)}
    data = Dataset("mnist-12k", "", images, None, (), splits, "", "")

    def learned(dataset: str, split: str | None, part: str) -> bool:
        return learned_from(TrainingRecord(dataset=dataset, split=split), data, part)

    assert learned("mnist", "train-60k", "train")
    assert not learned("mnist", "train-60k", "small")
    assert learned("mnist-12k", "small", "small")
    assert not learned("mnist-12k", "small", "train")
    assert not learned("digits", "train", "train")
    assert learned("mnist-12k", None, "train")
