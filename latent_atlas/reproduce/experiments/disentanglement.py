"""Whether objectives made for it give each factor of an image a dimension of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.claims.disentanglement import JUDGED, Objective, claims
from latent_atlas.reproduce.disentanglement_cells import STEPS, WALKS, Apart, ApartCell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure
from latent_atlas.reproduce.figure import Bar, BarsPanel, FigureData, ImagesPanel, Reference
from latent_atlas.reproduce.questions import Question
from vae_core.runs import make_config

DATASET = "sprites"  # drawn by the program, from five factors
DIMS = 10
TRAINED, QUICK_TRAINED = 1_000_000, 10_000
IMAGES, QUICK_IMAGES = 20_000, 1_000
SHOWN = (JUDGED, "FactorVAE score", "DCI disentanglement", "SAP")

CAPTION = (
    f"VAEs with {DIMS} latent dimensions, each trained on {{seen:,}} images of {DATASET}, whose "
    "five factors are known and were told to none of them. The scores are of the means of q(z|x) "
    "of {images:,} images; lines are what codes of the plain bound score once they are dealt to "
    "other images. "
    f"Below, each row is a walk along one dimension of seed {{seed}}, {STEPS} means E[x|z], the "
    f"{WALKS} with the largest rate. Dots are seeds: they differ by as much as objectives can "
    "(Locatello et al. 2019)."
)


@dataclass(frozen=True)
class Way:
    """An objective: what it is called, who proposed it and how, and its settings."""

    name: str
    title: str
    source: str = ""
    paper: str = ""
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


PLAIN = Way("plain", "Plain bound")
WAYS = (
    Way(
        "beta",
        "β-VAE",
        "Higgins et al. 2017",
        "A rate that costs more, β > 1, makes dimensions independent and each of one factor.",
        {"beta": 4.0},
    ),
    Way(
        "beta-tcvae",
        "β-TCVAE",
        "Chen et al. 2018",
        "Only the total correlation of the codes has to cost more.",
        {"algorithm": "beta-tcvae"},
    ),
    Way(
        "factor-vae",
        "FactorVAE",
        "Kim and Mnih 2018",
        "A second network that tells codes from shuffled ones gives the total correlation.",
        {"algorithm": "factor-vae"},
    ),
    Way(
        "dip-vae",
        "DIP-VAE",
        "Kumar et al. 2018",
        "The covariance of the codes, held to the identity, is enough.",
        {"algorithm": "dip-vae"},
    ),
)


def cells(options: Options) -> Sequence[Cell]:
    """The scores of each; a seed's whole figure before the next seed's."""
    return [_cell(way, options, seed) for seed in options.seeds for way in (PLAIN, *WAYS)]


def _cell(way: Way, options: Options, seed: int) -> ApartCell:
    seen = options.length(TRAINED, QUICK_TRAINED)
    config = make_config(
        dataset=DATASET,
        latent_dim=DIMS,
        hidden=(512, 256),
        activation="relu",
        batch_size=128,
        samples=seen,
        seed=seed,
        **way.settings,
    )
    question = Question(name=f"disentanglement-{way.name}-seed{seed}", config=config, marks=(seen,))
    trained = TrainingCell(question).in_folder(options.data_dir)
    return ApartCell(trained, way.title, QUICK_IMAGES if options.quick else IMAGES)


def figure(options: Options, answers: Answers) -> FigureData:
    """Four scores of each objective, a sheet of walks of each, and the claims."""
    plain, *others = (_found(way, options, answers) for way in (PLAIN, *WAYS))
    every = [plain, *others]
    return build_figure(
        name="disentanglement",
        title="Whether each hidden number says one thing",
        caption=CAPTION.format(
            seen=options.length(TRAINED, QUICK_TRAINED),
            images=QUICK_IMAGES if options.quick else IMAGES,
            seed=options.seeds[0],
        ),
        columns=2,
        panels=[
            *(_bars(name, plain, every) for name in SHOWN),
            *(_walks(each, options.seeds[0]) for each in every),
        ],
        claims=claims(plain, others),
        options=options,
        samples=options.length(TRAINED, QUICK_TRAINED),
        left_out=[f"All but {QUICK_IMAGES:,} images."] if options.quick else [],
        answers=answers,
    )


def _found(way: Way, options: Options, answers: Answers) -> Objective:
    asked = [_cell(way, options, seed) for seed in options.seeds]
    found = tuple(Apart.model_validate(answers[cell.name].result) for cell in asked)
    return Objective(way.name, way.title, way.source, way.paper, found)


def _bars(name: str, plain: Objective, every: Sequence[Objective]) -> BarsPanel:
    chance = [each.scores[name].chance for each in plain.found]
    return BarsPanel(
        key=name.lower().replace(" ", "-"),
        title=name,
        y_label=f"{name}, 1 is best",
        bars=tuple(Bar(label=each.title, method="aevb", values=each.score(name)) for each in every),
        references=(Reference(label="by chance", value=sum(chance) / len(chance)),),
    )


def _walks(objective: Objective, seed: int) -> ImagesPanel:
    """Of its first training: what a dimension says is another thing in each."""
    sheet = objective.found[0].walks
    return sheet.model_copy(update={"title": f"{sheet.title}, seed {seed}"})


EXPERIMENT = Experiment(
    name="disentanglement",
    help="do objectives made for it give each factor of an image a dimension of its own",
    cells=cells,
    figure=figure,
    order=85,
)
