"""How soft a VAE's pictures are, whether its samples are soft too, and what the noise has to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from latent_atlas.reproduce.blur_cells import MEANS, REBUILT, SAMPLES, BlurCell, Softness
from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.blur import Likely, claims
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.figure import Bar, BarsPanel, FigureData, Reference
from latent_atlas.reproduce.questions import Question
from vae_core.runs import make_config

DATASET = "mnist-12k"  # it comes with the program
TRAINED, QUICK_TRAINED = 1_000_000, 20_000
IMAGES, QUICK_IMAGES = 2_000, 200

CAPTION = (
    "VAEs with 20 latent dimensions and one hidden layer of 500 units, each trained on {seen:,} "
    "images of " + DATASET + ". Sharpness is the variance of an image's Laplacian, a mean over "
    "{images:,} pictures, by that over as many test images: blur lowers it, and noise raises it. "
    "Means E[x|z] and samples x ~ p(x|z) are of z from the prior, reconstructed means of the mean "
    "code of each test image. Samples of a Bernoulli likelihood are black and white and are left "
    "out. Dots are seeds."
)


@dataclass(frozen=True)
class Way:
    """A likelihood: what it is called, its settings, and whether its samples are grey levels."""

    name: str
    title: str
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    of_levels: bool = True


SQUARED = Way("squared", "Gaussian, σ = 1", {"likelihood": "gaussian-fixed", "scale": 1.0})
LEARNED = Way("learned", "Gaussian, one learned σ", {"likelihood": "gaussian-shared"})
WAYS = (
    Way("bernoulli", "Bernoulli", of_levels=False),
    SQUARED,
    LEARNED,
    Way("logistic", "Discretised logistic", {"likelihood": "discretised-logistic"}),
)


def cells(options: Options) -> Sequence[Cell]:
    """The pictures of each; a seed's whole figure before the next seed's."""
    return [_cell(way, options, seed) for seed in options.seeds for way in WAYS]


def _cell(way: Way, options: Options, seed: int) -> BlurCell:
    seen = options.length(TRAINED, QUICK_TRAINED)
    config = make_config(
        dataset=DATASET, latent_dim=20, hidden=(500,), samples=seen, seed=seed, **way.settings
    )
    question = Question(name=f"blur-{way.name}-seed{seed}", config=config, marks=(seen,))
    trained = TrainingCell(question).in_folder(options.data_dir)
    images = QUICK_IMAGES if options.quick else IMAGES
    return BlurCell(trained, f"{way.title}: means, seed {seed}", images)


def figure(options: Options, answers: Answers) -> FigureData:
    """Sharpness of each kind of picture, a sheet of means of each likelihood, and the claims."""
    found = {way.name: _found(way, options, answers) for way in WAYS}
    every = list(found.values())
    images = QUICK_IMAGES if options.quick else IMAGES
    return build_figure(
        name="blur",
        title="How soft the pictures are, and why",
        caption=CAPTION.format(seen=options.length(TRAINED, QUICK_TRAINED), images=images),
        columns=2,
        panels=[
            _bars(MEANS, "Means E[x|z] of random codes", every),
            _bars(REBUILT, "Reconstructed means of test images", every),
            _bars(SAMPLES, "Samples x ~ p(x|z)", [each for each in every if each.of_levels]),
            *(each.found[0].sheet for each in every),
        ],
        claims=claims(found[SQUARED.name], found[LEARNED.name], every),
        options=options,
        samples=options.length(TRAINED, QUICK_TRAINED),
        left_out=[f"All but {images} pictures of each kind."] if options.quick else [],
        answers=answers,
    )


def _found(way: Way, options: Options, answers: Answers) -> Likely:
    asked = [_cell(way, options, seed) for seed in options.seeds]
    found = tuple(Softness.model_validate(answers[cell.name].result) for cell in asked)
    return Likely(way.name, way.title, way.of_levels, found)


def _bars(kind: str, title: str, found: Sequence[Likely]) -> BarsPanel:
    return BarsPanel(
        key=kind.replace(" ", "-"),
        title=title,
        y_label="sharpness, by that of real digits",
        y_scale="log",  # of factors: their mean is geometric, as in the claims
        bars=tuple(
            Bar(label=each.title, method="aevb", values=each.ratios(kind)) for each in found
        ),
        references=(Reference(label="real digits", value=1.0),),
    )


EXPERIMENT = Experiment(
    name="blur",
    help="how soft the pictures are, whether samples are soft too, and what learned noise changes",
    cells=cells,
    figure=figure,
    order=77,
)
