"""What `compare` measures of the models that it is given, before the report is made of it."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch

from latent_atlas.cli.model_and_data import ModelAndData
from latent_atlas.cli.parser import say
from latent_atlas.cli.subjects import Settings, distinct_titles, guest, subject
from latent_atlas.reports.beta_curves import swept_with
from latent_atlas.reports.comparison.command_line import compare_line
from latent_atlas.reports.comparison.curves import MOST_SWEPT, Placed, swept
from latent_atlas.reports.comparison.subjects import Judged, Point, Subject, Subjects, Swept
from latent_atlas.reports.comparison.training_part import learned_from, training_part
from vae_core.data import Dataset, Split
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Identity,
    Watch,
    draw_variance,
    identity,
    material,
    usual_treatment,
)
from vae_core.evaluation.parts import Part, bounds_in_parts, joined
from vae_core.evaluation.rate_distortion import operating_point, squared_errors
from vae_core.models import VAE, load_model
from vae_core.runs import Run, list_runs, runs_folder

SAMPLES = 4  # draws of z for each image, as the page takes


@dataclass(frozen=True)
class _Named:
    """A model with its title in the report and what the command line calls it."""

    each: ModelAndData
    title: str
    name: str


def compared_subjects(
    args: argparse.Namespace,
    found: list[ModelAndData],
    dataset: Dataset,
    tell: Callable[[float], None],
) -> Subjects:
    """The models with their bounds, the same numbers as on the page; targets are the first's.

    `tell` is told the part that is done. Raises AtlasError where a model has no way through a code
    and back, and where `--identity` asks for classes that are not there.
    """
    first, titles = found[0], distinct_titles(found)
    for each in found:  # before the work: one of them may be none
        _ = each.saved.vae
    split = first.split if args.images is None else first.split.first(args.images)
    named = [_Named(*each) for each in zip(found, titles, args.checkpoint, strict=True)]
    columns = [each for each in named if each.each.fits]
    siblings = _siblings(args, columns)
    steps = _steps(
        tell, 2 * len(columns) + len(siblings) + (1 + len(columns) if args.identity else 0)
    )
    treatment = usual_treatment(first.saved.training.treatment, binary=dataset.binary)
    settings = Settings(treatment=treatment, samples=SAMPLES, seed=0)
    if args.identity:
        try:
            material(dataset)
        except AtlasError as problem:
            raise AtlasError(f"--identity asks which classes survive. {problem}") from None
    models = [_subject(each, split, dataset, first, settings, steps) for each in columns]
    curves = _curves(columns, models, siblings, split, settings, steps)
    return Subjects(
        data=dataset,
        called=first.data,
        split=split,
        indices=dataset.splits[split.name][: len(split)],
        treatment=treatment,
        models=tuple(models),
        samples=SAMPLES,
        command=compare_line(
            args.checkpoint,
            first.data,
            split.name,
            args.out,
            args.images,
            args.runs_dir,
            identity=args.identity,
        ),
        whole=len(first.split),
        guests=tuple(guest(n.each, n.title, n.name) for n in named if not n.each.fits),
        curves=curves,
        judged=_judged(dataset, split, models, steps) if args.identity else None,
    )


def _steps(tell: Callable[[float], None], count: int) -> Iterator[Watch]:
    """A watch for each of so many pieces of work that are about as long."""
    for place in range(count):

        def told(done: float, before: int = place) -> None:
            tell((before + done) / count)

        yield Watch(told)


def _subject(
    named: _Named,
    split: Split,
    dataset: Dataset,
    first: ModelAndData,
    settings: Settings,
    steps: Iterator[Watch],
) -> Subject:
    """Its bounds, and where it stands on these images and on those that it learned from."""
    vae, training = named.each.saved.vae, named.each.saved.training
    parts, point = _measured(vae, split, len(first.split), settings, next(steps))
    variance = torch.cat([part.draw_variance for part in parts]).double().mean().item()
    if settings["treatment"] == "dynamic":  # other draws have other pixels as well
        variance = draw_variance(vae, split.images, **settings)
    points, watch = [point], next(steps)
    train = training_part(dataset, split.name, first.saved.training.split)
    if train is not None and learned_from(training, dataset, train[0].name):
        points.append(_measured(vae, *train, settings, watch)[1])
    return subject(named.each, named.title, named.name, joined(parts), variance, tuple(points))


def _measured(
    vae: VAE, split: Split, whole: int, settings: Settings, watch: Watch
) -> tuple[list[Part], Point]:
    """The bounds of these images, some of the `whole` of their split, and where they put it."""
    first = Watch(lambda done: watch.progress(0.6 * done))
    second = Watch(lambda done: watch.progress(0.6 + 0.4 * done))
    parts = list(bounds_in_parts(vae, split.images, **settings, watch=first))
    errors = squared_errors(vae, split.images, treatment=settings["treatment"], watch=second)
    return parts, Point(split.name, whole, operating_point(joined(parts), errors))


def _siblings(args: argparse.Namespace, columns: Sequence[_Named]) -> list[Run]:
    """Runs that are alike to one of those compared but for β and the seed, newest first."""
    mine = {run.path: run.config for each in columns if (run := each.each.model.run) is not None}
    if not mine:
        return []
    found = []
    for run in list_runs(runs_folder(args.runs_dir)):
        try:
            alike = any(swept_with(config, [run.config]) for config in mine.values())
        except AtlasError:  # a damaged one
            continue
        if alike and run.path.resolve() not in mine and run.model_path() is not None:
            found.append(run)
    if len(found) > MOST_SWEPT:
        say(f"Of the sweep of β the newest {MOST_SWEPT} runs are drawn.")
    return found[:MOST_SWEPT]


def _curves(
    columns: Sequence[_Named],
    models: Sequence[Subject],
    siblings: Sequence[Run],
    split: Split,
    settings: Settings,
    steps: Iterator[Watch],
) -> tuple[Swept, ...]:
    placed = {
        str(run.path): Placed(named.title, run.config, model.points[0].at)
        for named, model in zip(columns, models, strict=True)
        if (run := named.each.model.run) is not None
    }
    compared = list(placed)
    for run in siblings:
        watch, path = next(steps), run.model_path()
        model = None if path is None else load_model(path).model
        if isinstance(model, VAE) and model.image_shape == tuple(split.images.shape[1:]):
            at = _measured(model, split, len(split), settings, watch)[1].at
            placed[str(run.path)] = Placed(run.title, run.config, at)
    return swept(placed, compared)


def _judged(
    dataset: Dataset, split: Split, models: Sequence[Subject], steps: Iterator[Watch]
) -> Judged:
    """What the program's own classifier says, which is trained where the app has not kept it."""
    # Streamlit comes with it, which nothing else here needs.
    from latent_atlas.ui.judges.kept_classifiers import frozen

    classifier = frozen(dataset, next(steps))
    labels = dataset.label_columns[0].labels[dataset.splits[split.name][: len(split)]]
    found: list[Identity] = []
    for model in models:
        original = found[0].original if found else None
        judged = identity(
            model.vae, classifier, split.images, labels, original=original, watch=next(steps)
        )
        found.append(judged)
    column = classifier.lessons.column
    return Judged(classifier.digest, "the program’s own", column, classifier, tuple(found))
