"""Rate against distortion as the report holds it: points, sweeps of β, what linear codes reach."""

from collections.abc import Sequence

from latent_atlas.reports.comparison.record import (
    Estimate,
    LineRecord,
    PointRecord,
    RateDistortionRecord,
)
from latent_atlas.reports.comparison.subjects import Point, Subject, Subjects
from latent_atlas.reports.rate_distortion import (
    ONE_SIGMA,
    Line,
    Place,
    Scale,
    joined,
    linear_lines,
)
from vae_core.evaluation.linear_codes import Spectrum, principal_spectrum
from vae_core.evaluation.rate_distortion import Mean, OperatingPoint
from vae_core.models import Nats


def point_record(point: Point) -> PointRecord:
    """A point, with what is no number in JSON left out."""
    at = point.at
    return PointRecord(
        point.split,
        at.images,
        point.of,
        *(_estimate(mean) for mean in (at.rate, at.distortion, at.cost, at.squared_error)),
    )


def rate_distortion_records(subjects: Subjects) -> list[RateDistortionRecord]:
    """One for each scale of nats, then one for the squared errors of all models."""
    spectrum = principal_spectrum(
        subjects.split.images, treatment=subjects.treatment, seed=subjects.seed
    )
    found = [
        RateDistortionRecord(
            scale,
            _curves(subjects, "nats", group[0].nats),
            _bounds(spectrum, [m for m in group if _one_sigma(m)], group, "nats"),
        )
        for scale, group in enumerate(subjects.scales)
    ]
    models = list(subjects.models)
    all_curves = _curves(subjects, "squared error", None)
    bounds = _bounds(spectrum, models, models, "squared error")
    return [*found, RateDistortionRecord(None, all_curves, bounds)]


def _one_sigma(model: Subject) -> bool:
    return model.vae.architecture.likelihood in ONE_SIGMA


def _curves(subjects: Subjects, scale: Scale, nats: Nats | None) -> list[LineRecord]:
    """Those of one kind of nats, or all; a value of β of which a model has diverged is left out."""
    lines = []
    for curve in subjects.curves:
        if nats not in (None, curve.nats):
            continue
        at = [(beta, place) for beta, _, point in curve.at if (place := _place(point, scale))]
        if len({beta for beta, _ in at}) > 1:
            lines.append(_line(joined(curve.label, at)))
    return lines


def _bounds(
    spectrum: Spectrum, models: Sequence[Subject], group: Sequence[Subject], scale: Scale
) -> list[LineRecord]:
    dims = [model.vae.architecture.latent_dim for model in models]
    rates = [point.at.rate.value for model in group for point in model.points]
    known = [rate for rate in rates if rate < float("inf")]
    if not dims or not known:
        return []
    return [_line(line) for line in linear_lines(spectrum, dims, dims, max(known), scale)]


def _place(at: OperatingPoint, scale: Scale) -> Place | None:
    height = at.distortion if scale == "nats" else at.squared_error
    known = _estimate(at.rate), _estimate(height)
    if known[0].value is None or known[1].value is None:
        return None
    return Place(
        rate=known[0].value,
        rate_half_width=known[0].half_width,
        distortion=known[1].value,
        distortion_half_width=known[1].half_width,
    )


def _line(line: Line) -> LineRecord:
    return LineRecord(line.label, list(line.x), list(line.y))


def _estimate(mean: Mean) -> Estimate:
    return Estimate.of(mean.value, mean.half_width)
