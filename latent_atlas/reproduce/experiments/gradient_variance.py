"""One estimator of low variance: the reparameterised gradient against the score function."""

from collections.abc import Iterator, Mapping, Sequence

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.gradient_variance import (
    AEVB,
    BARE,
    WITH_BASELINE,
    Stages,
    Trained,
    claims,
    relative,
)
from latent_atlas.reproduce.experiment import (
    Answers,
    Experiment,
    Options,
    build_figure,
    points,
)
from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    Curve,
    CurvesPanel,
    FigureData,
)
from latent_atlas.reproduce.gradient_noise import NoiseCell
from latent_atlas.reproduce.questions import PAPER, Question, marks_until
from latent_atlas.reproduce.without_code import WithoutCodeCell
from vae_core.algorithms.variance import WAYS
from vae_core.runs import make_config

SAMPLES, QUICK_SAMPLES = 1_000_000, 100_000
STAGES = (0, 100_000)
DRAWS, QUICK_DRAWS = 60, 20
MEASURED = 1000  # images of each split
# Trained from the same start: the name of a curve, and what makes it.
LEARNERS: Mapping[str, Mapping[str, object]] = {
    AEVB: {"algorithm": "aevb"},
    BARE: {"algorithm": "score-function", "baseline": "none"},
    WITH_BASELINE[0]: {"algorithm": "score-function", "baseline": "running-mean"},
    WITH_BASELINE[1]: {"algorithm": "score-function", "baseline": "nvil"},
}

CAPTION = (
    "Variance: 10 latent and 500 hidden units, weights drawn with standard deviation 0.01; "
    "{draws} gradients of one batch of 100 images, all encoder parameters (trace of the "
    "covariance, relative to estimator B). Ways that look at 17 samples an image pay for them: the "
    "command `gradient-variance` also prints the numbers at equal cost. Learning: 10 latent and "
    "500 hidden units, the paper's recipe, every method from the same weights."
)


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
            measured_images=MEASURED,
        )
    )


def _noise(options: Options, seed: int) -> NoiseCell:
    return NoiseCell(STAGES, _draws(options), seed, options.data_dir)


def _without_code(options: Options) -> WithoutCodeCell:
    return WithoutCodeCell("mnist", MEASURED, options.data_dir)


def _draws(options: Options) -> int:
    return QUICK_DRAWS if options.quick else DRAWS


def length(options: Options) -> int:
    """Samples that each learner evaluates."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def cells(options: Options) -> Sequence[Cell]:
    """The measurement of the noise, and the trainings, for each seed; what is trivial, once."""
    found: list[Cell] = [_without_code(options)]
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
        caption=CAPTION.format(draws=_draws(options)),
        columns=2,
        panels=[*_noise_panels(noise), _learning_panel(trained)],
        claims=claims(
            noise, _draws(options), trained, float(answers[_without_code(options).name].result)
        ),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _noise_panels(noise: Sequence[Stages]) -> Iterator[BarsPanel]:
    for number, stage in enumerate(noise[0]):
        samples = stage["samples"]
        yield BarsPanel(
            key=f"noise-{samples}",
            title=f"After {samples:,} samples" if samples else "At initialisation",
            y_label="variance relative to estimator B (geometric mean)",
            y_scale="log",
            bars=tuple(
                Bar(
                    label=way.title,
                    method="aevb" if name in ("a", "b", "stl") else "score-function",
                    values=relative(noise, number, name),
                )
                for name, way in WAYS.items()
            ),
        )


def _learning_panel(trained: Trained) -> CurvesPanel:
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


EXPERIMENT = Experiment(
    name="gradient-variance",
    help="the noise of gradients, and learning with it",
    cells=cells,
    figure=figure,
    order=50,
)
