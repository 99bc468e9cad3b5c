"""Figure 3: log p(x) while AEVB, wake-sleep and MCEM learn, from few images and from many."""

from collections.abc import Callable, Iterator, Sequence

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.figure3 import FEW, MANY, Trained, claims
from latent_atlas.reproduce.experiment import (
    Answers,
    Experiment,
    Options,
    build_figure,
    points,
)
from latent_atlas.reproduce.figure import Curve, CurvesPanel, FigureData
from latent_atlas.reproduce.questions import PAPER, Point, Question
from vae_core.runs import make_config

TITLES: dict[str, str] = {"aevb": "AEVB", "wake-sleep": "Wake-sleep", "mcem": "MCEM"}
# MCEM keeps a chain for every image: from many images it does not learn in reasonable time.
METHODS: dict[str, tuple[str, ...]] = {
    FEW: ("aevb", "wake-sleep", "mcem"),
    MANY: ("aevb", "wake-sleep"),
}
SAMPLES, QUICK_SAMPLES = 1_500_000, 320_000
MARKS = (16_000, 50_000, 100_000, 200_000, 400_000, 700_000, 1_000_000)
MEASURED, QUICK_MEASURED = 1000, 200

CAPTION = (
    "Three latent and 100 hidden units, the paper's recipe. Every datapoint gradient counts: 1 an "
    "image for AEVB and wake-sleep, 16 for MCEM (11 of HMC, 5 updates). log p(x) is estimated on "
    "the first {measured:,} training and test images by importance sampling (200 samples) from a "
    "Gaussian fitted to each image by itself, so that methods with and without an encoder are "
    "measured alike; the paper uses the estimator of its appendix D."
)
NO_MCEM = (
    "MCEM from 50,000 images: it is no on-line method. One sweep over them would evaluate 800,000 "
    "gradients for 5 updates of theta, and so the paper leaves it out, too."
)


def cell(panel: str, algorithm: str, seed: int, options: Options) -> TrainingCell:
    """The training behind two curves (train, test); ``panel`` is ``few`` or ``many``."""
    samples = length(options)
    config = make_config(
        **{
            **PAPER,
            "dataset": "mnist",
            "latent_dim": 3,
            "hidden": (100,),
            "algorithm": algorithm,
            "samples": samples,
            "seed": seed,
            **({"batch_size": 1000} if algorithm == "mcem" else {}),
        }
    )
    return TrainingCell(
        Question(
            name=f"figure3-{panel}-{algorithm}-seed{seed}",
            config=config,
            images=1000 if panel == FEW else None,
            marks=(*(mark for mark in MARKS if mark < samples), samples),
            measure="likelihood",
            measured_images=QUICK_MEASURED if options.quick else MEASURED,
        )
    )


def length(options: Options) -> int:
    """Samples that each training evaluates."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def cells(options: Options) -> Sequence[Cell]:
    """All methods from few images, all but MCEM from many."""
    return [
        cell(panel, algorithm, seed, options).in_folder(options.data_dir)
        for seed in options.seeds
        for panel, methods in METHODS.items()
        for algorithm in methods
    ]


def figure(options: Options, answers: Answers) -> FigureData:
    """Both training sets, at equal samples (as the paper) and at equal seconds."""
    trained: Trained = {
        (panel, algorithm): [
            points(answers, cell(panel, algorithm, seed, options)) for seed in options.seeds
        ]
        for panel, methods in METHODS.items()
        for algorithm in methods
    }
    left_out = [NO_MCEM]
    if options.quick:
        left_out.append(
            f"Everything after {length(options):,} samples; log p(x) rests on {QUICK_MEASURED} "
            "images."
        )
    return build_figure(
        name="figure3",
        title="The likelihood that three methods reach, from few images and from many",
        caption=CAPTION.format(measured=QUICK_MEASURED if options.quick else MEASURED),
        columns=2,
        panels=[
            *(_panel(panel, "samples", trained) for panel in METHODS),
            *(_panel(panel, "seconds", trained) for panel in METHODS),
        ],
        claims=claims(trained),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _panel(panel: str, axis: str, trained: Trained) -> CurvesPanel:
    by_samples = axis == "samples"
    return CurvesPanel(
        key=f"{panel}-{axis}",
        title=f"{'1,000' if panel == FEW else '50,000'} training images, by {axis}",
        x_label="training samples evaluated" if by_samples else "seconds of training, one core",
        y_label="log p(x) (nats per image)",
        x_scale="linear",
        x_range=(0, 60e6) if by_samples else None,
        y_range=(-160, -100) if panel == FEW else (-160, -125),
        curves=tuple(_curves(panel, by_samples, trained)),
    )


def _curves(panel: str, by_samples: bool, trained: Trained) -> Iterator[Curve]:
    for algorithm in METHODS[panel]:
        seeds = trained[panel, algorithm]
        x = [
            float(at[0].samples) if by_samples else sum(p.seconds for p in at) / len(at)
            for at in zip(*seeds, strict=True)
        ]
        splits: tuple[tuple[str, Callable[[Point], float]], ...] = (
            ("train", lambda point: point.train.value),
            ("test", lambda point: point.test.value),
        )
        for split, value in splits:
            yield Curve(
                label=f"{TITLES[algorithm]} ({split})",
                method=algorithm,
                split="train" if split == "train" else "test",
                x=tuple(x),
                y=tuple(tuple(value(point) for point in seed) for seed in seeds),
            )


EXPERIMENT = Experiment(
    name="figure3",
    help="AEVB, wake-sleep and MCEM: the likelihood",
    cells=cells,
    figure=figure,
    order=20,
)
