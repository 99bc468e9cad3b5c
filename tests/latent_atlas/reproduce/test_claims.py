"""Verdicts follow the numbers: what is claimed is only said to hold where it does."""

import math
from collections.abc import Iterable, Sequence
from typing import Literal

import pytest
import torch

from latent_atlas.reproduce.claims import amortisation, figure2, figure3, gradient_variance
from latent_atlas.reproduce.crossing import Crossing, Tried
from latent_atlas.reproduce.experiments import figure4, figure5, iwae_table
from latent_atlas.reproduce.experiments.gradient_variance import LEARNERS
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.pictures_cell import smoothness
from latent_atlas.reproduce.questions import Measured, Point
from latent_atlas.reproduce.without_code import without_code
from vae_core.algorithms.variance import WAYS
from vae_core.latent import manifold_images
from vae_core.models import VAE, Architecture

MARKS = (32_000, 100_000, 1_000_000)
DRAWS = 60


APART = (-0.2, 0.0, 0.2)  # by which three seeds differ


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


def _seeds(
    *tests: float, apart: Sequence[float] = APART, acceptance: float | None = None
) -> list[list[Point]]:
    return [_seed(*(test + by for test in tests), acceptance=acceptance) for by in apart]


def _claim(claims: Iterable[Claim], key: str) -> Claim:
    [claim] = [claim for claim in claims if claim.key == key]
    return claim


def test_aevb_is_better_where_every_panel_has_it_ahead_at_the_end() -> None:
    same = {("mnist-3", "aevb"): _seeds(-200, -170, -150)}
    ahead = {**same, ("mnist-3", "wake-sleep"): _seeds(-190, -169, -160, apart=APART[::-1])}
    better = _claim(figure2.claims(ahead), "figure2-better")
    assert better.verdict == "holds"
    assert "3 of 6" in better.ours
    assert "mnist-3" in better.ours
    assert "0.01 of the paper's samples" in better.ours
    behind = {**ahead, ("mnist-5", "aevb"): _seeds(-200, -170, -161, apart=(0, 0.1, 0.3))}
    behind[("mnist-5", "wake-sleep")] = _seeds(-200, -170, -150)
    assert _claim(figure2.claims(behind), "figure2-better").verdict == "does not hold"
    one_seed = {key: seeds[:1] for key, seeds in ahead.items()}
    assert _claim(figure2.claims(one_seed), "figure2-better").verdict == "cannot be said"


def test_faster_is_how_many_times_fewer_samples() -> None:
    trained = {
        ("mnist-3", "aevb"): _seeds(-190, -170, -150),
        ("mnist-3", "wake-sleep"): _seeds(-200, -180, -160),
    }
    faster = _claim(figure2.claims(trained), "figure2-faster")
    # Half-way between −170 and −150, so half-way between 1e5 and 1e6 on a logarithmic axis.
    assert faster.numbers[0].values == pytest.approx([10**0.5] * 3)
    assert faster.verdict == "holds"
    never = trained | {("mnist-3", "wake-sleep"): _seeds(-200, -180, -140)}
    faster = _claim(figure2.claims(never), "figure2-faster")
    assert faster.numbers[0].values == (1.0, 1.0, 1.0)
    assert faster.verdict == "does not hold"


@pytest.mark.parametrize(
    ("few", "many", "verdict"),
    [
        (1.0, 1.5, "holds"),
        (1.0, 3.0, "does not hold"),
        (-0.1, -0.2, "cannot be said"),  # nothing has overfitted: there was no occasion
        (-0.1, 2.5, "does not hold"),  # but this has
    ],
)
def test_overfitting_is_the_growth_of_a_gap_where_there_is_one(
    few: float, many: float, verdict: str
) -> None:
    trained = {
        (f"mnist-{j}", method): [
            _seed(-150, -130, -120, overfit=gap + by) for by in (-0.02, 0.0, 0.02)
        ]
        for j, gap in ((20, few), (200, many))
        for method in ("aevb", "wake-sleep")
    }
    overfit = _claim(figure2.claims(trained), "figure2-overfit")
    assert overfit.verdict == verdict
    assert ("no occasion" in overfit.rule.sentence) == (verdict == "cannot be said")


