"""What a report of a comparison is made of: the page's own numbers, and what is missing of them.

What depends on who looks at the page is found out there (`report_of`); the rest of the work needs
no page (`subjects`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from latent_atlas.reports.beta_curves import swept_with
from latent_atlas.reports.comparison.command_line import compare_line
from latent_atlas.reports.comparison.curves import MOST_SWEPT, Placed, swept
from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.subjects import Guest, Judged, Point, Subject, Subjects, Swept
from latent_atlas.reports.comparison.training_part import learned_from
from latent_atlas.ui.catalog import ModelEntry, list_models, loaded
from latent_atlas.ui.judges.judge import Judge, judge_of, own_graph
from latent_atlas.ui.judges.kept_classifiers import keep, kept, teaching
from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity import measuring as verdicts
from latent_atlas.ui.reconstruct.identity.card import chosen_column, shown_judge
from latent_atlas.ui.reconstruct.measure import SAMPLES, measured
from latent_atlas.ui.reconstruct.rate_distortion.candidates import run_of
from latent_atlas.ui.reconstruct.rate_distortion.standing import Parts, parts_of, standing_of
from latent_atlas.ui.reconstruct.shown_images import is_brought
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Material, Watch, trained_on
from vae_core.models import VAE
from vae_core.runs import RunConfig

_FILE = Path(next(iter(FILES)))


@dataclass(frozen=True, eq=False)
class Report:
    """A report that was asked for: of these models, and of `siblings` from their sweeps of β.

    `identity` says whether a classifier is asked; it is the `judge`, or one that learns first what
    there is to learn, `lessons`, with their digest.
    """

    comparison: Comparison
    siblings: tuple[tuple[ModelEntry, RunConfig], ...] = ()
    identity: bool = False
    judge: Judge | None = None
    lessons: tuple[Material, str] | None = None

    @property
    def name(self) -> str:
        """What it is kept by: models, images, and what is asked."""
        comparison = self.comparison
        told = [comparison.data.name, comparison.split.name, comparison.treatment]
        told += [each.entry.digest for each in (*comparison.columns, *comparison.guests)]
        told += ["of", *(entry.digest for entry, _ in self.siblings)]
        told += [self.judge.digest if self.judge else "judge"] if self.identity else []
        return f"report-{sha256(' '.join(told).encode()).hexdigest()[:24]}"

    @property
    def command(self) -> str:
        """What makes the same; nothing where it has no name for the images or for a model."""
        comparison = self.comparison
        names = [column.entry.called for column in (*comparison.columns, *comparison.guests)]
        if is_brought(comparison.data.name) or not all(names):
            return ""
        data, split = comparison.data.name, comparison.split.name
        return compare_line(names, data, split, _FILE, identity=self.identity)


def can_be_judged(comparison: Comparison) -> bool:
    """Whether there are classes that may be kept or lost."""
    brought = own_graph(comparison.data.image_shape) is not None
    return brought or bool(comparison.data.label_columns)


def report_of(comparison: Comparison, *, identity: bool) -> Report:
    """What this visitor is to get. Raises AtlasError where there is nothing to learn classes from.

    On the page's own thread: it knows who looks.
    """
    judge = lessons = None
    if identity and (judge := shown_judge(comparison)) is None:
        data = comparison.data
        lessons = teaching(data.name, chosen_column(data), data)
    return Report(comparison, _siblings(comparison), identity, judge, lessons)


def _siblings(comparison: Comparison) -> tuple[tuple[ModelEntry, RunConfig], ...]:
    """Runs alike to one of those compared but for β and the seed, newest first."""
    mine = [run.config for each in comparison.columns if (run := run_of(each.entry)) is not None]
    if not mine:
        return ()
    here = {each.entry.key for each in comparison.columns}
    found = []
    for entry in list_models(owner_here()):
        run = None if entry.key in here else run_of(entry)
        if run is not None and any(swept_with(config, [run.config]) for config in mine):
            found.append((entry, run.config))
    return tuple(found[:MOST_SWEPT])


def subjects(report: Report, watch: Watch) -> Subjects:
    """The models with what the page has measured of them, and what it has not.

    Raises Cancelled, and AtlasError where a model is gone meanwhile.
    """
    comparison = report.comparison
    data, split = comparison.data, comparison.split
    first = loaded(comparison.columns[0].entry).training
    parts = parts_of(data, split, comparison.treatment, first.split)
    pieces = _pieces(watch, len(comparison.columns) + len(report.siblings) + 2 * report.identity)
    models = tuple(_subject(comparison, each, parts, next(pieces)) for each in comparison.columns)
    return Subjects(
        data=data,
        called=data.name,
        split=split,
        indices=data.splits[split.name],
        treatment=comparison.treatment,
        models=models,
        samples=SAMPLES,
        command=report.command,
        guests=tuple(_guest(column) for column in comparison.guests),
        curves=_curves(report, models, parts, pieces),
        judged=_judged(report, next(pieces), next(pieces)) if report.identity else None,
    )


def _pieces(watch: Watch, count: int) -> Iterator[Watch]:
    """A watch for each of so many pieces of work."""
    for place in range(count):

        def told(done: float, before: int = place) -> None:
            watch.progress((before + done) / count)

        yield Watch(told, watch.cancelled)


def _subject(comparison: Comparison, column: Column, parts: Parts, watch: Watch) -> Subject:
    data, split, entry = comparison.data, comparison.split, column.entry
    training = loaded(entry).training
    standing = standing_of(entry.digest, column.vae, parts, watch)
    found = measured(
        entry.digest, data.name, split.name, comparison.treatment, column.vae, split.images
    )
    points = [Point(split.name, len(split), standing.test)]
    train = parts.train
    if standing.train is not None and train and learned_from(training, data, train.name):
        points.append(Point(train.name, parts.of_train, standing.train))
    return Subject(
        title=column.title,
        name=column.entry.called,
        vae=column.vae,
        training=training,
        digest=entry.digest,
        bounds=found.bounds,
        draw_variance=found.draw_variance,
        points=tuple(points),
        kinship=column.kinship,
    )


def _guest(column: Column) -> Guest:
    training = loaded(column.entry).training
    return Guest(column.title, column.entry.called, column.vae, training, column.entry.digest)


def _curves(
    report: Report, models: Sequence[Subject], parts: Parts, pieces: Iterator[Watch]
) -> tuple[Swept, ...]:
    """The sweeps that models compared are of; of runs beside them the test images are enough."""
    placed = {}
    for column, model in zip(report.comparison.columns, models, strict=True):
        if (run := run_of(column.entry)) is not None:
            placed[column.entry.key] = Placed(column.title, run.config, model.points[0].at)
    compared = list(placed)
    shape = report.comparison.data.image_shape
    alone = replace(parts, train=None, of_train=0)
    for entry, config in report.siblings:
        watch, vae = next(pieces), load_by_digest(entry.digest).model
        if isinstance(vae, VAE) and vae.image_shape == shape:
            at = standing_of(entry.digest, vae, alone, watch).test
            placed[entry.key] = Placed(entry.title, config, at)
    return swept(placed, compared)


def _judged(report: Report, learning: Watch, looking: Watch) -> Judged:
    """What the classifier says, which learns first where it has not."""
    comparison, judge = report.comparison, report.judge
    if judge is None:
        judge = judge_of(_taught(report, learning), comparison.data)

    def told(done: int, total: int | None) -> None:
        looking.progress(done / (total or 1))

    while (found := verdicts.known(comparison, judge)) is None:
        verdicts.look(comparison, judge, told, looking.cancelled)
    source = judge.source
    if isinstance(source, Classifier):
        name, classifier = "the program’s own", source
    else:
        name, classifier = source.name, None
    return Judged(judge.digest, name, judge.column or "", classifier, tuple(found))


def _taught(report: Report, watch: Watch) -> Classifier:
    """The program's own: kept since, or trained now."""
    if report.lessons is None:
        raise AtlasError("There are no classes to keep.")
    given, digest = report.lessons
    if (known := kept(digest)) is not None:
        return known
    classifier = trained_on(given, watch=watch)
    keep(digest, classifier)
    return classifier
