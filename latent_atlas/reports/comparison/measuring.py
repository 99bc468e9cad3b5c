"""From models and images to the record of a comparison; the bounds are measured before."""

from dataclasses import dataclass
from datetime import UTC, datetime

import torch
from torch import Tensor

from latent_atlas.reports.comparison.configuration import configuration, notes
from latent_atlas.reports.comparison.identity_record import identity_record, judge_record
from latent_atlas.reports.comparison.rate_distortion_record import (
    point_record,
    rate_distortion_records,
)
from latent_atlas.reports.comparison.record import (
    CalibrationRecord,
    ClassRecord,
    ComparisonRecord,
    Estimate,
    GuestRecord,
    HistogramRecord,
    ModelRecord,
    PairRecord,
)
from latent_atlas.reports.comparison.sentences import apart, headline
from latent_atlas.reports.comparison.subjects import Guest, Subject, Subjects
from vae_core.evaluation import Cancelled, Watch, mean_bound, over_draws, over_images, reconstruct
from vae_core.evaluation.calibration import MOST_IMAGES, Calibration, calibration
from vae_core.evaluation.paired import RULE, Paired, paired, paired_by_class
from vae_core.evaluation.similarity import similarity
from vae_core.quantities import DISTORTION, ELBO, RATE
from vae_core.version import __version__

# SSIM takes a third of a millisecond an image, so that all of a test set would take a minute.
PICTURE_IMAGES = 500
_AT_ONCE = 1_000
_BINS = 48  # of a histogram of a thousand images or more

LEVELS = "± holds in 95 of 100 cases, over images: what other images like these would give."
WILSON = "Shares of images have Wilson’s 95 % interval."


@dataclass(frozen=True, eq=False)
class Measured:
    """The record, and of each model in turn what single images gave.

    `errors` has for each model the mean squared error of the copy at the posterior mean, of values
    in [0, 1], float64 [N].
    """

    subjects: Subjects
    record: ComparisonRecord
    errors: tuple[Tensor, ...]


