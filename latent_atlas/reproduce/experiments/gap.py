"""How far the bound falls short of log p(x), whose fault that is, and what narrows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.gap import Way, claims
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure, points
from latent_atlas.reproduce.figure import Bar, BarsPanel, FigureData
from latent_atlas.reproduce.gap_cells import GapCell, Shortfall
from latent_atlas.reproduce.questions import Question
from vae_core.runs import make_config

SAMPLES, QUICK_SAMPLES = 1_000_000, 50_000
IMAGES, QUICK_IMAGES = 100, 20
USUAL = "diagonal"

CAPTION = (
    "MNIST's grey levels under a Bernoulli likelihood, 10 latent dimensions, one hidden layer of "
    "500 units, Adam with step 0.001, {seen:,} images seen in batches of 100. Of {images} test "
    "images, the same for all: log p(x) by annealed importance sampling from several starts, and "
    "the best bound of the encoder's own family by a climb for each image, both averaged over "
    "draws. Dots are seeds."
)


@dataclass(frozen=True)
class Cure:
    """A way to train: what it is called, and its settings other than usual."""

    name: str
    title: str
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def trained(self, options: Options, seed: int) -> TrainingCell:
        """A training that sees as many images as those of all others."""
        fixed = {"dataset": "mnist", "latent_dim": 10, "hidden": (500,), "seed": seed}
        config = make_config(**fixed, **self.settings, samples=length(options))
        visits = config.algorithm.samples_per_visit
        asked = config.model_copy(update={"samples": visits * length(options)})
        marks = (visits * length(options),)
        question = Question(name=f"gap-{self.name}-seed{seed}", config=asked, marks=marks)
        return TrainingCell(question).in_folder(options.data_dir)


CURES = (
    Cure(USUAL, "AEVB, a Gaussian without covariances"),
    Cure("full", "AEVB, a Gaussian with covariances", {"posterior": "full"}),
    Cure("planar", "AEVB, planar flows", {"posterior": "planar"}),
    Cure("iaf", "AEVB, inverse autoregressive flows", {"posterior": "iaf"}),
    Cure("iwae", "IWAE, K = 5", {"algorithm": "iwae", "importance_samples": 5}),
    Cure("semi-amortised", "Semi-amortised, 5 steps", {"algorithm": "semi-amortised"}),
)


def length(options: Options) -> int:
    """Images that each training sees."""
    return options.length(SAMPLES, QUICK_SAMPLES)


def chosen(options: Options) -> list[Cure]:
    """Those that are asked for, and always the usual one, which they are held against."""
    asked = options.panels or tuple(cure.name for cure in CURES)
    return [cure for cure in CURES if cure.name in (*asked, USUAL)]


def cells(options: Options) -> Sequence[Cell]:
    """The gaps of each; a seed's whole figure before the next seed's."""
    return [_cell(cure, options, seed) for seed in options.seeds for cure in chosen(options)]


def _cell(cure: Cure, options: Options, seed: int) -> GapCell:
    return GapCell(cure.trained(options, seed), _images(options))


def _images(options: Options) -> int:
    return QUICK_IMAGES if options.quick else IMAGES


def figure(options: Options, answers: Answers) -> FigureData:
    """Both parts of the gap side by side, log p(x), and what may be said."""
    ways = [_way(cure, options, answers) for cure in chosen(options)]
    left_out = [f"All but the first {_images(options)} test images."] if options.quick else []
    if len(ways) < len(CURES):
        absent = [cure.title for cure in CURES if cure not in chosen(options)]
        left_out.append(f"Not asked for: {'; '.join(absent)}.")
    return build_figure(
        name="gap",
        title="What the bound falls short by, and what narrows that",
        caption=CAPTION.format(seen=length(options), images=_images(options)),
        columns=2,
        panels=[
            _bars("approximation", "Family: log p(x) − best bound", ways),
            _bars("amortisation", "Encoder: best bound − ELBO", ways),
            _bars("inference", "Both: log p(x) − ELBO", ways),
            _bars("log_p", "log p(x) itself: higher is better", ways),
        ],
        claims=claims(ways[0], ways[1:], _images(options)),
        options=options,
        samples=length(options),
        left_out=left_out,
        answers=answers,
    )


def _way(cure: Cure, options: Options, answers: Answers) -> Way:
    asked = [_cell(cure, options, seed) for seed in options.seeds]
    seconds = [points(answers, cell.trained)[-1].seconds for cell in asked]
    found = tuple(Shortfall.model_validate(answers[cell.name].result) for cell in asked)
    return Way(cure.name, cure.title, found, tuple(seconds))


def _bars(quantity: str, title: str, ways: Sequence[Way]) -> BarsPanel:
    return BarsPanel(
        key=quantity.replace("_", "-"),
        title=title,
        y_label="nats per image",
        bars=tuple(
            Bar(label=way.title, method=way.name, values=way.means(quantity)) for way in ways
        ),
    )


EXPERIMENT = Experiment(
    name="gap",
    help="the gap in the bound, its two parts, and what narrows it",
    cells=cells,
    figure=figure,
    panels=tuple(cure.name for cure in CURES),
    order=75,
)
