"""Figure 4: the learned manifolds of models with two latent dimensions."""

from collections.abc import Iterator, Sequence

from latent_atlas.reproduce.cells import Cell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.experiments import figure2
from latent_atlas.reproduce.figure import Claim, Evidence, FigureData
from latent_atlas.reproduce.pictures_cell import Pictures, PicturesCell

TITLES = {"frey-2": "(a) Frey Face", "mnist-2": "(b) MNIST"}
SIDES = {"frey-2": 10, "mnist-2": 20}

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
        claims=_claims(found),
        options=options,
        samples=figure2.length(options),
        left_out=[absent] if absent else [],
        answers=answers,
    )


def _claims(found: dict[str, Pictures]) -> Iterator[Claim]:
    ratios = {panel: pictures.step / pictures.distance for panel, pictures in found.items()}
    yield Claim(
        key="figure4-smooth",
        sentence="The plane is a manifold: a small step in z is a small step in the picture.",
        paper="By the pictures of figure 4.",
        ours="Neighbours in the grid differ by "
        + " and ".join(f"{ratio:z.0%} ({TITLES[panel]})" for panel, ratio in ratios.items())
        + " of what random pairs of its pictures differ by.",
        verdict="holds" if max(ratios.values()) < 0.5 else "does not hold",
        evidence=tuple(
            Evidence(label=f"{TITLES[panel]}: neighbours by random pairs", values=(v,), unit="")
            for panel, v in ratios.items()
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
