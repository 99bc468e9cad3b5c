"""Figure 2: the bound while AEVB and wake-sleep learn, for growing numbers of latent dimensions.

With what the paper says of it, held against the curves.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.experiment import (
    Answers,
    Experiment,
    Options,
    build_figure,
    points,
    spread,
)
from latent_atlas.reproduce.figure import Claim, Curve, CurvesPanel, Evidence, FigureData, Verdict
from latent_atlas.reproduce.questions import PAPER, Point, Question, marks_until
from vae_core.runs import make_config

TITLES: dict[str, str] = {"aevb": "AEVB", "wake-sleep": "Wake-sleep"}
MNIST_DIMENSIONS = (3, 5, 10, 20, 200)
FREY_DIMENSIONS = (2, 5, 10, 20)
PANELS = (
    *(f"mnist-{latent_dim}" for latent_dim in MNIST_DIMENSIONS),
    *(f"frey-{latent_dim}" for latent_dim in FREY_DIMENSIONS),
)
SAMPLES, QUICK_SAMPLES = 1_000_000, 100_000

# For each panel and method, the points of every seed.
Trained = Mapping[tuple[str, str], Sequence[Sequence[Point]]]

FROM = 100_000  # samples: where the paper's axis begins
MOST_OVERFIT = 1.0  # nats that the train-test gap may grow by, from 20 to 200 dimensions

CAPTION = (
    "The paper's recipe: Adagrad with step 0.02, batches of 100, one sample per image, weights "
    "drawn with standard deviation 0.1. Grey MNIST (50,000 training images) under a Bernoulli "
    "likelihood; Frey Face (1,565 training images, shuffled split, pixels divided by 255) under a "
    "Gaussian one. Thin lines are seeds. The paper trains for up to 100 million samples."
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
    """The panels in the paper's axes, and the three claims that it makes of them."""
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


def claims(trained: Trained) -> Iterator[Claim]:
    """Better, faster, and not overfitting."""
    panels = list(dict.fromkeys(panel for panel, _ in trained))
    yield _better(trained, panels)
    yield _faster(trained, panels)
    yield _overfit(trained)


def _better(trained: Trained, panels: Sequence[str]) -> Claim:
    margins = {
        panel: [
            [
                a.test.value - w.test.value
                for a, w in zip(aevb, wake_sleep, strict=True)
                if a.samples >= FROM
            ]
            for aevb, wake_sleep in zip(
                trained[panel, "aevb"], trained[panel, "wake-sleep"], strict=True
            )
        ]
        for panel in panels
    }
    all_margins = [margin for seeds in margins.values() for seed in seeds for margin in seed]
    behind = [
        panel for panel, seeds in margins.items() if any(m <= 0 for seed in seeds for m in seed)
    ]
    verdict: Verdict = "cannot be said"
    ours = f"No point was recorded from {FROM:,} samples on."
    if all_margins:
        verdict = "does not hold" if behind else "holds"
        above = sum(margin > 0 for margin in all_margins)
        ours = (
            f"AEVB's test bound is above wake-sleep's at {above} of {len(all_margins)} recorded "
            f"points (panel, seed and number of samples from {FROM:,} on); the least lead is "
            f"{spread([min(all_margins)])} nats."
        )
        if behind:
            ours += f" It is behind at some point of: {', '.join(behind)}."
    return Claim(
        key="figure2-better",
        sentence="AEVB reaches a better solution than wake-sleep, whatever the number of latent "
        "dimensions.",
        paper="“In all experiments”, by the curves of figure 2: about 5 to 15 nats on MNIST.",
        ours=ours,
        verdict=verdict,
        evidence=tuple(
            Evidence(
                label=f"{panel}: AEVB minus wake-sleep at the end",
                values=tuple(seed[-1] for seed in seeds),
            )
            for panel, seeds in margins.items()
            if all(seeds)
        ),
    )


def _faster(trained: Trained, panels: Sequence[str]) -> Claim:
    factors = {
        panel: tuple(
            _head_start(aevb, wake_sleep)
            for aevb, wake_sleep in zip(
                trained[panel, "aevb"], trained[panel, "wake-sleep"], strict=True
            )
        )
        for panel in panels
    }
    every = [factor for seeds in factors.values() for factor in seeds]
    return Claim(
        key="figure2-faster",
        sentence="AEVB converges considerably faster than wake-sleep.",
        paper="“Considerably faster” (section 5).",
        ours="AEVB reached wake-sleep's best test bound with "
        f"{min(every):z.1f} to {max(every):z.1f} times fewer samples"
        + (" (1: not at all)." if min(every) <= 1 else "."),
        verdict="holds" if min(every) > 1.5 else "does not hold",
        evidence=tuple(
            Evidence(label=f"{panel}: times fewer samples", values=seeds, unit="×")
            for panel, seeds in factors.items()
        ),
    )


def _head_start(aevb: Sequence[Point], wake_sleep: Sequence[Point]) -> float:
    """How many times fewer samples AEVB needs to reach wake-sleep's best bound; 1 if it does not.

    Between two points the bound is taken to rise in a straight line with the logarithm of samples.
    """
    best = max(wake_sleep, key=lambda point: point.test.value)
    goal = best.test.value
    if aevb[0].test.value >= goal:
        return best.samples / aevb[0].samples
    for before, after in pairwise(aevb):
        if after.test.value >= goal:
            part = (goal - before.test.value) / (after.test.value - before.test.value)
            return best.samples / (before.samples * (after.samples / before.samples) ** part)
    return 1.0


def _overfit(trained: Trained) -> Claim:
    sentence = "More latent variables do not overfit: the bound regularises."
    paper = "“Interestingly, superfluous latent variables did not result in overfitting.”"
    if not {("mnist-20", "aevb"), ("mnist-200", "aevb")} <= set(trained):
        return Claim(
            key="figure2-overfit",
            sentence=sentence,
            paper=paper,
            ours="The panels mnist-20 and mnist-200 were not computed.",
            verdict="cannot be said",
        )
    gaps = {
        latent_dim: tuple(
            seed[-1].train.value - seed[-1].test.value
            for seed in trained[f"mnist-{latent_dim}", "aevb"]
        )
        for latent_dim in (20, 200)
    }
    worse = [wide - narrow for narrow, wide in zip(gaps[20], gaps[200], strict=True)]
    return Claim(
        key="figure2-overfit",
        sentence=sentence,
        paper=paper,
        ours=f"Training images are {spread(gaps[20], 2)} nats better than test images with 20 "
        f"dimensions, {spread(gaps[200], 2)} with 200. At this many samples neither has had much "
        "occasion to overfit; the paper trains a hundred times longer.",
        verdict="holds" if max(worse) <= MOST_OVERFIT else "does not hold",
        evidence=tuple(
            Evidence(label=f"train minus test, {latent_dim} dimensions", values=values)
            for latent_dim, values in gaps.items()
        ),
    )


EXPERIMENT = Experiment(
    name="figure2",
    help="AEVB against wake-sleep: the bound, 9 panels",
    cells=cells,
    figure=figure,
    panels=PANELS,
    order=10,
)