def test_worse_is_said_in_words_and_not_by_a_sign() -> None:
    assert figure2._better_by((-0.1, -0.2, -0.3)) == "0.20 ± 0.06 nats worse"
    assert figure2._better_by((0.1, 0.2, 0.3)) == "0.20 ± 0.06 nats better"


def test_without_its_panels_overfitting_cannot_be_said() -> None:
    trained = {
        ("frey-2", "aevb"): _seeds(500, 600, 700),
        ("frey-2", "wake-sleep"): _seeds(400, 500, 600),
    }
    assert _claim(figure2.claims(trained), "figure2-overfit").verdict == "cannot be said"


def _figure3(mcem: Sequence[float]) -> figure3.Trained:
    few, many = figure3.FEW, figure3.MANY
    return {
        (few, "aevb"): _seeds(-200, -170, -140),
        (few, "wake-sleep"): _seeds(-200, -175, -150),
        (few, "mcem"): _seeds(*mcem, apart=(0.1, 0.0, 0.2), acceptance=0.9),
        (many, "aevb"): _seeds(-200, -160, -140),
        (many, "wake-sleep"): _seeds(-200, -165, -145, apart=(0.1, 0.0, 0.2)),
    }


def test_mcem_behind_aevb_bears_the_paper_out_and_ahead_does_not() -> None:
    behind = list(figure3.claims(_figure3((-210, -190, -160))))
    assert {claim.verdict for claim in behind} == {"holds"}
    ahead = list(figure3.claims(_figure3((-210, -190, -130))))
    assert _claim(ahead, "figure3-mcem").verdict == "does not hold"
    assert _claim(ahead, "figure3-mcem-seconds").verdict == "does not hold"


def test_a_method_that_rises_less_than_20_nats_has_not_learned() -> None:
    claims = list(figure3.claims(_figure3((-210, -205, -195))))
    assert _claim(claims, "figure3-learn").verdict == "does not hold"


def _noise(
    squared_bias: Sequence[float], way: str = "none", relative: float = 100.0
) -> list[gradient_variance.Stages]:
    """Three seeds at one stage, where B's noise is a hundredth of the squared gradient."""
    noise: list[gradient_variance.Stages] = []
    for bias in squared_bias:
        rows = []
        for each in WAYS:
            times = relative if each == "none" else 1.0
            error = (times + 1) * 0.01 / DRAWS
            rows.append(
                {
                    "way": each,
                    "relative": times,
                    "trace": 0.01 * times,
                    "squared_mean": 1.0,
                    "disagreement": 1 + (bias / error if each == way else 0.0),
                }
            )
        noise.append([{"samples": 0, "rows": rows}])
    return noise


@pytest.mark.parametrize(
    ("squared_bias", "verdict"),
    [
        ((0.001, -0.001, 0.0), "holds"),
        ((0.2, 0.21, 0.22), "does not hold"),
        ((0.3, -0.4, 0.1), "cannot be said"),  # noise of that size hides any bias
    ],
)
def test_one_gradient_means_that_a_bias_would_have_been_seen(
    squared_bias: Sequence[float], verdict: str
) -> None:
    claims = gradient_variance.claims(_noise(squared_bias), DRAWS, _learners(-150, -130), -200.0)
    unbiased = _claim(claims, "variance-unbiased")
    assert unbiased.verdict == verdict
    assert ("No bias is seen" in unbiased.ours) == (verdict != "does not hold")


def test_which_estimator_is_the_noisier_is_only_said_where_it_shows() -> None:
    noise = _noise((0.0, 0.0, 0.0))
    for seed, times in zip(noise, (1.15, 0.96, 1.04), strict=True):
        seed[0]["rows"][1]["relative"] = times
    low = _claim(
        gradient_variance.claims(noise, DRAWS, _learners(-150, -130), -200.0), "variance-low"
    )
    assert "which of the two is the noisier cannot be said" in low.ours


def _learners(bare: float, with_baseline: float) -> gradient_variance.Trained:
    ends = dict.fromkeys(LEARNERS, with_baseline) | {gradient_variance.BARE: bare}
    return {
        title: _seeds(-640, -300, end, apart=(-0.2, 0.1 * len(title) / 10, 0.2))
        for title, end in ends.items()
    }