def measured(subjects: Subjects, watch: Watch | None = None) -> Measured:
    """What is not known yet of the models, and all of it as a record.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    errors: list[Tensor] = []
    models: list[ModelRecord] = []
    for place, model in enumerate(subjects.models):

        def told(done: float, before: int = place) -> None:
            if watch.cancelled():
                raise Cancelled
            watch.progress((before + done) / len(subjects.models))

        told(0.0)
        errors.append(_copy_errors(model, subjects.split.images))
        told(0.5)
        models.append(_model(subjects, model, errors[-1], Watch(cancelled=watch.cancelled)))
        told(1.0)
    count = len(subjects.split)
    record = ComparisonRecord(
        dataset=subjects.called,
        dataset_title=subjects.data.title,
        split=subjects.split.name,
        images=count,
        of_images=subjects.whole or count,
        image_shape=list(subjects.data.image_shape),
        treatment=subjects.treatment,
        samples=subjects.samples,
        seed=subjects.seed,
        picture_images=len(range(*_some(count, PICTURE_IMAGES).indices(count))),
        headline=headline(subjects),
        apart=apart(subjects),
        models=models,
        guests=[_guest(subjects, each) for each in subjects.guests],
        histograms=[_histogram(n, group) for n, group in enumerate(subjects.scales)],
        rate_distortion=rate_distortion_records(subjects),
        judge=None if subjects.judged is None else judge_record(subjects.judged),
        rules=[LEVELS, WILSON, RULE],
        command=subjects.command,
        version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return Measured(subjects, record, tuple(errors))


def pair_record(against: str, found: Paired) -> PairRecord:
    """What is known of a pair, of at least one image."""
    won = found.won
    return PairRecord(
        against=against,
        difference=Estimate.of(found.mean, found.half_width),
        images=found.images,
        wins=found.wins,
        ties=found.ties,
        won=0.0 if won is None else won.share,
        won_low=0.0 if won is None else won.low,
        won_high=1.0 if won is None else won.high,
        verdict=found.verdict,
    )


def _model(subjects: Subjects, model: Subject, errors: Tensor, watch: Watch) -> ModelRecord:
    split, scales = subjects.split, subjects.scales
    scale = next(n for n, group in enumerate(scales) if model in group)
    reference = scales[scale][0]
    bound = mean_bound(model.bounds)
    sure = bound.half_widths
    some = split.images[_some(len(split), PICTURE_IMAGES)]
    alike = similarity(some, reconstruct(model.vae, some))
    reliability = calibration(
        model.vae,
        split.images[_some(len(split), MOST_IMAGES)],
        treatment=subjects.treatment,
        samples=subjects.samples,
        seed=subjects.seed,
        watch=watch,
    )
    verdicts = None
    if subjects.judged is not None:
        verdicts = subjects.judged.of[subjects.models.index(model)]
    pair = None
    if model is not reference:
        pair = pair_record(reference.title, paired(reference.bounds.elbo, model.bounds.elbo))
    return ModelRecord(
        title=model.title,
        name=model.name,
        sha256=model.digest,
        scale=scale,
        targets=subjects.targets(model),
        notes=notes(subjects, model),
        cost=Estimate.of(-bound.elbo, sure.get(ELBO.name)),
        distortion=Estimate.of(bound.distortion, sure.get(DISTORTION.name)),
        rate=Estimate.of(bound.rate, sure.get(RATE.name)),
        over_draws=over_draws(model.draw_variance, len(split)),
        mse=_mean(errors),
        psnr=_mean(psnr(errors)),
        ssim=_mean(alike.ssim),
        sharpness=_mean(alike.sharpness),
        pair=pair,
        classes=_classes(subjects, model, reference),
        calibration=_calibration(reliability),
        points=[point_record(each) for each in model.points],
        identity=None if verdicts is None else identity_record(verdicts),
        configuration=configuration(model),
        trained_by=model.training.command or "",
    )


def _guest(subjects: Subjects, guest: Guest) -> GuestRecord:
    return GuestRecord(
        title=guest.title,
        name=guest.name,
        sha256=guest.digest,
        image_shape=list(guest.vae.architecture.image_shape),
        configuration=configuration(guest),
        trained_by=guest.training.command or "",
    )


def psnr(errors: Tensor) -> Tensor:
    """In dB, of mean squared errors of values in [0, 1]; ∞ of a perfect copy."""
    return -10 * errors.log10()


def _copy_errors(model: Subject, images: Tensor) -> Tensor:
    """Mean squared error of each copy at the posterior mean, float64 [N]."""
    return torch.cat(
        [
            (reconstruct(model.vae, part) - part.float() / 255).double().square().flatten(1).mean(1)
            for part in images.split(_AT_ONCE)
        ]
    )


def _some(count: int, most: int) -> slice:
    """Up to so many images, evenly chosen."""
    return slice(0, count, max(1, -(-count // most)))


def _mean(values: Tensor) -> Estimate:
    """Over the images of which the measure says something."""
    known = values[~values.isnan()]
    if not len(known):
        return Estimate(None)
    return Estimate.of(known.double().mean().item(), over_images(known))


def _classes(subjects: Subjects, model: Subject, reference: Subject) -> list[ClassRecord]:
    labels = subjects.split.labels
    if labels is None:
        return []
    # Each model against nothing at all: its own means of the classes, with their ±.
    costs = paired_by_class(torch.zeros_like(model.bounds.elbo), -model.bounds.elbo, labels)
    pairs = (
        {}
        if model is reference
        else paired_by_class(reference.bounds.elbo, model.bounds.elbo, labels)
    )
    return [
        ClassRecord(
            name=subjects.class_names[label],
            images=cost.images,
            cost=Estimate.of(cost.mean, cost.half_width),
            pair=pair_record(reference.title, pairs[label]) if label in pairs else None,
        )
        for label, cost in costs.items()
    ]


def _calibration(found: Calibration) -> CalibrationRecord:
    means = found.means
    bins = (means.pixels > 0).nonzero().flatten().tolist()
    covered = None
    if found.spread is not None:
        pairs = zip(found.spread.levels.tolist(), found.spread.covered.tolist(), strict=True)
        covered = {f"{level:.2g}": share for level, share in pairs}
    return CalibrationRecord(
        images=found.images,
        error=Estimate.of(means.error, means.half_width),
        predicted=[float(means.predicted[k]) for k in bins],
        observed=[float(means.observed[k]) for k in bins],
        half_widths=[Estimate.of(0.0, float(means.half_widths[k])).half_width for k in bins],
        pixels=[int(means.pixels[k]) for k in bins],
        covered=covered,
    )


def _histogram(scale: int, group: list[Subject]) -> HistogramRecord:
    costs = [-model.bounds.elbo.double() for model in group]
    known = torch.cat(costs)
    known = known[known.isfinite()]
    low, high = (known.min().item(), known.max().item()) if len(known) else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    bins = max(8, min(_BINS, round(1.5 * len(group[0].bounds.elbo) ** 0.5)))
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    counts = {
        model.title: torch.histogram(each, edges).hist.long().tolist()
        for model, each in zip(group, costs, strict=True)
    }
    return HistogramRecord(scale, edges.tolist(), counts)
