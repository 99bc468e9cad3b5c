"""The importance-weighted bound: more samples, a better model (Burda et al. 2015, table 1)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

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
from latent_atlas.reproduce.figure import Bar, BarsPanel, Claim, FigureData
from latent_atlas.reproduce.questions import Point, Question
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
        title="More importance samples: a better likelihood and more of the code in use",
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
        claims=_claims(trained),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _bar(k: int, values: list[float]) -> Bar:
    return Bar(label=f"k = {k}", method="aevb" if k == 1 else "iwae", values=tuple(values))


def _claims(trained: Trained) -> Iterator[Claim]:
    values = {k: [point.test.value for point in seeds] for k, seeds in trained.items()}
    yield Claim(
        key="iwae-likelihood",
        sentence="A tighter bound trains a better model: log p(x) rises with k.",
        paper="Burda et al. 2015, table 1: −86.76, −85.54 and −84.78 nats for k = 1, 5 and 50.",
        ours="log p(x) of test images: "
        + ", ".join(f"{spread(found)} (k = {k})" for k, found in values.items())
        + " nats.",
        verdict="holds" if _rises(values) else "does not hold",
        evidence=evidence_of("log p(x), k = {}", values),
    )
    units = {k: [float(point.test.active_units) for point in s] for k, s in trained.items()}
    yield Claim(
        key="iwae-active-units",
        sentence="It also keeps more latent dimensions in use.",
        paper="Burda et al. 2015, table 1: 19, 22 and 25 active units of 50.",
        ours="Active units: "
        + ", ".join(f"{spread(found)} (k = {k})" for k, found in units.items())
        + ".",
        verdict="holds" if _rises(units) else "does not hold",
        evidence=evidence_of("active units, k = {}", units, unit="dimensions"),
    )


def _rises(values: dict[int, list[float]]) -> bool:
    """Whether every seed's values rise with k."""
    seeds = zip(*(values[k] for k in IMPORTANCE_SAMPLES), strict=True)
    return all(all(a < b for a, b in pairwise(seed)) for seed in seeds)


EXPERIMENT = Experiment(
    name="iwae-table",
    help="the importance-weighted bound with k = 1, 5, 50",
    cells=cells,
    figure=figure,
)
