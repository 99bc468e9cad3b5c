"""One estimator of low variance: the reparameterised gradient against the score function."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.experiment import (
    Answers,
    Experiment,
    Options,
    build_figure,
    evidence_of,
    points,
    spread,
)
from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    Claim,
    Curve,
    CurvesPanel,
    Evidence,
    FigureData,
)
from latent_atlas.reproduce.gradient_noise import NoiseCell
from latent_atlas.reproduce.questions import PAPER, Point, Question, marks_until
from vae_core.algorithms.variance import WAYS
from vae_core.runs import make_config

SAMPLES, QUICK_SAMPLES = 1_000_000, 100_000
STAGES = (0, 100_000)
DRAWS, QUICK_DRAWS = 60, 20
# Trained from the same start: the name of a curve, and what makes it.
LEARNERS: Mapping[str, Mapping[str, object]] = {
    "AEVB": {"algorithm": "aevb"},
    "score function, no baseline": {"algorithm": "score-function", "baseline": "none"},
    "score function, running mean": {"algorithm": "score-function", "baseline": "running-mean"},
    "score function, NVIL": {"algorithm": "score-function", "baseline": "nvil"},
}
# Where each is asked whether it has learned, if it trained for so long: later than this, Adagrad's
# steps have shrunk enough for the noise to average out.
ASKED_AT = 100_000
# Test bound of an independent Bernoulli for each pixel, without any code.
WITHOUT_CODE = -205.8
# What sampling error makes of the difference of two means, squared, is 1 on average. If it lies
# along one direction it is chi-squared with one degree of freedom: above 16 once in 15,000.
MEAN_DISAGREEMENT, LARGEST_DISAGREEMENT = 1.5, 16.0

CAPTION = (
    "Variance: 10 latent and 500 hidden units, weights drawn with standard deviation 0.01; "
    "{draws} gradients of one batch of 100 images, all encoder parameters (trace of the "
    "covariance, relative to estimator B). Ways that look at 17 samples an image pay for them: the "
    "command `gradient-variance` also prints the numbers at equal cost. Learning: 10 latent and "
    "500 hidden units, the paper's recipe, every method from the same weights."
)

Stages = list[dict[str, Any]]


def _learner(title: str, seed: int, samples: int) -> TrainingCell:
    config = make_config(
        **{
            **PAPER,
            **LEARNERS[title],
            "dataset": "mnist",
            "latent_dim": 10,
            "hidden": (500,),
            "samples": samples,
            "seed": seed,
        }
    )
    baseline = LEARNERS[title].get("baseline")
    word = config.algorithm.name + (f"-{baseline}" if baseline else "")
    return TrainingCell(
        Question(
            name=f"learning-{word}-seed{seed}",
            config=config,
            marks=marks_until(samples, first=10_000),
            measured_images=1000,
        )
    )


def _noise(options: Options, seed: int) -> NoiseCell:
    draws = QUICK_DRAWS if options.quick else DRAWS
    return NoiseCell(STAGES, draws, seed, options.data_dir)


def length(options: Options) -> int:
    """Samples that each learner evaluates."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def cells(options: Options) -> Sequence[Cell]:
    """The measurement of the noise, and the trainings, for each seed."""
    found: list[Cell] = []
    for seed in options.seeds:
        found.append(_noise(options, seed))
        found += [
            _learner(title, seed, length(options)).in_folder(options.data_dir) for title in LEARNERS
        ]
    return found


