"""The rivals that came after the VAE: trained for half an hour at most, their samples measured.

A rival is a recipe here; whose algorithm this version does not have is left out, and said to be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from latent_atlas.reproduce.cells import Cell
from latent_atlas.reproduce.claims.rivals import Rival, claims
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.figure import Bar, BarsPanel, FigureData, Reference, TablePanel
from latent_atlas.reproduce.rivals_answers import Begun, Sampled, Trained
from latent_atlas.reproduce.rivals_cells import (
    SAMPLES,
    THREADS,
    BeginningCell,
    RivalCell,
    SamplesCell,
)
from latent_atlas.reproduce.rivals_table import nats_table, table
from vae_core.algorithms import ALGORITHMS
from vae_core.evaluation import Treatment
from vae_core.models import LIKELIHOODS
from vae_core.numerals import duration
from vae_core.runs import RunConfig, make_config
from vae_core.sentences import counted, listed

BUDGET = 1_800.0  # seconds of training, on ``THREADS`` cores
QUICK_TRAINED, QUICK_SAMPLES = 20_000, 500
DATASET = "mnist"

CAPTION = (
    f"Each is trained on all training images of full MNIST for the epochs of its recipe, on "
    f"{counted(THREADS, 'core')}, within {BUDGET / 60:g} minutes; then {{drawn}} are drawn, "
    "outside that time, and held against as many real images in the features of one frozen "
    "classifier. The VAE's means E[x|z] and its samples x ~ p(x|z) are two kinds of picture. Those "
    "that learned images drawn black and white are held against such, in a table of their own. "
    "Failing is who covers fewer than half of the real images, or has fewer than half of its "
    "samples recognised with a confidence of 0.9. Of several seeds ± is the standard error of the "
    "mean; of a single one [ ] holds in 95 of 100 cases over images."
)


@dataclass(frozen=True)
class Recipe:
    """What is trained, for how long.

    Attributes:
        name: of its cells.
        title: what people call it.
        epochs: of training; a stop by the clock would not come out again.
        settings: other than usual, as the command line's options are named.
        budget: seconds that the training may take.
        vae: whether it is one of the VAEs that the others are held against.
    """

    name: str
    title: str
    epochs: int
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    budget: float = BUDGET
    vae: bool = False

    @property
    def present(self) -> bool:
        """Whether this version has its algorithm, and its likelihood."""
        return (
            self.settings.get("algorithm", "aevb") in ALGORITHMS
            and self.settings.get("likelihood", "bernoulli") in LIKELIHOODS
        )

    @property
    def treatment(self) -> Treatment:
        """How images enter."""
        return "dynamic" if self.settings.get("binarize") == "dynamic" else "grey"

    def config(self, options: Options, seed: int, dataset: str = DATASET) -> RunConfig:
        """The training that is asked for."""
        length = {"epochs": self.epochs}
        if options.samples is not None or options.quick:
            length = {"samples": options.length(0, QUICK_TRAINED)}
        folder = {"data_dir": str(options.data_dir)} if options.data_dir else {}
        return make_config(dataset=dataset, seed=seed, **length, **folder, **self.settings)


_VAE = {"network": "conv", "latent_dim": 20, "activation": "relu"}
_PRIOR = {**_VAE, "algorithm": "learned-prior"}
_BINARY = {"binarize": "dynamic"}

# The oldest first, those that learn grey levels before those that learn black and white.
RECIPES = (
    Recipe("vae", "VAE, Bernoulli", 24, _VAE, vae=True),
    Recipe("vae-gaussian", "VAE, one σ", 24, {**_VAE, "likelihood": "gaussian-shared"}, vae=True),
    Recipe(
        "vae-logistic",
        "VAE, discretised logistic",
        24,
        {**_VAE, "likelihood": "discretised-logistic"},
        vae=True,
    ),
    # The first of them with another prior, and nothing else: held against it as rivals are.
    Recipe("vae-mixture", "VAE, mixture prior", 24, {**_PRIOR, "prior": "mixture"}),
    Recipe("vae-flow", "VAE, flow prior", 24, {**_PRIOR, "prior": "flow"}),
    Recipe("vae-vamp", "VAE, VampPrior", 24, {**_PRIOR, "prior": "vamp"}),
    Recipe("vae-diffusion", "VAE, latent diffusion", 24, {**_PRIOR, "prior": "diffusion"}),
    Recipe("gan", "GAN", 15, {"algorithm": "gan", "batch_size": 64}),
    Recipe("flow", "Flow, affine couplings", 12, {"algorithm": "flow", "batch_size": 32}),
    Recipe(
        "flow-spline",
        "Flow, splines",
        8,
        {"algorithm": "flow", "coupling": "spline", "batch_size": 32},
    ),
    Recipe("ddpm", "DDPM", 9, {"algorithm": "ddpm", "batch_size": 32}),
    Recipe(
        "rectified-flow",
        "Rectified flow",
        9,
        {"algorithm": "rectified-flow", "batch_size": 32},
    ),
    Recipe("vae-binary", "VAE of black and white", 24, {**_VAE, **_BINARY}, vae=True),
    Recipe("made", "MADE", 30, {"algorithm": "made", **_BINARY}),
    Recipe("pixelcnn", "PixelCNN", 6, {"algorithm": "pixelcnn", "batch_size": 20, **_BINARY}),
)

# In nats of dynamically binarised MNIST, as the reruns of pytorch-generative found them.
PUBLISHED = (
    Reference(label="MADE, published: −84.9", value=-84.9),
    Reference(label="PixelCNN, published: −81.5", value=-81.5),
)
_TREATED: Mapping[Treatment, str] = {"grey": "grey levels", "dynamic": "drawn black and white"}


def cells(options: Options) -> Sequence[Cell]:
    """The samples of each rival, of each seed, and the beginnings of their trainings."""
    asked = [cell(recipe, options, seed) for seed in options.seeds for recipe in chosen(options)]
    return [*asked, *(BeginningCell(each.trained) for each in asked)]


def chosen(options: Options) -> list[Recipe]:
    """Those that were asked for, or all, as far as this version has them."""
    return [
        recipe
        for recipe in RECIPES
        if recipe.present and (not options.panels or recipe.name in options.panels)
    ]


def cell(
    recipe: Recipe, options: Options, seed: int, dataset: str = DATASET, count: int | None = None
) -> SamplesCell:
    """The samples of one rival from one seed; its training is what the cell needs."""
    config = recipe.config(options, seed, dataset)
    trained = RivalCell(f"rival-{recipe.name}-seed{seed}", config, recipe.budget)
    usual = QUICK_SAMPLES if options.quick else SAMPLES
    return SamplesCell(trained, f"{recipe.title}, seed {seed}", count or usual)


def figure(options: Options, answers: Answers) -> FigureData:
    """The tables of samples and of nats, the distances, and a sheet of samples of each."""
    found = [_rival(recipe, options, answers) for recipe in chosen(options)]
    return build_figure(
        name=EXPERIMENT.name,
        title="What came after the VAE: samples held against real digits",
        caption=CAPTION.format(
            drawn=counted(QUICK_SAMPLES if options.quick else SAMPLES, "sample")
        ),
        columns=2,
        panels=[
            *_tables(found),
            *(panel for treatment in _TREATED for panel in _distances(found, treatment)),
            *_nats(found),
            *(pictured.sheet for rival in found for pictured in rival.sampled[0].of.values()),
        ],
        claims=claims(found),
        options=options,
        samples=min(each.trained[0].samples for each in found),
        most_samples=max(each.trained[0].samples for each in found),
        left_out=_left_out(found, options),
        answers=answers,
    )


def _rival(recipe: Recipe, options: Options, answers: Answers) -> Rival:
    asked = [cell(recipe, options, seed) for seed in options.seeds]
    return Rival(
        name=recipe.name,
        title=recipe.title,
        treatment=recipe.treatment,
        vae=recipe.vae,
        trained=tuple(Trained.model_validate(answers[c.trained.name].result) for c in asked),
        sampled=tuple(Sampled.model_validate(answers[c.name].result) for c in asked),
        begun=tuple(
            Begun.model_validate(answers[BeginningCell(c.trained).name].result) for c in asked
        ),
    )


def _tables(found: Sequence[Rival]) -> Iterable[TablePanel]:
    for treatment, words in _TREATED.items():
        here = [each for each in found if each.treatment == treatment]
        if here:
            yield table(f"samples-{treatment}", f"Samples, {words}", here)


def _distances(found: Sequence[Rival], treatment: Treatment) -> Iterable[BarsPanel]:
    bars = [
        Bar(
            label=rival.called(kind),
            method="aevb" if rival.vae else rival.name,
            values=tuple(seed.of[kind].frechet.value for seed in rival.sampled),
        )
        for rival in found
        if rival.treatment == treatment
        for kind in rival.kinds
    ]
    if bars:
        yield BarsPanel(
            key=f"frechet-{treatment}",
            title=f"Distances, {_TREATED[treatment]}",
            y_label="Fréchet distance (lower is better)",
            y_scale="log",
            bars=tuple(bars),
        )


def _nats(found: Sequence[Rival]) -> Iterable[TablePanel | BarsPanel]:
    """A table and a chart of those on one scale: of one treatment, and of one sort of density."""
    scales = dict.fromkeys(
        (each.treatment, each.trained[0].density)
        for each in found
        if each.trained[0].nats is not None and not each.vae
    )
    for treatment, density in scales:
        here = [
            each
            for each in found
            if (each.treatment, each.trained[0].density) == (treatment, density)
            and all(seed.nats is not None for seed in each.trained)
        ]
        scale = f"{treatment}-{density or 'probability'}"
        words = density or _TREATED[treatment]
        published = PUBLISHED if treatment == "dynamic" and density is None else ()
        yield nats_table(f"nats-table-{scale}", f"Nats, {words}", here, published)
        yield BarsPanel(
            key=f"nats-{scale}",
            title=f"log p(x), {words}",
            y_label="nats per image (higher is better)",
            bars=tuple(
                Bar(
                    label=f"{each.title}{' (bound)' if each.trained[0].bound else ''}",
                    method="aevb" if each.vae else each.name,
                    values=tuple(seed.nats for seed in each.trained if seed.nats is not None),
                )
                for each in here
            ),
            references=published,
        )


def _left_out(found: Sequence[Rival], options: Options) -> list[str]:
    absent = [recipe.title for recipe in RECIPES if not recipe.present]
    told = [f"{title}: this version has no such algorithm." for title in absent]
    if options.panels:
        told.append(f"All rivals but {listed(each.title for each in chosen(options))}.")
    budgets = {recipe.name: recipe.budget for recipe in RECIPES}
    for each in found:
        longest = max(seed.seconds for seed in each.trained)
        if longest > budgets[each.name]:
            told.append(
                f"{each.title} took {duration(longest)}, more than the {duration(BUDGET)} that are "
                "meant: nothing was left out, and it had more time than the others."
            )
    if options.quick:
        seen = counted(options.length(0, QUICK_TRAINED), "image")
        told.append(f"All but {seen} seen and {counted(QUICK_SAMPLES, 'sample')} drawn.")
    return told


EXPERIMENT = Experiment(
    name="rivals",
    help="what came after the VAE, half an hour each, and its samples",
    cells=cells,
    figure=figure,
    panels=tuple(recipe.name for recipe in RECIPES),
    order=80,
)
