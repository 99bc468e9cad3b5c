"""Collapse: whether the model uses its code, and which dimensions the data alone would keep."""

import math
from dataclasses import asdict, dataclass, replace
from typing import cast

import torch
from torch import Tensor

from latent_atlas.reports.diagnosis.section import Section, Subject
from latent_atlas.reports.rate_distortion import ONE_SIGMA
from latent_atlas.reports.shares import difference, percent
from vae_core.data import Split
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.collapse import Collapse, collapse
from vae_core.evaluation.collapse_forecast import CollapseForecast, collapse_forecast
from vae_core.evaluation.linear_codes import principal_spectrum
from vae_core.evaluation.linear_probe import LinearProbe, linear_probe
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.rate_distortion import Mean
from vae_core.models import VAE, Bounds
from vae_core.models.likelihoods.autoregressive import NoMeanImage
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

_LISTED = 30  # dimensions that a line has room for
_FOR_NOISE = 200  # images from which σ² is found where the model has no σ of its own
_TOGETHER = 0.01  # nats: less is rounding
_USING = 0.8  # of the work; what is left has no progress


@dataclass(frozen=True)
class CollapseFinding:
    """What was found on the images to test on, and what the training images foretell.

    `probe` is None where there are no labels or no images to learn from. `one_sigma` says whether
    the noise of the `forecast` is the model's own σ²; else it is the mean variance that p(x|z)
    gives a pixel value. A decoder that reads pixels has none, and there is no forecast.
    """

    name: str
    targets: str
    found: Collapse
    probe: LinearProbe | None
    forecast: CollapseForecast | None
    one_sigma: bool

    def as_json(self) -> dict[str, object]:
        """All of it, with each dimension in the model's order and the forecast's falling."""
        probe, forecast = self.probe, self.forecast
        return {
            "split": self.name,
            "images": self.found.units.images,
            **asdict(self.found),
            "active_units": self.found.units.count,
            "probe": None if probe is None else asdict(probe),
            "forecast": None if forecast is None else _forecast(forecast, self.one_sigma),
        }

    def lines(self) -> list[str]:
        """A sentence or two for each way of asking."""
        images = counted(self.found.units.images, "image")
        told = [
            f"{self.name} ({images}, {self.targets}): {self.found.sentence}",
            self._dimensions(),
            self.found.aggregate.sentence,
            self.swapped,
        ]
        return [*told, *filter(None, [self.together, self.probed]), *self.forecasts]

    def _dimensions(self) -> str:
        units = self.found.units
        order = units.order[:_LISTED]
        listed = ", ".join(
            f"z{j + 1} {with_error(units.rate[j], units.rate_half_width[j])}"
            f"{'' if units.active[j] else ' (not in use)'}"
            for j in order
        )
        more = len(units.rate) - len(order)
        rest = f", and {more:,} more of less" if more else ""
        return f"KL of each dimension in nats, the largest first: {listed}{rest}."

    @property
    def together(self) -> str:
        """What no dimension says by itself; empty where that is nothing, as of a diagonal q."""
        alone, rate = math.fsum(self.found.units.rate), self.found.aggregate.rate
        if rate.value - alone < _TOGETHER:
            return ""
        return (
            f"By their means and variances the dimensions say {decimal(alone, 2)} nats, each by "
            f"itself, and the whole code {_mean(rate)}: the rest lies in what several say "
            "together, and in shapes that are no Gaussian's."
        )

    @property
    def swapped(self) -> str:
        """What an image costs with its own code, and with two others."""
        swap = self.found.swap
        told = (
            f"Decoding costs {_mean(swap.own)} nats an image with its own z, "
            f"{_mean(swap.from_prior)} with one from the prior"
        )
        if swap.from_another is None:
            return f"{told}."
        return f"{told}, {_mean(swap.from_another)} with that of another image."

    @property
    def probed(self) -> str:
        """How well classes can be told from the means; empty where they were not asked."""
        probe = self.probe
        if probe is None:
            return ""
        above = probe.above_chance
        verdict = (
            f"above chance by {difference(above)}"
            if above.decided
            else "whether that is above chance cannot be said"
        )
        return (
            f"A linear probe tells {counted(probe.classes, 'class', 'classes')} apart on "
            f"{percent(probe.means)} of held-out images by the posterior means, "
            f"{percent(probe.pixels)} by the pixels, {percent(probe.chance)} by the commonest "
            f"class: {verdict}."
        )

    @property
    def forecasts(self) -> list[str]:
        """What a linear model would keep, and what this one does."""
        forecast, units = self.forecast, self.found.units
        if forecast is None:
            return []
        told = [f"From the data's spectrum: {forecast.sentence_afterwards}"]
        if not self.one_sigma:
            told.append(
                "This model has no one σ: the forecast takes the mean variance that p(x|z) gives "
                f"a pixel, of {_FOR_NOISE} images at most: a rule of thumb for a linear model too."
            )
        told.append(f"In use by the forecast: {forecast.active}; in this model: {units.count}.")
        return told


