"""What the encoder is for: the same decoder, inferred at once or image by image."""

from collections.abc import Sequence

from latent_atlas.reproduce.cells import Cell
from latent_atlas.reproduce.claims.amortisation import Encoder, claims
from latent_atlas.reproduce.crossing import Crossing
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.experiments import figure2
from latent_atlas.reproduce.figure import Bar, BarsPanel, Curve, CurvesPanel, FigureData
from latent_atlas.reproduce.inference_cells import (
    STEP_SIZE,
    STEPS,
    Amortisation,
    AmortisationCell,
    Inferred,
    Overtaking,
    OvertakingCell,
)

PANEL = "mnist-10"
IMAGES, QUICK_IMAGES = 500, 100

CAPTION = (
    "AEVB's model with 10 latent dimensions after {samples:,} samples (as in figure 2), its "
    "decoder held fixed. The encoder answers for an image in one pass; without it a Gaussian is "
    "fitted to each of {images} images by itself, from N(0, I), by so many steps of Adam on one "
    "core, all images at once; the first has size {step_size:g} unless it says otherwise, and the "
    "size falls to zero. Bounds are averages over 20 samples per image."
)


def cells(options: Options) -> Sequence[Cell]:
    """Two a seed: both ways to infer, and where they are equally good."""
    return [
        cell
        for seed in options.seeds
        for cell in (_cell(options, seed), _overtaking(options, seed))
    ]


def _images(options: Options) -> int:
    return QUICK_IMAGES if options.quick else IMAGES


def _cell(options: Options, seed: int) -> AmortisationCell:
    trained = figure2.cell(PANEL, "aevb", seed, figure2.length(options))
    return AmortisationCell(trained.in_folder(options.data_dir), _images(options))


def _overtaking(options: Options, seed: int) -> OvertakingCell:
    return OvertakingCell(_cell(options, seed).trained, _images(options))


def figure(options: Options, answers: Answers) -> FigureData:
    """The bound by seconds per image, where all of the gap lies, and the steps to the crossing."""
    found = [
        Amortisation.model_validate(answers[_cell(options, seed).name].result)
        for seed in options.seeds
    ]
    crossings = [
        Overtaking.model_validate(answers[_overtaking(options, seed).name].result).crossings
        for seed in options.seeds
    ]
    images = _images(options)
    return build_figure(
        name="amortisation",
        title="One pass of the encoder against a search for each image",
        caption=CAPTION.format(samples=figure2.length(options), images=images, step_size=STEP_SIZE),
        columns=2,
        panels=[_bound_by_seconds(found), _gaps(found), crossing_panel(crossings)],
        claims=claims([_encoder(*both) for both in zip(found, crossings, strict=True)], images),
        options=options,
        samples=figure2.length(options),
        left_out=[f"All but the first {images} images of each split."] if options.quick else [],
        answers=answers,
    )


def _encoder(one: Amortisation, crossings: tuple[Crossing, ...]) -> Encoder:
    return Encoder(
        test_gap=_best(one.test).bound - one.test[0].bound,
        train_gap=_best(one.train).bound - one.train[0].bound,
        seconds=one.test[0].seconds,
        step_seconds=one.test[-1].seconds / STEPS[-1],
        crossings=crossings,
    )


def _bound_by_seconds(found: Sequence[Amortisation]) -> CurvesPanel:
    tests = [one.test for one in found]
    per_image = [[way.seconds for way in ways[1:]] for ways in tests]
    x = [sum(seconds) / len(seconds) for seconds in zip(*per_image, strict=True)]
    encoder = sum(ways[0].seconds for ways in tests) / len(tests)
    return CurvesPanel(
        key="bound-by-seconds",
        title="Test bound by seconds per image",
        x_label="seconds per image, one core",
        y_label="ELBO (nats per image)",
        x_scale="log",
        curves=(
            Curve(
                label="per-datapoint inference",
                method="svi",
                split="test",
                x=tuple(x),
                y=tuple(tuple(way.bound for way in ways[1:]) for ways in tests),
            ),
            Curve(
                label="encoder",
                method="aevb",
                split="test",
                x=(encoder, max(x)),
                y=tuple((ways[0].bound, ways[0].bound) for ways in tests),
            ),
        ),
    )


def _gaps(found: Sequence[Amortisation]) -> BarsPanel:
    return BarsPanel(
        key="gaps",
        title="The gap to log p(x) on test images",
        y_label="nats per image",
        bars=(
            Bar(
                label="amortisation gap",
                method="aevb",
                values=tuple(_best(one.test).bound - one.test[0].bound for one in found),
            ),
            Bar(
                label="approximation gap",
                method="svi",
                values=tuple(one.log_p - _best(one.test).bound for one in found),
            ),
        ),
    )


def crossing_panel(crossings: Sequence[tuple[Crossing, ...]]) -> BarsPanel:
    """After how many steps the encoder's bound is reached, by step size; crossings by seed."""
    return BarsPanel(
        key="crossing",
        title="Steps until it has the encoder's bound",
        y_label="steps",
        bars=tuple(
            Bar(
                label=f"first step size {each[0].step_size:g}",
                method="svi",
                values=tuple(one.steps for one in each),
            )
            for each in zip(*crossings, strict=True)
        ),
    )


def _best(ways: Sequence[Inferred]) -> Inferred:
    return max(ways[1:], key=lambda way: way.bound)


EXPERIMENT = Experiment(
    name="amortisation",
    help="the encoder against inference image by image",
    cells=cells,
    figure=figure,
    order=70,
)
