"""What the paper says of gradients in φ: noise, bias, and what the noise does to learning."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from latent_atlas.reproduce.experiment import evidence_of
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import factor_spread, number_text, spread
from latent_atlas.reproduce.questions import Point
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule
from vae_core.algorithms.variance import WAYS

# All ways at each stage of one seed's training (`gradient_noise.Stage` as JSON).
Stages = list[dict[str, Any]]
# For each learner, the points of every seed.
Trained = Mapping[str, Sequence[Sequence[Point]]]

AEVB = "AEVB"
BARE = "score function, no baseline"
WITH_BASELINE = ("score function, running mean", "score function, NVIL")

REPARAMETERISED = ("a", "b", "stl")
FAR = 10.0  # times the variance
# A bias whose square is this part of the gradient's own square is let pass: a tenth in length.
LARGEST_BIAS = 0.01
# Where learners are looked at for the first time, if they train for so long.
LOOKED_AT = 100_000


def claims(
    noise: Sequence[Stages], draws: int, trained: Trained, without_code: float
) -> Iterator[Claim]:
    """Noise, bias, and what the noise does to learning.

    Args:
        noise: of each seed.
        draws: of a gradient, in ``noise``.
        trained: what was learned with it.
        without_code: log p(x) of the same test images by their pixels' means alone.
    """
    yield _variance_claim(noise)
    yield _unbiased_claim(noise, draws)
    yield _bare_claim(trained, without_code)
    yield _baseline_claim(trained, without_code)


def relative(noise: Sequence[Stages], stage: int, way: str) -> tuple[float, ...]:
    """Variance of a way by that of estimator B, a value a seed."""
    return tuple(float(_row(stages[stage], way)["relative"]) for stages in noise)


def _row(stage: Mapping[str, Any], way: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(row for row in stage["rows"] if row["way"] == way)
    return found


def _variance_claim(noise: Sequence[Stages]) -> Claim:
    shown = ("none", "running-mean", "a", "stl")
    by_stage = {
        stage["samples"]: {way: relative(noise, number, way) for way in shown}
        for number, stage in enumerate(noise[0])
    }
    noisiest = {
        samples: tuple(
            bare / max(1.0, *(ways[way][seed] for way in REPARAMETERISED if way != "b"))
            for seed, bare in enumerate(ways["none"])
        )
        for samples, ways in by_stage.items()
    }
    by_b = ", ".join(
        f"{factor_spread(ways['none'])} times that of estimator B {_when(samples)}"
        for samples, ways in by_stage.items()
    )
    by_noisiest = ", ".join(
        f"{factor_spread(values)} times {_when(samples)}" for samples, values in noisiest.items()
    )
    return Claim(
        key="variance-low",
        sentence="The plain score-function estimator has a far higher variance than the "
        "reparameterised ones.",
        paper="“This gradient estimator exhibits very high variance and is impractical for our "
        "purposes” (section 2.2).",
        ours="The score function's variance without a baseline is "
        f"{by_b}. By that of the noisiest reparameterised estimator, which the rule asks, it is "
        f"{by_noisiest}. {_a_and_b(by_stage)} These are geometric means over seeds.",
        rule=Rule(
            quantity="variance without a baseline by that of the noisiest reparameterised "
            "estimator (A, B, path gradient), at the same parameters and batch",
            tolerance=f"a factor of {FAR:g}",
            comparisons=tuple(
                Comparison(
                    label=f"no baseline by the noisiest reparameterised, {_when(samples)}",
                    values=values,
                    unit="×",
                    limit=FAR,
                    ratio=True,
                )
                for samples, values in noisiest.items()
            ),
        ),
        evidence=tuple(
            Evidence(label=f"{name}, {_when(samples)}", values=values, unit="× B")
            for samples, ways in by_stage.items()
            for name, values in ways.items()
        ),
    )


_A_OR_B = {
    "holds": "A is the noisier of the two",
    "does not hold": "A is not the noisier of the two",
    "cannot be said": "which of the two is the noisier cannot be said",
}


def _a_and_b(by_stage: Mapping[int, Mapping[str, tuple[float, ...]]]) -> str:
    """Which of the paper's two estimators is the noisier one, at each stage."""
    parts = []
    for samples, ways in by_stage.items():
        found = Comparison(label="", values=ways["a"], limit=1.0, ratio=True)
        parts.append(f"{found.told} times that of B {_when(samples)} ({_A_OR_B[found.outcome()]})")
    return f"That of estimator A is {', '.join(parts)}."


def _unbiased_claim(noise: Sequence[Stages], draws: int) -> Claim:
    others = [way for way in WAYS if way != "b"]
    disagreements = tuple(
        float(_row(stage, way)["disagreement"])
        for stages in noise
        for stage in stages
        for way in others
    )
    comparisons = tuple(
        Comparison(
            label=f"{WAYS[way].title}, {_when(stage['samples'])}: squared bias",
            values=tuple(_squared_bias(stages[number], way, draws) for stages in noise),
            unit="× squared gradient",
            limit=LARGEST_BIAS,
            side="below",
        )
        for number, stage in enumerate(noise[0])
        for way in others
    )
    settled = sum(each.outcome() == "holds" for each in comparisons)
    noises = [
        math.sqrt(_sampling_error(stage, way, draws))
        for s in noise
        for stage in s
        for way in others
    ]
    return Claim(
        key="variance-unbiased",
        sentence="All of these estimate the same gradient.",
        paper="By their derivations (sections 2.2 and 2.3).",
        ours=f"The means of {draws} draws differ from estimator B's by "
        f"{statistics.fmean(disagreements):z.2f} times what sampling error makes of it (squared; 1 "
        f"is expected of unbiased estimators), the most of {len(disagreements)} comparisons by "
        f"{max(disagreements):z.2f}. {_seen(comparisons)} That error itself is "
        f"{number_text(min(noises))} to {number_text(max(noises))} times as long as the gradient, "
        f"and a bias of a tenth of its length can be excluded in {settled} of {len(comparisons)} "
        "comparisons.",
        rule=Rule(
            quantity="squared difference of the means of the draws and of estimator B's, less what "
            "sampling error adds to it, by the squared gradient",
            tolerance=f"{LARGEST_BIAS:g}, which is a bias of a tenth of the gradient's length",
            comparisons=comparisons,
            needed=f"more draws than {draws}: the sampling error falls with their square root",
        ),
        evidence=(
            Evidence(label="squared difference by sampling error", values=disagreements, unit=""),
        ),
    )


