"""Figure 5: samples from the prior, decoded, for growing numbers of latent dimensions."""

from collections.abc import Sequence

from latent_atlas.reproduce.cells import Cell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure, points
from latent_atlas.reproduce.experiments import figure2
from latent_atlas.reproduce.figure import Claim, FigureData
from latent_atlas.reproduce.pictures_cell import Pictures, PicturesCell
from latent_atlas.reproduce.verdict import Evidence, Rule

DIMENSIONS = (2, 5, 10, 20)
SIDE = 10

CAPTION = (
    "z ~ N(0, I); each picture is the mean of p(x|z), not a sample of it. AEVB on MNIST, the "
    "paper's recipe, {samples:,} samples, seed {seed}."
)


def cells(options: Options) -> Sequence[Cell]:
    """One a number of dimensions, of the first seed."""
    return [_cell(latent_dim, options) for latent_dim in DIMENSIONS]


def _cell(latent_dim: int, options: Options) -> PicturesCell:
    trained = figure2.cell(f"mnist-{latent_dim}", "aevb", options.seeds[0], figure2.length(options))
    title = f"{latent_dim}-D latent space"
    return PicturesCell(trained.in_folder(options.data_dir), "samples", title, SIDE)


def figure(options: Options, answers: Answers) -> FigureData:
    """The samples. How good they look is left to the eye."""
    found = [
        Pictures.model_validate(answers[_cell(latent_dim, options).name].result)
        for latent_dim in DIMENSIONS
    ]
    bounds = tuple(
        points(answers, _cell(latent_dim, options).trained)[-1].test.value
        for latent_dim in DIMENSIONS
    )
    return build_figure(
        name="figure5",
        title="What models with 2, 5, 10 and 20 latent dimensions dream up",
        caption=CAPTION.format(samples=figure2.length(options), seed=options.seeds[0]),
        columns=4,
        panels=[pictures.panel for pictures in found],
        claims=[claim(bounds)],
        options=options.of_one_seed,
        samples=figure2.length(options),
        left_out=[],
        answers=answers,
    )


def claim(bounds: Sequence[float]) -> Claim:
    """Nothing is measured of how samples look; the test bounds are there for the record."""
    return Claim(
        key="figure5-samples",
        sentence="Samples from the prior look like digits, whatever the number of dimensions.",
        paper="By the pictures of figure 5.",
        ours="Judge by eye: nothing here measures how good a sample looks, and a better bound "
        "does not make one. The test bounds of these models only tell of training.",
        rule=Rule(
            quantity="nothing: how a sample looks was not measured",
            tolerance="none",
            needed="a measure of how samples look, over several seeds",
        ),
        evidence=tuple(
            Evidence(label=f"test bound, {latent_dim} dimensions", values=(bound,))
            for latent_dim, bound in zip(DIMENSIONS, bounds, strict=True)
        ),
    )


EXPERIMENT = Experiment(
    name="figure5",
    help="samples from the prior for 2, 5, 10, 20 dimensions",
    cells=cells,
    figure=figure,
    order=40,
    one_seed=True,
)
