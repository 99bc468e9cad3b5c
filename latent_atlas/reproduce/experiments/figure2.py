"""Figure 2: the bound while AEVB and wake-sleep learn, for growing numbers of latent dimensions."""

from collections.abc import Iterator, Sequence

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.figure2 import FREY_IMAGES, Trained, claims
from latent_atlas.reproduce.experiment import (
    Answers,
    Experiment,
    Options,
    build_figure,
    points,
)
from latent_atlas.reproduce.figure import Curve, CurvesPanel, FigureData
from latent_atlas.reproduce.questions import PAPER, Question, marks_until
from vae_core.runs import make_config

TITLES: dict[str, str] = {"aevb": "AEVB", "wake-sleep": "Wake-sleep"}
MNIST_DIMENSIONS = (3, 5, 10, 20, 200)
FREY_DIMENSIONS = (2, 5, 10, 20)
PANELS = (
    *(f"mnist-{latent_dim}" for latent_dim in MNIST_DIMENSIONS),
    *(f"frey-{latent_dim}" for latent_dim in FREY_DIMENSIONS),
)
SAMPLES, QUICK_SAMPLES = 1_000_000, 100_000

CAPTION = (
    "The paper's recipe: Adagrad with step 0.02, batches of 100, one sample per image, weights "
    "drawn with standard deviation 0.1. Grey MNIST (50,000 training images) under a Bernoulli "
    f"likelihood; Frey Face ({FREY_IMAGES:,} training images, shuffled split, pixels divided by "
    "255) under a Gaussian one. Thin lines are seeds. The paper trains for up to 100 million "
    "samples."
)


def cell(panel: str, algorithm: str, seed: int, samples: int) -> TrainingCell:
    """The training behind two curves (train, test) of a panel, such as ``mnist-3``."""
    data, _, latent_dim = panel.partition("-")
    frey = data == "frey"
    config = make_config(
        **{
            **PAPER,
            "dataset": "frey-face" if frey else "mnist",
            "likelihood": "gaussian" if frey else "bernoulli",
            "hidden": (200,) if frey else (500,),
            "latent_dim": int(latent_dim),
            "algorithm": algorithm,
            "samples": samples,
            "seed": seed,
        }
    )
    name = f"{panel}-{algorithm}-seed{seed}"
    return TrainingCell(Question(name=name, config=config, marks=marks_until(samples)))


def length(options: Options) -> int:
    """Samples that each training evaluates."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def panels(options: Options) -> tuple[str, ...]:
    """The panels that are asked for and can be had."""
    asked = options.panels or PANELS
    absent = any(panel.startswith("frey") for panel in asked) and options.frey_absent()
    return tuple(panel for panel in asked if not (absent and panel.startswith("frey")))


def cells(options: Options) -> Sequence[Cell]:
    """Both methods for every panel and seed; a seed's whole figure before the next seed's."""
    return [
        cell(panel, algorithm, seed, length(options)).in_folder(options.data_dir)
        for seed in options.seeds
        for panel in panels(options)
        for algorithm in TITLES
    ]


def figure(options: Options, answers: Answers) -> FigureData:
    """The panels in the paper's axes, and the claims that it makes of them."""
    shown = panels(options)
    trained: Trained = {
        (panel, algorithm): [
            points(answers, cell(panel, algorithm, seed, length(options))) for seed in options.seeds
        ]
        for panel in shown
        for algorithm in TITLES
    }
    return build_figure(
        name="figure2",
        title="The bound that AEVB and wake-sleep reach while they learn",
        caption=CAPTION,
        columns=5 if len(shown) > 4 else len(shown),
        panels=[_panel(panel, trained) for panel in shown],
        claims=claims(trained),
        options=options,
        samples=length(options),
        left_out=_left_out(options, shown),
        answers=answers,
    )


def _panel(panel: str, trained: Trained) -> CurvesPanel:
    data, _, latent_dim = panel.partition("-")
    frey = data == "frey"
    return CurvesPanel(
        key=panel,
        title=f"{'Frey Face' if frey else 'MNIST'}, {latent_dim} latent dimensions",
        x_label="training samples evaluated",
        y_label="ELBO (nats per image)",
        x_scale="log",
        x_range=(1e5, 1e8),
        y_range=(0, 1600) if frey else (-150, -100),
        curves=tuple(_curves(panel, trained)),
    )


def _curves(panel: str, trained: Trained) -> Iterator[Curve]:
    for algorithm, title in TITLES.items():
        seeds = trained[panel, algorithm]
        x = tuple(float(point.samples) for point in seeds[0])
        yield Curve(
            label=f"{title} (train)",
            method=algorithm,
            split="train",
            x=x,
            y=tuple(tuple(point.train.value for point in seed) for seed in seeds),
        )
        yield Curve(
            label=f"{title} (test)",
            method=algorithm,
            split="test",
            x=x,
            y=tuple(tuple(point.test.value for point in seed) for seed in seeds),
        )


def _left_out(options: Options, shown: tuple[str, ...]) -> Iterator[str]:
    absent = options.frey_absent()
    if absent and len(shown) < len(options.panels or PANELS):
        yield absent
    if options.quick:
        yield (
            f"Everything after {length(options):,} samples, and all seeds but "
            f"{', '.join(map(str, options.seeds))}; the full version trains for {SAMPLES:,}."
        )


EXPERIMENT = Experiment(
    name="figure2",
    help="AEVB against wake-sleep: the bound, 9 panels",
    cells=cells,
    figure=figure,
    panels=PANELS,
    order=10,
)