def _seen(comparisons: Sequence[Comparison]) -> str:
    biased = [each for each in comparisons if each.outcome() == "does not hold"]
    if not biased:
        return "No bias is seen."
    return f"A bias is seen in {len(biased)}."


def _when(samples: int) -> str:
    return f"after {samples:,} samples" if samples else "at initialisation"


def _sampling_error(stage: Mapping[str, Any], way: str, draws: int) -> float:
    """What sampling adds to ‖ḡ − h̄‖², h̄ being estimator B's mean, by the squared gradient."""
    one, reference = _row(stage, way), _row(stage, "b")
    # A gradient that is lost in estimator B's noise is known to be no longer than that noise.
    squared_gradient = max(reference["squared_mean"], reference["trace"] / draws)
    return float((one["trace"] + reference["trace"]) / draws / squared_gradient)


def _squared_bias(stage: Mapping[str, Any], way: str, draws: int) -> float:
    """‖E g − E h‖² by ‖E h‖², h being estimator B: 0 on average where there is no bias."""
    return (_row(stage, way)["disagreement"] - 1) * _sampling_error(stage, way, draws)


def _bare_claim(trained: Trained, without_code: float) -> Claim:
    ends, early = _ends(trained), _early(trained)
    samples = trained[BARE][0][-1].samples
    return Claim(
        key="variance-learning",
        sentence="Without a baseline the score function learns nothing.",
        paper="“Impractical” (section 2.2), of the estimator without a baseline.",
        ours=f"Its test bound is {spread(early[BARE])} nats after {_looked(trained[BARE][0]):,} "
        f"samples and {spread(ends[BARE])} after {samples:,}; {_trivial(without_code)}. AEVB's is "
        f"{spread(ends[AEVB])}.",
        rule=Rule(
            quantity=f"test bound after {samples:,} samples minus that of the model without a code",
            tolerance="none: whoever is above it has learned something",
            comparisons=(
                Comparison(
                    label=f"{BARE}: test bound above that without a code",
                    values=tuple(value - without_code for value in ends[BARE]),
                    side="below",
                    paired=False,
                ),
            ),
        ),
        evidence=_bounds({title: ends[title] for title in (AEVB, BARE)}, early),
    )


def _baseline_claim(trained: Trained, without_code: float) -> Claim:
    ends, early = _ends(trained), _early(trained)
    samples, first = trained[BARE][0][-1].samples, _looked(trained[BARE][0])
    lines = [
        f"{title} {spread(early[title])} nats after {first:,} samples and {spread(ends[title])} "
        f"after {samples:,}"
        for title in WITH_BASELINE
    ]
    return Claim(
        key="variance-baseline",
        sentence="With a baseline the score function learns, and gets further than without, so "
        "far.",
        source="Mnih & Gregor 2014",
        paper="They train with one. (The paper itself did not measure it.)",
        ours=f"{'; '.join(lines)}; {_trivial(without_code)}.",
        rule=Rule(
            quantity=f"test bound after {samples:,} samples minus that of the model without a "
            "code, and minus that without a baseline",
            tolerance="none",
            comparisons=(
                *(
                    Comparison(
                        label=f"{title}: test bound above that without a code",
                        values=tuple(value - without_code for value in ends[title]),
                        paired=False,
                    )
                    for title in WITH_BASELINE
                ),
                *(
                    Comparison(
                        label=f"{title}: test bound above that without a baseline",
                        values=tuple(a - b for a, b in zip(ends[title], ends[BARE], strict=True)),
                    )
                    for title in WITH_BASELINE
                ),
            ),
        ),
        evidence=_bounds({title: ends[title] for title in WITH_BASELINE}, early),
    )


def _trivial(without_code: float) -> str:
    return (
        "an independent Bernoulli for each pixel, without any code, has "
        f"{number_text(without_code)} on the same images"
    )


def _bounds(
    ends: Mapping[str, tuple[float, ...]], early: Mapping[str, tuple[float, ...]]
) -> tuple[Evidence, ...]:
    return (
        *evidence_of("{}: test bound at the first look", {title: early[title] for title in ends}),
        *evidence_of("{}: test bound at the end", ends),
    )


def _ends(trained: Trained) -> dict[str, tuple[float, ...]]:
    return {title: tuple(seed[-1].test.value for seed in seeds) for title, seeds in trained.items()}


def _early(trained: Trained) -> dict[str, tuple[float, ...]]:
    return {
        title: tuple(_first_look(seed).test.value for seed in seeds)
        for title, seeds in trained.items()
    }


def _looked(seed: Sequence[Point]) -> int:
    return _first_look(seed).samples


def _first_look(seed: Sequence[Point]) -> Point:
    """The first point from ``LOOKED_AT`` on, or a shorter training's last."""
    return next((point for point in seed if point.samples >= LOOKED_AT), seed[-1])
