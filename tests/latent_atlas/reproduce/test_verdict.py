"""A verdict follows from its numbers, and says nothing where they are too few or too far apart."""

import math
import random
import statistics

import pytest

from latent_atlas.reproduce.numbers import factor_spread, spread
from latent_atlas.reproduce.verdict import ERROR, Comparison, Rule, Side, Verdict, seed_test

WORSE_ON_UNSEEN = (0.466680, 0.704805, 0.448542)  # the paired differences of three seeds


def _rule(*comparisons: Comparison, no_power: str = "", needed: str = "") -> Rule:
    return Rule(
        quantity="a difference",
        tolerance="none",
        comparisons=comparisons,
        no_power=no_power,
        needed=needed,
    )


def test_three_seeds_have_two_degrees_of_freedom() -> None:
    found = seed_test(WORSE_ON_UNSEEN)
    assert found.degrees == 2
    assert found.mean == pytest.approx(0.54, abs=0.005)
    assert found.standard_error == pytest.approx(0.08, abs=0.005)
    assert found.reach() == pytest.approx(2.920 * found.standard_error, rel=1e-3)
    told = _rule(Comparison(label="d", values=WORSE_ON_UNSEEN)).test
    assert "over 3 seeds, paired by seed (2 degrees of freedom)" in told


@pytest.mark.parametrize(
    ("values", "limit", "side", "verdict"),
    [
        ((1.0, 1.1, 0.9), 0.0, "above", "holds"),
        ((1.0, 1.1, 0.9), 2.0, "above", "does not hold"),
        ((1.0, 1.1, 0.9), 2.0, "below", "holds"),
        ((1.0, 1.1, 0.9), 0.0, "below", "does not hold"),
        ((5.0, 0.1, -1.0), 0.0, "above", "cannot be said"),
        ((5.0, 0.1, -1.0), 0.0, "below", "cannot be said"),
        ((9.0,), 0.0, "above", "cannot be said"),  # one seed has no spread
        ((1.0, 1.0, 1.0), 0.0, "above", "holds"),
        ((0.0, 0.0, 0.0), 0.0, "above", "does not hold"),
    ],
)
def test_a_comparison_has_three_outcomes(
    values: tuple[float, ...], limit: float, side: Side, verdict: Verdict
) -> None:
    assert Comparison(label="d", values=values, limit=limit, side=side).outcome() == verdict


def test_factors_are_tested_by_their_logarithms() -> None:
    both = [
        Comparison(label="d", values=(4.0, 5.0, 6.25), limit=3.0, ratio=True),
        Comparison(label="d", values=(math.log(4), math.log(5), math.log(6.25)), limit=math.log(3)),
    ]
    assert both[0].test == both[1].test
    assert both[0].outcome() == both[1].outcome() == "holds"
    assert both[0].mean == pytest.approx(5.0)  # geometric
    assert both[0].edge("holds") == pytest.approx(math.exp(both[1].edge("holds")))


def test_a_factor_that_has_no_logarithm_is_refused() -> None:
    with pytest.raises(ValueError, match="not positive"):
        Comparison(label="d", values=(1.0, 0.0), limit=1.0, ratio=True)


def test_where_the_truth_is_at_the_limit_a_verdict_is_wrong_once_in_twenty() -> None:
    draw = random.Random(0)
    tries = 4000
    held = sum(
        Comparison(label="d", values=tuple(draw.gauss(0, 1) for _ in range(3))).outcome() == "holds"
        for _ in range(tries)
    )
    assert held / tries == pytest.approx(ERROR, abs=3.5 * math.sqrt(ERROR * (1 - ERROR) / tries))


def test_a_claim_of_several_parts_holds_if_all_do_and_fails_by_one() -> None:
    ahead = Comparison(label="ahead", values=(1.0, 1.1, 0.9))
    behind = Comparison(label="behind", values=(-1.0, -1.1, -0.9))
    open_ = Comparison(label="open", values=(5.0, 0.1, -1.0))
    assert _rule(ahead, ahead).verdict == "holds"
    assert _rule(ahead, open_).verdict == "cannot be said"
    assert _rule(ahead, open_, behind).verdict == "does not hold"
    assert _rule().verdict == "cannot be said"


def test_one_of_many_parts_fails_only_where_chance_does_not_make_it() -> None:
    """Just beyond 1 in 20 by itself, it is what one of nine is expected to be."""
    behind = Comparison(label="behind", values=(-1.0, -2.0, -3.2))
    assert _rule(behind).verdict == "does not hold"
    ahead = Comparison(label="ahead", values=(1.0, 1.1, 0.9))
    assert _rule(behind, *[ahead] * 8).verdict == "cannot be said"


def test_without_power_a_claim_can_fail_but_not_hold() -> None:
    ahead = Comparison(label="ahead", values=(1.0, 1.1, 0.9))
    behind = Comparison(label="behind", values=(-1.0, -1.1, -0.9))
    blind = _rule(ahead, no_power="there was no occasion", needed="an occasion")
    assert blind.verdict == "cannot be said"
    assert "No power: there was no occasion" in blind.sentence
    assert blind.sentence.endswith("What would have changed it: an occasion.")
    assert _rule(behind, no_power="there was no occasion").verdict == "does not hold"


