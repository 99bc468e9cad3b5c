"""Where a search passes a bound: found by ladder and bisection, and held against a known curve."""

import math

import pytest

from latent_atlas.reproduce.crossing import FINENESS, FIRST, MOST, crossing


@pytest.mark.parametrize("steps", [3, 49, 50, 51, 137, 365, 999, 2048, 3199])
def test_the_crossing_of_a_known_curve_is_enclosed_finely(steps: int) -> None:
    def bound_after(tried: int) -> float:
        return -100.0 - 300.0 * math.exp(-tried / 400)

    found = crossing(bound_after, bound_after(steps), 0.1)
    assert found.above is not None
    assert found.below.steps < steps <= found.above.steps
    assert found.above.steps - found.below.steps <= max(1, found.above.steps // FINENESS)
    assert found.below.bound < found.goal <= found.above.bound
    assert found.steps == pytest.approx(steps, rel=0.01, abs=0.5)


def test_no_search_is_run_twice_or_longer_than_asked() -> None:
    tried: list[int] = []

    def bound_after(steps: int) -> float:
        tried.append(steps)
        return float(steps)

    crossing(bound_after, 130.0, 0.1)
    assert len(set(tried)) == len(tried)
    assert tried[:2] == [0, FIRST]
    assert max(tried) == 200


def test_a_bound_that_is_never_reached_is_told() -> None:
    found = crossing(lambda steps: -1.0, 0.0, 0.1)
    assert found.above is None
    assert found.steps == found.below.steps == MOST
