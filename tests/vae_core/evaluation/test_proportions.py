"""Shares and their differences, against SciPy, exact coverage and the plain paired mean."""

import math
from itertools import pairwise

import pytest
import torch

from vae_core.evaluation import PairedDifference, Proportion, over_images, paired_difference

stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 40), (37, 40), (9_812, 10_000)])
def test_the_interval_of_a_share_is_wilsons(count: int, total: int) -> None:
    found = Proportion(count, total)
    exact = stats.binomtest(count, total).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-6)
    assert found.low <= found.share <= found.high


def test_of_many_cases_the_paired_difference_has_the_error_of_the_plain_paired_mean() -> None:
    generator = torch.Generator().manual_seed(0)
    first = torch.rand(20_000, generator=generator) < 0.95
    second = first & (torch.rand(20_000, generator=generator) < 0.97)
    found = paired_difference(first, second)
    plain = first.double() - second.double()
    assert found.value == pytest.approx(plain.mean().item())
    assert found.half_width == pytest.approx(over_images(plain), rel=0.01)


def test_the_paired_difference_covers_the_truth_in_nineteen_of_twenty_cases() -> None:
    total, only_first, only_second = 40, 0.15, 0.05
    covered = 0.0
    for b in range(total + 1):
        for c in range(total - b + 1):
            found = PairedDifference(b, c, total)
            if abs(found.value - (only_first - only_second)) <= found.half_width:
                rest = 1 - only_first - only_second
                p = [only_first, only_second, rest]
                covered += stats.multinomial.pmf([b, c, total - b - c], total, p)
    assert 0.94 < covered < 0.98


def test_what_is_decided_is_what_mcnemar_decides_but_for_the_border() -> None:
    for changed in (10, 30, 80):
        verdicts = []
        for lost in range(changed // 2, changed + 1):
            mcnemar = stats.binomtest(lost, changed).pvalue
            verdict = PairedDifference(lost, changed - lost, 1000).decided
            if mcnemar < 0.02 or mcnemar > 0.12:
                assert verdict == (mcnemar < 0.05)
            verdicts.append(verdict)
        assert all(not one or other for one, other in pairwise(verdicts))


def test_no_change_in_few_images_is_not_taken_for_none_at_all() -> None:
    none = PairedDifference(0, 0, 20)
    assert none.value == 0
    assert not none.decided
    assert math.isclose(none.half_width, 1.959964 / 22)