@pytest.mark.parametrize("side", ["above", "below"])
@pytest.mark.parametrize("mean", [3.0, -3.0])
def test_another_mean_of_the_same_spread_would_have_changed_it(mean: float, side: Side) -> None:
    def judged(centre: float) -> Rule:
        values = (centre - 0.5, centre, centre + 0.5)
        return _rule(Comparison(label="d", values=values, side=side))

    rule = judged(mean)
    verdict = rule.verdict
    assert verdict != "cannot be said"
    [each] = rule.comparisons
    edge = each.edge(verdict)
    nudge = math.copysign(0.001, mean)
    assert judged(edge + nudge).verdict == verdict
    assert judged(edge - nudge).verdict == "cannot be said"
    assert ("or less" if mean > 0 else "or more") in rule.otherwise


def test_the_seeds_that_would_do_are_counted() -> None:
    undecided = Comparison(label="d", values=(3.0, 1.0, 0.1))
    needed = undecided.seeds_needed()
    assert needed is not None
    assert needed > 3
    found = undecided.test
    deviation = found.standard_error * math.sqrt(3)
    for seeds, outcome in ((needed - 1, "cannot be said"), (needed, "holds")):
        # So many values of the very same mean and deviation.
        raw = [float(k) for k in range(seeds)]
        scale = deviation / statistics.stdev(raw)
        moved = tuple(found.mean + scale * (k - statistics.fmean(raw)) for k in raw)
        assert Comparison(label="d", values=moved).outcome() == outcome
    assert f"{needed} with this mean and spread" in _rule(undecided).otherwise
    assert Comparison(label="d", values=(1.0, -1.0, 0.01)).seeds_needed() is None


def test_an_undecided_verdict_names_the_comparison_and_how_far_the_truth_may_lie() -> None:
    plain = Comparison(label="plain", values=(4.0, 5.0, 6.25), limit=1.5, ratio=True)
    open_ = Comparison(label="open", values=(1.6, 2.4, 3.6), limit=1.5, ratio=True, unit="×")
    rule = _rule(plain, open_)
    assert rule.verdict == "cannot be said"
    assert rule.deciding is open_
    reaches = open_.reaches(ERROR)
    assert reaches is not None
    assert reaches[0] < open_.limit < reaches[1]
    assert "“open” is 2.40 (1.90 to 3.03), and more than 1.5 is claimed" in rule.decided
    assert "Decided by: “open”" in rule.sentence


def test_the_spread_of_factors_is_that_of_their_logarithms() -> None:
    assert factor_spread([2.0, 4.0, 8.0]) == "4.00 (2.68 to 5.97)"
    assert factor_spread([2.5e9]) == "2.50 × 10⁹"


def test_one_seed_is_told_as_what_it_is() -> None:
    alone = _rule(Comparison(label="d", values=(7.0,)))
    assert alone.test == "none, for one seed has no spread"
    assert alone.otherwise == "a second seed at least"


def test_one_seed_is_judged_by_its_error_over_images_where_that_is_known_and_says_so() -> None:
    near = Comparison(
        label="d", values=(0.8,), unit="×", limit=1.0, side="below", ratio=True, error=0.05
    )
    share = Comparison(label="e", values=(62.5,), limit=50.0, unit="%", paired=False, error=1.6)
    rule = _rule(near, share)
    assert rule.verdict == "holds"
    assert rule.test == (
        "by the error over images of one training each, wrong at most once in 20, for each of 2 "
        "comparisons; of other trainings it says nothing"
    )
    assert near.told == "0.8 (0.761 to 0.841)"
    assert share.told == "62.5 ± 1.6"
    assert "“d” is 0.8 (0.761 to 0.841) over images, and less than 1" in rule.decided
    # A normal distribution's 1.64 of these errors decide.
    assert near.edge("holds") == pytest.approx(math.exp(-1.645 * 0.05), rel=1e-3)
    assert rule.otherwise.endswith(" with this error")
    assert near.model_copy(update={"values": (0.95,)}).outcome() == "cannot be said"
    assert near.model_copy(update={"values": (1.2,)}).outcome() == "does not hold"


def test_of_several_seeds_the_spread_counts_and_no_error_over_images() -> None:
    several = Comparison(label="d", values=(1.0, 1.1, 0.9), error=100.0)
    assert several.test == seed_test((1.0, 1.1, 0.9))
    assert _rule(several).test.startswith("Student's t over 3 seeds")


def test_one_number_without_an_error_leaves_a_claim_of_one_seed_open() -> None:
    known = Comparison(label="d", values=(7.0,), error=0.1)
    rule = _rule(known, Comparison(label="e", values=(7.0,)))
    assert (rule.verdict, rule.test) == ("cannot be said", "none, for one seed has no spread")


def test_a_spread_is_a_mean_and_its_standard_error_over_seeds() -> None:
    assert spread([-1.0, -3.0]) == "−2.0 ± 1.0"
    assert spread(WORSE_ON_UNSEEN, 2) == "0.54 ± 0.08"
    assert spread([1234.5]) == "1,234.5"