def figure(options: Options, answers: Answers) -> FigureData:
    """Noise at each stage, and what it does to learning."""
    noise: list[Stages] = [answers[_noise(options, seed).name].result for seed in options.seeds]
    trained = {
        title: [points(answers, _learner(title, seed, length(options))) for seed in options.seeds]
        for title in LEARNERS
    }
    left_out = (
        [f"Two of three gradients drawn, and learning after {length(options):,} samples."]
        if options.quick
        else []
    )
    return build_figure(
        name="gradient-variance",
        title="How noisy the gradient in φ is, and what the noise does to learning",
        caption=CAPTION.format(draws=QUICK_DRAWS if options.quick else DRAWS),
        columns=2,
        panels=[*_noise_panels(noise), _learning_panel(trained)],
        claims=claims(noise, trained),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _relative(noise: Sequence[Stages], stage: int, way: str) -> tuple[float, ...]:
    return tuple(
        row["relative"] for stages in noise for row in stages[stage]["rows"] if row["way"] == way
    )


def _noise_panels(noise: Sequence[Stages]) -> Iterator[BarsPanel]:
    for number, stage in enumerate(noise[0]):
        samples = stage["samples"]
        yield BarsPanel(
            key=f"noise-{samples}",
            title=f"After {samples:,} samples" if samples else "At initialisation",
            y_label="variance relative to estimator B",
            y_scale="log",
            bars=tuple(
                Bar(
                    label=way.title,
                    method="aevb" if name in ("a", "b", "stl") else "score-function",
                    values=_relative(noise, number, name),
                )
                for name, way in WAYS.items()
            ),
        )


def _learning_panel(trained: Mapping[str, Sequence[Sequence[Point]]]) -> CurvesPanel:
    return CurvesPanel(
        key="learning",
        title="Learning from the same start",
        x_label="training samples evaluated",
        y_label="test ELBO (nats per image)",
        x_scale="log",
        curves=tuple(
            Curve(
                label=title,
                method=title,
                split="test",
                x=tuple(float(point.samples) for point in seeds[0]),
                y=tuple(tuple(point.test.value for point in seed) for seed in seeds),
            )
            for title, seeds in trained.items()
        ),
    )


def claims(
    noise: Sequence[Stages], trained: Mapping[str, Sequence[Sequence[Point]]]
) -> Iterator[Claim]:
    """Noise, bias, and what the noise does to learning."""
    yield _variance_claim(noise)
    yield _unbiased_claim(noise)
    yield _learning_claim(trained)


def _variance_claim(noise: Sequence[Stages]) -> Claim:
    by_stage = {
        stage["samples"]: {
            name: _relative(noise, number, name) for name in ("none", "running-mean", "a", "stl")
        }
        for number, stage in enumerate(noise[0])
    }
    least = min(min(ways["none"]) for ways in by_stage.values())
    # At initialisation B's gradient is next to none, and a ratio to it tells nothing.
    parts = [
        f"{_rounded(statistics.median(ways['none']))} times {_when(samples)}"
        for samples, ways in by_stage.items()
        if samples or len(by_stage) == 1
    ]
    return Claim(
        key="variance-low",
        sentence="The plain score-function estimator has a very high variance; the "
        "reparameterised one does not.",
        paper="“This gradient estimator exhibits very high variance and is impractical for our "
        "purposes” (section 2.2).",
        ours="The score function's variance without a baseline is that of estimator B "
        f"{'; '.join(parts)} (medians over seeds); at initialisation, where the decoder hardly "
        "depends on z and B's gradient is next to none, the ratio tells nothing. "
        "Estimators A and B change places on the way: B is not always the less noisy one.",
        verdict="holds" if least > 10 else "does not hold",
        evidence=tuple(
            Evidence(label=f"{name}, {_when(samples)}", values=values, unit="× B")
            for samples, ways in by_stage.items()
            for name, values in ways.items()
        ),
    )


def _when(samples: int) -> str:
    return f"after {samples:,} samples" if samples else "at initialisation"


def _rounded(ratio: float) -> str:
    """To two digits, without an exponent: 13,000."""
    return f"{float(f'{ratio:.2g}'):,g}" if ratio < 1e6 else "more than a million"


def _unbiased_claim(noise: Sequence[Stages]) -> Claim:
    quiet = [
        row["disagreement"]
        for stages in noise
        for stage in stages
        for row in stage["rows"]
        if row["way"] != "b"
    ]
    return Claim(
        key="variance-unbiased",
        sentence="All of these estimate the same gradient.",
        paper="By their derivations (sections 2.2 and 2.3).",
        ours="The means of the draws differ from estimator B's by "
        f"{statistics.fmean(quiet):.2f} times what sampling error makes of it (squared; 1 is "
        f"expected of unbiased estimators), the most of {len(quiet)} comparisons by "
        f"{max(quiet):.2f}.",
        verdict=(
            "holds"
            if statistics.fmean(quiet) < MEAN_DISAGREEMENT and max(quiet) < LARGEST_DISAGREEMENT
            else "does not hold"
        ),
        evidence=(
            Evidence(label="squared difference by sampling error", values=tuple(quiet), unit=""),
        ),
    )


def _learning_claim(trained: Mapping[str, Sequence[Sequence[Point]]]) -> Claim:
    ends = {title: tuple(s[-1].test.value for s in seeds) for title, seeds in trained.items()}
    asked = {title: tuple(_asked(s).test.value for s in seeds) for title, seeds in trained.items()}
    samples = _asked(trained["AEVB"][0]).samples
    hopeless = max(asked["score function, no baseline"]) < WITHOUT_CODE
    learns = min(asked["score function, NVIL"]) > WITHOUT_CODE
    return Claim(
        key="variance-learning",
        sentence="Without a baseline the score function is hopeless; with one it learns.",
        paper="“Impractical” (section 2.2), of the estimator without a baseline.",
        ours=f"Test bounds after {samples:,} samples: {_listed(asked)} nats; an independent "
        f"Bernoulli for each pixel, without any code, has {WITHOUT_CODE}. ".replace("-", "−")
        + f"At the end of the training: {_listed(ends)}.",
        verdict="holds" if hopeless and learns else "does not hold",
        evidence=(
            *evidence_of(f"{{}}: test bound after {samples:,} samples", asked),
            *evidence_of("{}: test bound at the end", ends),
        ),
    )


def _asked(seed: Sequence[Point]) -> Point:
    """The first point from ``ASKED_AT`` on, or a shorter training's last."""
    return next((point for point in seed if point.samples >= ASKED_AT), seed[-1])


def _listed(values: Mapping[str, Sequence[float]]) -> str:
    return "; ".join(f"{title} {spread(found)}" for title, found in values.items())


EXPERIMENT = Experiment(
    name="gradient-variance",
    help="the noise of gradients, and learning with it",
    cells=cells,
    figure=figure,
    order=50,
)
