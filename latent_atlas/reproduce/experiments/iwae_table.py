"""The importance-weighted bound: more samples, a better model (Burda et al. 2015, table 1)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.experiment import (
    RESOLUTION,
    RESOLUTION_WORDS,
    Answers,
    Experiment,
    Options,
    build_figure,
    evidence_of,
    points,
)
from latent_atlas.reproduce.figure import Bar, BarsPanel, Claim, FigureData
from latent_atlas.reproduce.numbers import spread
from latent_atlas.reproduce.questions import Point, Question
from latent_atlas.reproduce.verdict import Comparison, Rule
from vae_core.runs import make_config

IMPORTANCE_SAMPLES = (1, 5, 50)
SAMPLES, QUICK_SAMPLES = 1_000_000, 50_000

CAPTION = (
    "Equal training, {samples:,} images of dynamically binarised MNIST, by Adam (step 0.001): 50 "
    "latent and 100 hidden units. k = 1 is AEVB. log p(x) is estimated by importance sampling with "
    "1,000 samples for each of the first 1,000 test images. The table of Burda et al. has wider "
    "networks and 3,280 epochs, so that only the order can be compared."
)

Trained = dict[int, list[Point]]


def cell(k: int, seed: int, samples: int) -> TrainingCell:
    """The training with k importance samples."""
    config = make_config(
        dataset="mnist",
        latent_dim=50,
        hidden=(100,),
        binarize="dynamic",
        algorithm="iwae",
        importance_samples=k,
        samples=samples,
        seed=seed,
    )
    return TrainingCell(
        Question(
            name=f"iwae-k{k}-seed{seed}",
            config=config,
            marks=(samples,),
            measure="likelihood",
            measured_images=1000,
            importance_samples=1000,
            encoder=True,
        )
    )


def length(options: Options) -> int:
    """Samples that each training evaluates."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def cells(options: Options) -> Sequence[Cell]:
    """Each k with each seed."""
    return [
        cell(k, seed, length(options)).in_folder(options.data_dir)
        for seed in options.seeds
        for k in IMPORTANCE_SAMPLES
    ]


def figure(options: Options, answers: Answers) -> FigureData:
    """log p(x), the gap to the plain bound's share of it, and active units, by k."""
    trained: Trained = {
        k: [points(answers, cell(k, seed, length(options)))[-1] for seed in options.seeds]
        for k in IMPORTANCE_SAMPLES
    }
    left_out = (
        [f"Everything after {length(options):,} samples: far from converged."]
        if options.quick
        else []
    )
    return build_figure(
        name="iwae-table",
        title="The likelihood, and the dimensions in use, by the number of importance samples",
        caption=CAPTION.format(samples=length(options)),
        columns=2,
        panels=[
            BarsPanel(
                key="likelihood",
                title="log p(x) of test images",
                y_label="log p(x) (nats per image)",
                bars=tuple(
                    _bar(k, [point.test.value for point in seeds]) for k, seeds in trained.items()
                ),
            ),
            BarsPanel(
                key="active-units",
                title="Active units of 50",
                y_label="active units",
                bars=tuple(
                    _bar(k, [float(point.test.active_units) for point in seeds])
                    for k, seeds in trained.items()
                ),
            ),
        ],
        claims=claims(trained),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _bar(k: int, values: list[float]) -> Bar:
    return Bar(label=f"k = {k}", method="aevb" if k == 1 else "iwae", values=tuple(values))


def claims(trained: Trained) -> Iterator[Claim]:
    """log p(x), and the dimensions in use, from each k to the next."""
    values = {k: [point.test.value for point in seeds] for k, seeds in trained.items()}
    yield Claim(
        key="iwae-likelihood",
        sentence="A tighter bound trains a better model: log p(x) rises with k, so far.",
        source="Burda et al. 2015",
        paper="Table 1: −86.76, −85.54 and −84.78 nats for k = 1, 5 and 50.",
        ours="log p(x) of test images: "
        + ", ".join(f"{spread(found)} (k = {k})" for k, found in values.items())
        + " nats.",
        rule=Rule(
            quantity="log p(x) of test images, at each k minus that at the k before",
            tolerance=RESOLUTION_WORDS,
            comparisons=_steps(values, "log p(x)", RESOLUTION),
        ),
        evidence=evidence_of("log p(x), k = {}", values),
    )
    units = {k: [float(point.test.active_units) for point in s] for k, s in trained.items()}
    yield Claim(
        key="iwae-active-units",
        sentence="It also keeps more latent dimensions in use, the more the larger k.",
        source="Burda et al. 2015",
        paper="Table 1: 19, 22 and 25 active units of 50.",
        ours="Active units: "
        + ", ".join(f"{spread(found)} (k = {k})" for k, found in units.items())
        + f". From k = {IMPORTANCE_SAMPLES[0]} to {IMPORTANCE_SAMPLES[-1]} it is "
        f"{spread(_differences(units, IMPORTANCE_SAMPLES[0], IMPORTANCE_SAMPLES[-1]))} more: "
        + ", ".join(
            f"{spread(_differences(units, fewer, more))} from k = {fewer} to {more}"
            for fewer, more in pairwise(IMPORTANCE_SAMPLES)
        )
        + ".",
        rule=Rule(
            quantity="active units (of 50), at each k minus those at the k before",
            tolerance="none",
            comparisons=_steps(units, "active units", 0.0, unit="dimensions"),
        ),
        evidence=evidence_of("active units, k = {}", units, unit="dimensions"),
    )


def _steps(
    values: Mapping[int, Sequence[float]], what: str, limit: float, unit: str = "nats per image"
) -> tuple[Comparison, ...]:
    """What each step to a larger k adds, seed by seed."""
    return tuple(
        Comparison(
            label=f"{what}: k = {more} minus k = {fewer}",
            values=_differences(values, fewer, more),
            unit=unit,
            limit=limit,
        )
        for fewer, more in pairwise(IMPORTANCE_SAMPLES)
    )


def _differences(values: Mapping[int, Sequence[float]], fewer: int, more: int) -> tuple[float, ...]:
    return tuple(b - a for a, b in zip(values[fewer], values[more], strict=True))


EXPERIMENT = Experiment(
    name="iwae-table",
    help="the importance-weighted bound with k = 1, 5, 50",
    cells=cells,
    figure=figure,
    order=60,
)