def _forecast(forecast: CollapseForecast, one_sigma: bool) -> dict[str, object]:
    # Without any weight a dimension costs nothing, and would take endless nats.
    rate = [each if math.isfinite(each) else None for each in forecast.rate]
    numbers = asdict(forecast) | {"rate": rate}
    return {**numbers, "kept": forecast.kept, "active": forecast.active, "own_noise": one_sigma}


def _mean(mean: Mean) -> str:
    return with_error(mean.value, mean.half_width)


def measure_collapse(subject: Subject, watch: Watch) -> CollapseFinding:
    """All of it on the first split; probe and forecast learn from the last. Raises Cancelled."""
    vae, test = cast("VAE", subject.model), subject.splits[0]
    treatment, seed = subject.treatment, subject.seed
    using = Watch(lambda done: watch.progress(_USING * done), watch.cancelled)
    found = collapse(vae, test.images, treatment=treatment, seed=seed, watch=using)
    learned = subject.splits[-1]
    forecast = None
    if (noise := _noise(vae, test.images[:_FOR_NOISE], subject)) is not None:
        spectrum = principal_spectrum(learned.images, treatment=treatment, seed=seed)
        dims = vae.architecture.latent_dim
        forecast = collapse_forecast(spectrum, dims, beta=subject.beta, noise=noise)
    if watch.cancelled():
        raise Cancelled
    probe = _probe(vae, learned, test, subject) if learned is not test else None
    watch.progress(1.0)
    one_sigma = vae.architecture.likelihood in ONE_SIGMA
    return CollapseFinding(test.name, subject.targets, found, probe, forecast, one_sigma)


def _probe(vae: VAE, train: Split, test: Split, subject: Subject) -> LinearProbe | None:
    if train.labels is None or test.labels is None or len(train.labels.unique()) < 2:
        return None
    return linear_probe(
        vae,
        train.images,
        train.labels,
        test.images,
        test.labels,
        treatment=subject.treatment,
        seed=subject.seed,
    )


@torch.inference_mode()
def _noise(vae: VAE, images: Tensor, subject: Subject) -> float | None:
    """The mean variance of a pixel value under p(x|z), at the means of these images' codes."""
    z = posteriors(vae, images, treatment=subject.treatment, seed=subject.seed).mu
    try:
        return float(vae.decode(z).deviation.square().mean())
    except NoMeanImage:
        return None


_USUAL = 10_000  # images of each split


def _cut(subject: Subject, count: int) -> Subject:
    """To so many images; the probe and the forecast learn from as many as they usually do."""
    usual, few = subject.first(_USUAL), subject.first(count)
    return replace(usual, splits=(few.splits[0], *usual.splits[1:]))


SECTION = Section(
    name="collapse",
    label="Collapse",
    help="which latent dimensions are in use, and which the data alone would keep",
    order=2,
    needs=(Bounds,),
    images=_USUAL,
    measure=measure_collapse,
    cut=_cut,
)