@pytest.mark.parametrize(
    ("bare", "with_baseline", "nothing_without", "learns_with"),
    [
        (-180, -130, "does not hold", "holds"),
        (-220, -130, "holds", "holds"),
        (-220, -210, "holds", "does not hold"),
        (-120, -130, "does not hold", "does not hold"),
    ],
)
def test_learning_is_to_be_above_the_model_without_a_code(
    bare: float, with_baseline: float, nothing_without: str, learns_with: str
) -> None:
    claims = list(
        gradient_variance.claims(
            _noise((0.0, 0.0, 0.0)), DRAWS, _learners(bare, with_baseline), -200.0
        )
    )
    assert _claim(claims, "variance-learning").verdict == nothing_without
    assert _claim(claims, "variance-baseline").verdict == learns_with


def _encoders(worse: Sequence[float], above: int = 400) -> list[amortisation.Encoder]:
    crossings = tuple(
        Crossing(
            goal=-118.0,
            step_size=step_size,
            below=Tried(steps=below, bound=-118.2),
            above=Tried(steps=end, bound=-117.8),
        )
        for step_size, below, end in ((0.1, above - 50, above), (0.3, 100, 200))
    )
    return [
        amortisation.Encoder(
            test_gap=2.0 + by, train_gap=2.0, seconds=1e-5, step_seconds=2e-5, crossings=crossings
        )
        for by in worse
    ]


@pytest.mark.parametrize(
    ("worse", "verdict"),
    [
        ((0.47, 0.70, 0.45), "does not hold"),
        ((0.01, -0.02, 0.0), "holds"),
        ((0.47, 0.70, -0.3), "cannot be said"),
    ],
)
def test_an_encoder_that_is_worse_in_every_seed_is_not_as_good_on_unseen_images(
    worse: Sequence[float], verdict: str
) -> None:
    claims = list(amortisation.claims(_encoders(worse), 500))
    assert _claim(claims, "amortisation-generalises").verdict == verdict


def test_what_a_search_costs_is_told_with_its_step_size_and_by_the_fastest() -> None:
    cost = _claim(amortisation.claims(_encoders((0.5, 0.5, 0.5)), 500), "amortisation-cost")
    assert (
        "after about 375 steps (over the seeds between 350 and 400) with step size 0.1" in cost.ours
    )
    assert (
        "after about 150 steps (over the seeds between 100 and 200) with step size 0.3" in cost.ours
    )
    assert cost.rule.comparisons[0].values == pytest.approx([300.0] * 3)
    assert cost.verdict == "holds"


@pytest.mark.parametrize(
    ("last", "verdict"),
    [((45, 46, 44), "holds"), ((47, 30, 46), "cannot be said"), ((27, 25, 26), "does not hold")],
)
def test_more_samples_keep_more_units_if_each_step_does(last: Sequence[int], verdict: str) -> None:
    units = {1: (27, 29, 26), 5: (36, 38, 37), 50: last}
    trained = {
        k: [
            Point(
                samples=1000,
                seconds=0.0,
                train=Measured(value=-k, rate=1, active_units=each),
                test=Measured(value=-100.0 + k, rate=1, active_units=each),
            )
            for each in found
        ]
        for k, found in units.items()
    }
    claims = list(iwae_table.claims(trained))
    assert _claim(claims, "iwae-active-units").verdict == verdict
    assert _claim(claims, "iwae-likelihood").verdict == "holds"


@pytest.mark.parametrize("init", ["paper", "torch"])
def test_an_untrained_decoder_passes_for_smooth_so_smoothness_says_nothing(
    init: Literal["paper", "torch"],
) -> None:
    architecture = Architecture(image_shape=(1, 28, 28), latent_dim=2, hidden=(100,))
    vae = VAE(architecture).initialise(init, torch.Generator().manual_seed(0))
    step, distance = smoothness(manifold_images(vae, 20, "gaussian-cdf"))
    assert step / distance < figure4.SMOOTH
    [claim] = figure4.claims({"mnist-2": step / distance})
    assert claim.verdict == "cannot be said"


def test_how_samples_look_was_not_measured() -> None:
    assert figure5.claim((-165.8, -134.1, -120.1, -115.1)).verdict == "cannot be said"


def test_the_model_without_a_code_has_its_pixels_entropy() -> None:
    images = (
        torch.tensor([0, 255] * 500, dtype=torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 1, 2, 3)
    )
    assert without_code(images, images) == pytest.approx(-6 * math.log(2))
