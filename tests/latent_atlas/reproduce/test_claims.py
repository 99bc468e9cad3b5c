"""Verdicts follow the numbers: what is claimed is only said to hold where it does."""

from collections.abc import Sequence

import pytest

from latent_atlas.reproduce.experiment import spread
from latent_atlas.reproduce.experiments import figure2, figure3, gradient_variance
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.questions import Measured, Point

MARKS = (32_000, 100_000, 1_000_000)


def _seed(*tests: float, overfit: float = 0.0, acceptance: float | None = None) -> list[Point]:
    def measured(value: float) -> Measured:
        return Measured(value=value, rate=1, active_units=2)

    return [
        Point(
            samples=samples,
            seconds=samples / 10_000,
            train=measured(test + overfit),
            test=measured(test),
            acceptance=acceptance,
        )
        for samples, test in zip(MARKS, tests, strict=True)
    ]


def _verdict(claims: Sequence[Claim], key: str) -> str:
    [claim] = [claim for claim in claims if claim.key == key]
    return claim.verdict


def test_aevb_is_better_only_where_it_is_above_at_every_mark_from_1e5_on() -> None:
    ahead = {
        ("mnist-3", "aevb"): [_seed(-200, -170, -150)],
        ("mnist-3", "wake-sleep"): [_seed(-190, -180, -160)],  # ahead only before 1e5
    }
    assert _verdict(list(figure2.claims(ahead)), "figure2-better") == "holds"
    once_behind = ahead | {("mnist-3", "wake-sleep"): [_seed(-190, -169, -160)]}
    [better, *_] = figure2.claims(once_behind)
    assert better.verdict == "does not hold"
    assert "mnist-3" in better.ours
    assert "1 of 2" in better.ours


def test_faster_is_how_many_times_fewer_samples() -> None:
    trained = {
        ("mnist-3", "aevb"): [_seed(-190, -170, -150)],
        ("mnist-3", "wake-sleep"): [_seed(-200, -180, -160)],
    }
    [faster] = [c for c in figure2.claims(trained) if c.key == "figure2-faster"]
    # Half-way between −170 and −150, so half-way between 1e5 and 1e6 on a logarithmic axis.
    assert faster.evidence[0].values == pytest.approx((10**0.5,))
    assert faster.verdict == "holds"
    never = trained | {("mnist-3", "wake-sleep"): [_seed(-200, -180, -140)]}
    [faster] = [c for c in figure2.claims(never) if c.key == "figure2-faster"]
    assert faster.evidence[0].values == (1.0,)
    assert faster.verdict == "does not hold"


@pytest.mark.parametrize(("overfit", "verdict"), [(1.5, "holds"), (3.0, "does not hold")])
def test_overfitting_is_the_growth_of_the_gap(overfit: float, verdict: str) -> None:
    trained = {
        (f"mnist-{j}", method): [_seed(-150, -130, -120, overfit=gap)]
        for j, gap in ((20, 1.0), (200, overfit))
        for method in ("aevb", "wake-sleep")
    }
    assert _verdict(list(figure2.claims(trained)), "figure2-overfit") == verdict


def test_without_its_panels_overfitting_cannot_be_said() -> None:
    trained = {
        ("frey-2", "aevb"): [_seed(500, 600, 700)],
        ("frey-2", "wake-sleep"): [_seed(400, 500, 600)],
    }
    assert _verdict(list(figure2.claims(trained)), "figure2-overfit") == "cannot be said"


def _figure3(mcem: Sequence[float]) -> figure3.Trained:
    few, many = figure3.FEW, figure3.MANY
    return {
        (few, "aevb"): [_seed(-200, -170, -140)],
        (few, "wake-sleep"): [_seed(-200, -175, -150)],
        (few, "mcem"): [_seed(*mcem, acceptance=0.9)],
        (many, "aevb"): [_seed(-200, -160, -140)],
        (many, "wake-sleep"): [_seed(-200, -165, -145)],
    }


def test_mcem_behind_aevb_bears_the_paper_out_and_ahead_does_not() -> None:
    behind = list(figure3.claims(_figure3((-210, -190, -160))))
    assert {claim.verdict for claim in behind} == {"holds"}
    ahead = list(figure3.claims(_figure3((-210, -190, -130))))
    assert _verdict(ahead, "figure3-mcem") == "does not hold"
    assert _verdict(ahead, "figure3-mcem-seconds") == "does not hold"


def test_a_method_that_rises_less_than_20_nats_has_not_learned() -> None:
    claims = list(figure3.claims(_figure3((-210, -205, -195))))
    assert _verdict(claims, "figure3-learn") == "does not hold"


def test_a_spread_is_mean_and_standard_deviation_over_seeds() -> None:
    assert spread([-1.0, -3.0]) == "−2.0 ± 1.4"
    assert spread([1234.5]) == "1,234.5"


def _stage(disagreements: Sequence[float]) -> list[dict[str, object]]:
    ways = ["b", "a", "stl", "bbvi", "leave-one-out", "nvil", "running-mean", "none"]
    rows = [
        {"way": way, "relative": 100.0 if way == "none" else 1.0, "disagreement": value}
        for way, value in zip(ways, (0.0, *disagreements), strict=True)
    ]
    return [{"samples": 0, "rows": rows}]


@pytest.mark.parametrize(
    ("disagreements", "verdict"),
    [
        ((1.0, 0.8, 1.2, 0.9, 1.1, 0.7, 3.0), "holds"),
        ((2.0, 2.1, 1.9, 2.0, 2.2, 1.8, 2.0), "does not hold"),  # all of them off
        ((1.0, 0.8, 1.2, 0.9, 1.1, 0.7, 40.0), "does not hold"),  # one of them far off
    ],
)
def test_one_gradient_means_differences_of_the_size_of_sampling_error(
    disagreements: Sequence[float], verdict: str
) -> None:
    trained = {title: [_seed(-250, -220, -210)] for title in gradient_variance.LEARNERS}
    claims = list(gradient_variance.claims([_stage(disagreements)], trained))
    assert _verdict(claims, "variance-unbiased") == verdict
