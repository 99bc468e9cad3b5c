"""Which latent dimensions fall silent: foretold of linear models, and brought about on purpose."""

from collections.abc import Sequence

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.collapse import FREE, SILENT, claims
from latent_atlas.reproduce.collapse_cells import InUse, InUseCell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.figure import Bar, BarsPanel, Curve, CurvesPanel, FigureData, Reference
from latent_atlas.reproduce.questions import Question
from vae_core.runs import make_config

DATASET = "mnist-12k"  # it comes with the program, and its spectrum is much like that of them all
# That a linear model sees. Directions that vary almost alike come apart slowly: after a third of it
# a dimension is still 0.05 from its forecast.
SAMPLES, QUICK_SAMPLES = 15_000_000, 20_000
BATCH = 500
READING, QUICK_READING = 100_000, 2_000  # that one sees whose decoder reads pixels
BETAS = (1.0, 4.0, 8.0, 16.0)
SHOWN = 8.0  # the β whose dimensions are drawn one by one
LINEAR_DIMS, READING_DIMS = 20, 16
IMAGES, QUICK_IMAGES = 10_000, 1_000

CAPTION = (
    "Above: linear VAEs of {linear} dimensions, Gaussian pixels with σ² = 0.25, each trained on "
    "{seen:,} images of " + DATASET + " in batches of {batch}, by the gradient along the path of z "
    "alone, with a learning rate that falls to zero; drawn is A, the variance of the posterior "
    "means, by rank, beside max(0, 1 − βσ²/λ). Below: a recurrence over rows that is told all "
    "pixels before and a code of {reading} dimensions, on binarised images, after {read:,} of "
    "them; and the same with {free:g} nats that cost nothing. Dots are seeds."
)


def cells(options: Options) -> Sequence[Cell]:
    """What is in use of each; a seed's whole figure before the next seed's."""
    return [
        cell
        for seed in options.seeds
        for cell in (
            *(_linear(options, beta, seed) for beta in BETAS),
            *(_reading(options, free, seed) for free in (0.0, FREE)),
        )
    ]


def _linear(options: Options, beta: float, seed: int) -> InUseCell:
    settings: dict[str, object] = {
        "latent_dim": LINEAR_DIMS,
        "hidden": (),
        "likelihood": "gaussian-linear",
        "scale": 0.5,
        "beta": beta,
        "estimator": "stl",  # it has no noise of z where q is exact, as it is at this optimum
        "batch_size": BATCH,
        "learning_rate": 3e-3,
    }
    length = options.length(SAMPLES, QUICK_SAMPLES)
    return _cell(options, f"linear-beta{beta:g}", settings, length, seed)


def _reading(options: Options, free: float, seed: int) -> InUseCell:
    settings: dict[str, object] = {
        "network": "rowrnn",
        "latent_dim": READING_DIMS,
        "hidden": (128,),
        "activation": "relu",
        "binarize": "dynamic",
        "learning_rate": 2e-3,
        "free_bits": free / READING_DIMS,
    }
    length = options.length(READING, QUICK_READING)
    return _cell(options, "free-bits" if free else "reads-pixels", settings, length, seed)


def _cell(
    options: Options, name: str, settings: dict[str, object], length: int, seed: int
) -> InUseCell:
    config = make_config(
        dataset=DATASET,
        learning_rate_schedule="cosine",
        samples=length,
        seed=seed,
        **settings,
    )
    question = Question(
        name=f"collapse-{name}-seed{seed}",
        config=config,
        marks=(length,),
        measured_images=QUICK_IMAGES,
    )
    trained = TrainingCell(question).in_folder(options.data_dir)
    return InUseCell(trained, QUICK_IMAGES if options.quick else IMAGES)


def figure(options: Options, answers: Answers) -> FigureData:
    """What was foretold beside what became of it, the rates, and what may be said."""

    def found(asked: Sequence[InUseCell]) -> tuple[InUse, ...]:
        return tuple(InUse.model_validate(answers[cell.name].result) for cell in asked)

    linear = {beta: found([_linear(options, beta, s) for s in options.seeds]) for beta in BETAS}
    plain, free = (
        found([_reading(options, nats, seed) for seed in options.seeds]) for nats in (0.0, FREE)
    )
    seen, read = options.length(SAMPLES, QUICK_SAMPLES), options.length(READING, QUICK_READING)
    return build_figure(
        name="collapse",
        title="Which dimensions fall silent",
        caption=CAPTION.format(
            linear=LINEAR_DIMS,
            seen=seen,
            batch=BATCH,
            reading=READING_DIMS,
            read=read,
            free=FREE,
        ),
        columns=2,
        panels=[_by_rank(linear[SHOWN]), _counts(linear), _rates(plain, free)],
        claims=claims(linear, plain, free),
        options=options,
        samples=read,
        most_samples=seen,
        left_out=[f"All but the first {QUICK_IMAGES:,} images."] if options.quick else [],
        answers=answers,
    )


def _by_rank(found: Sequence[InUse]) -> CurvesPanel:
    ranks = tuple(float(j + 1) for j in range(LINEAR_DIMS))
    measured = tuple(each.variance for each in found)
    foretold = tuple(each.foretold for each in found)
    return CurvesPanel(
        key="by-rank",
        title=f"A of each dimension at β = {SHOWN:g}",
        x_label="dimension, by rank",
        y_label="A",
        x_scale="linear",
        curves=(
            Curve(label="measured", method="aevb", split="test", x=ranks, y=measured),
            Curve(label="foretold", method="full-vb", split="train", x=ranks, y=foretold),
        ),
    )


def _counts(linear: dict[float, tuple[InUse, ...]]) -> BarsPanel:
    return BarsPanel(
        key="in-use",
        title="Dimensions in use (A > 0.01)",
        y_label=f"of {LINEAR_DIMS}",
        bars=tuple(
            Bar(label=f"β = {beta:g}", method="aevb", values=tuple(each.active for each in found))
            for beta, found in linear.items()
        ),
    )


def _rates(plain: Sequence[InUse], free: Sequence[InUse]) -> BarsPanel:
    named = (("reads all pixels before", plain), (f"with {FREE:g} free nats", free))
    return BarsPanel(
        key="rates",
        title="The code of a decoder that reads pixels",
        y_label="rate, nats per image",
        bars=tuple(
            Bar(label=label, method="aevb", values=tuple(each.rate for each in found))
            for label, found in named
        ),
        references=(Reference(label="as good as none", value=SILENT),),
    )


EXPERIMENT = Experiment(
    name="collapse",
    help="which latent dimensions fall silent, foretold and on purpose, and what keeps them",
    cells=cells,
    figure=figure,
    order=76,
)
