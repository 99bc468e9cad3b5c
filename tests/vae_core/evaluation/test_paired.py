"""Two models on the same images: differences as statisticians have them."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from vae_core.evaluation.paired import paired, paired_by_class


def _two(count: int, gain: float = 1.3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    first = -100 + 25 * torch.randn(count, generator=generator)
    return first, first + gain + 3 * torch.randn(count, generator=generator)


@pytest.mark.parametrize("count", [2, 5, 40, 3000])
def test_the_difference_and_its_error_are_those_of_a_paired_t_test(count: int) -> None:
    first, second = _two(count)
    found = paired(first, second)
    test = stats.ttest_rel(second.double().numpy(), first.double().numpy())
    low, high = test.confidence_interval(0.95)
    assert found.mean == pytest.approx((low + high) / 2)
    assert found.standard_error == pytest.approx(found.mean / test.statistic)
    # Student's t is a series here: to 0.01 of it.
    assert found.half_width == pytest.approx((high - low) / 2, rel=5e-3)
    assert (found.verdict == "better") == (low > 0)


def test_the_share_of_wins_has_wilsons_interval() -> None:
    found = paired(*_two(400))
    wins = int(np.sum(_two(400)[1].numpy() > _two(400)[0].numpy()))
    low, high = stats.binomtest(wins, 400).proportion_ci(method="wilson")
    assert found.won is not None
    assert (found.wins, found.won.low, found.won.high) == pytest.approx((wins, low, high))
    assert found.losses == 400 - wins


def test_turned_round_the_better_one_is_worse() -> None:
    first, second = _two(400)
    assert paired(second, first) == paired(first, second).reversed()
    assert paired(second, first).verdict == "worse"


def test_equal_models_and_a_single_image_decide_nothing() -> None:
    first, _ = _two(50)
    same = paired(first, first)
    assert (same.verdict, same.ties, same.wins, same.losses) == ("cannot be said", 50, 0, 0)
    alone = paired(first[:1], first[:1] + 9)
    assert (alone.half_width, alone.standard_error, alone.verdict) == (None, None, "cannot be said")
    none = paired(first[:0], first[:0])
    assert math.isnan(none.mean)
    assert none.won is None


def test_differences_that_another_draw_may_turn_round_are_counted() -> None:
    first = torch.zeros(4)
    found = paired(first, torch.tensor([0.5, -1.9, 2.1, -4.0]), torch.tensor(1.0))
    assert found.within_draws == 2  # less than 1.96
    assert paired(first, first, torch.full((4,), torch.nan)).within_draws is None


def test_each_class_is_paired_by_itself() -> None:
    first, second = _two(300)
    labels = torch.randint(0, 45, (300,), generator=torch.Generator().manual_seed(0))
    found = paired_by_class(first, second, labels, torch.ones(300))
    assert list(found) == sorted(set(labels.tolist()))
    for label, each in found.items():
        assert each == paired(first[labels == label], second[labels == label], torch.tensor(1.0))
    assert paired_by_class(first[:0], second[:0], labels[:0]) == {}
