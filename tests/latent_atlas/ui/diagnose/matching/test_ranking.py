"""Medians with exact intervals, and which model is said to be ahead."""

from math import comb

import pytest

from latent_atlas.ui.diagnose.matching.ranking import LEAST_TRIES, Try, median_of, standings
from latent_atlas.ui.diagnose.matching.table import place


def tries(seconds: float, share: float, count: int = LEAST_TRIES) -> list[Try]:
    """So many, about a middle."""
    return [Try(seconds + n, share + n / 1000) for n in range(count)]


@pytest.mark.parametrize("count", [6, 9, 20, 51])
def test_the_interval_of_a_median_holds_it_in_95_of_100_cases_and_no_narrower_one_does(
    count: int,
) -> None:
    found = median_of(range(1, count + 1))
    assert found.low is not None
    assert found.high == count + 1 - found.low
    rank = int(found.low)

    def missed(rank: int) -> float:  # by the binomial distribution of how many lie below it
        return 2 * sum(comb(count, below) for below in range(rank)) / 2**count

    assert missed(rank) <= 0.05 < missed(rank + 1)


def test_five_tries_have_a_median_and_no_interval() -> None:
    found = median_of([5, 1, 4, 2, 3])
    assert (found.value, found.low, found.high) == (3, None, None)


def test_who_leaves_surely_less_in_no_more_time_is_ahead() -> None:
    found = standings({"far": tries(20, 0.5), "near": tries(20, 0.1)})
    assert list(found) == ["near", "far"]
    assert [each.places for each in found.values()] == [(1, 1), (2, 2)]
    assert [place(each, 2) for each in found.values()] == ["1 of 2", "2 of 2"]


def test_the_quicker_of_two_that_leave_the_same_is_ahead() -> None:
    found = standings({"slow": tries(60, 0.1), "quick": tries(20, 0.1)})
    assert {name: each.places for name, each in found.items()} == {
        "quick": (1, 1),
        "slow": (2, 2),
    }


def test_no_place_is_said_where_brackets_touch_or_one_took_longer_to_get_nearer() -> None:
    for others in (tries(20, 0.102), tries(60, 0.05)):
        found = standings({"one": tries(20, 0.1), "other": others})
        assert {place(each, 2) for each in found.values()} == {"cannot be said"}


def test_too_few_tries_are_not_ranked_nor_is_a_model_that_stands_alone() -> None:
    found = standings({"few": tries(1, 0, LEAST_TRIES - 1), "alone": tries(20, 0.1), "none": []})
    assert list(found) == ["alone", "few"]
    assert [place(each, 1) for each in found.values()] == ["no other to rank", "after 1 more try"]


def test_tries_that_reached_a_tenth_and_that_were_given_up_are_counted() -> None:
    (found,) = standings({"it": [Try(1, 0.1), Try(2, 0.11), Try(3, 0.4, given_up=True)]}).values()
    assert (found.tries, found.reached, found.given_up) == (3, 1, 1)
