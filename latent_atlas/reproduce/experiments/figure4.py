"""Figure 4: the learned manifolds of models with two latent dimensions."""

from collections.abc import Iterator, Mapping, Sequence

from latent_atlas.reproduce.cells import Cell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.experiments import figure2
from latent_atlas.reproduce.figure import Claim, FigureData
from latent_atlas.reproduce.pictures_cell import Pictures, PicturesCell
from latent_atlas.reproduce.verdict import Comparison, Rule

TITLES = {"frey-2": "(a) Frey Face", "mnist-2": "(b) MNIST"}
SIDES = {"frey-2": 10, "mnist-2": 20}
SMOOTH = 0.5  # of what random pairs of pictures differ by

CAPTION = (
    "A regular grid on the unit square goes through the inverse Gaussian CDF to z, so that every "
    "cell holds the same prior probability; each picture is the mean of p(x|z). AEVB, the paper's "
    "recipe, {samples:,} samples, seed {seed}."
)


def cells(options: Options) -> Sequence[Cell]:
    """One a data set, of the first seed."""
    return [_cell(panel, options) for panel in _panels(options)]


def _panels(options: Options) -> list[str]:
    absent = options.frey_absent() is not None
    return [panel for panel in TITLES if not (absent and panel.startswith("frey"))]


def _cell(panel: str, options: Options) -> PicturesCell:
    trained = figure2.cell(panel, "aevb", options.seeds[0], figure2.length(options))
    return PicturesCell(
        trained.in_folder(options.data_dir), "manifold", TITLES[panel], SIDES[panel]
    )


def figure(options: Options, answers: Answers) -> FigureData:
    """The manifolds, and how smooth they are."""
    found = {
        panel: Pictures.model_validate(answers[_cell(panel, options).name].result)
        for panel in _panels(options)
    }
    absent = options.frey_absent()
    return build_figure(
        name="figure4",
        title="The plane that a model with two latent dimensions has learned",
        caption=CAPTION.format(samples=figure2.length(options), seed=options.seeds[0]),
        columns=2,
        panels=[pictures.panel for pictures in found.values()],
        claims=claims(
            {panel: pictures.step / pictures.distance for panel, pictures in found.items()}
        ),
        options=options.of_one_seed,
        samples=figure2.length(options),
        left_out=[absent] if absent else [],
        answers=answers,
    )


def claims(ratios: Mapping[str, float]) -> Iterator[Claim]:
    """By what part of a random pair's difference neighbours in the grid differ, by panel."""
    yield Claim(
        key="figure4-smooth",
        sentence="The plane is a manifold: a small step in z is a small step in the picture.",
        paper="By the pictures of figure 4.",
        ours="Neighbours in the grid differ by "
        + " and ".join(f"{ratio:z.0%} ({TITLES[panel]})" for panel, ratio in ratios.items())
        + " of what random pairs of its pictures differ by, for one training each.",
        rule=Rule(
            quantity="difference of neighbours in the grid by that of random pairs",
            tolerance=f"{SMOOTH:z.0%}",
            comparisons=tuple(
                Comparison(
                    label=f"{TITLES[panel]}: neighbours by random pairs",
                    values=(ratio,),
                    unit="",
                    limit=SMOOTH,
                    side="below",
                    paired=False,
                )
                for panel, ratio in ratios.items()
            ),
            no_power="every continuous decoder passes where the grid is fine enough, an untrained "
            "one too",
            needed="a measure that an untrained decoder fails",
        ),
    )


EXPERIMENT = Experiment(
    name="figure4",
    help="the manifolds of models with 2 latent dimensions",
    cells=cells,
    figure=figure,
    order=30,
    one_seed=True,
)
