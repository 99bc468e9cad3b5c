"""Where one model stands on the training and test images of a data set; measured once, and kept."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

from latent_atlas.reports.comparison.training_part import training_part
from latent_atlas.reports.rate_distortion import ONE_SIGMA
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.kept import Kept
from latent_atlas.ui.reconstruct.measure import Subject, asked, fingerprint
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.rate_distortion.errors import errors_asked, errors_key
from vae_core.data import Dataset, Split
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Treatment, Watch
from vae_core.evaluation.linear_codes import (
    Spectrum,
    linear_copy_errors,
    principal_spectrum,
)
from vae_core.evaluation.rate_distortion import (
    Mean,
    OperatingPoint,
    mean_of,
    operating_point,
)
from vae_core.models import LIKELIHOODS, VAE, Nats

_LOOKS = 0.1  # seconds between looks at what is under way
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Parts:
    """The images on which models are measured: `test` is what the page shows, all of it.

    `train` has at most 10,000 of the `of_train` images of the training split; it is None
    where the data set has no other part to learn from. Images are uint8 [N, C, H, W].
    """

    dataset: str
    treatment: Treatment
    test: Split
    train: Split | None
    of_train: int = 0

    @cached_property
    def name(self) -> tuple[str, ...]:
        """What tells these images, and how they are treated, from others."""
        return (*self.part_name(self.test), *(self.part_name(self.train) if self.train else ()))

    def part_name(self, part: Split) -> tuple[str, ...]:
        """The same of one part."""
        return (self.dataset, self.treatment, part.name, fingerprint(part.images).hex()[:32])


@dataclass(frozen=True)
class Standing:
    """Where a model of `dims` dimensions and a `likelihood` stands.

    `keeps_more` is how much less squared error its copies of the test images have than those of PCA
    with as many axes, learned from the training images: a mean over images of differences.
    """

    dims: int
    likelihood: str
    test: OperatingPoint
    train: OperatingPoint | None
    keeps_more: Mean | None

    @property
    def nats(self) -> Nats:
        """What its nats are of."""
        return LIKELIHOODS[self.likelihood].nats

    @property
    def finite(self) -> bool:
        """Whether it can be drawn: a model that has diverged has no place."""
        there = [at for at in (self.test, self.train) if at is not None]
        return all(math.isfinite(at.cost.value + at.squared_error.value) for at in there)

    @property
    def one_sigma(self) -> bool:
        """Whether its p(x|z) is a Gaussian whose one σ is the same for all pixels and images."""
        return self.likelihood in ONE_SIGMA


# By the digest of the model and the name of the parts; None of one that does not read the images.
standings: Kept[tuple[Standing | None]] = Kept(4096)
_spectra: Kept[Spectrum] = Kept(6)


def parts_of(data: Dataset, split: Split, treatment: Treatment, trained_on: str | None) -> Parts:
    """The part that is shown, and the training part beside it.

    `trained_on` is the training split of the first model (`training_part`).
    """
    found = training_part(data, split.name, trained_on)
    train, count = (None, 0) if found is None else found
    return Parts(data.name, treatment, split, train, count)


def spectrum(parts: Parts, part: Split) -> Spectrum:
    """The principal axes of a part's images, found once."""
    key = parts.part_name(part)
    found = _spectra.get(key)
    if found is None:
        found = principal_spectrum(part.images, treatment=parts.treatment)
        _spectra.put(key, found)
    return found


def standing_of(digest: str, vae: VAE, parts: Parts, watch: Watch) -> Standing:
    """Where a model stands, from memory if it is known there; else as `measure` finds out."""
    (known,) = standings.get((digest, parts.name)) or (None,)
    if known is None:
        known = measure(digest, vae, parts, watch)
        standings.put((digest, parts.name), (known,))
    return known


def measure(digest: str, vae: VAE, parts: Parts, watch: Watch) -> Standing:
    """Where the model of this digest stands on both parts, by the numbers that the wall shows too.

    What was measured of it before is not measured again. Raises Cancelled, and AtlasError where
    the measurement fails.
    """
    splits = [each for each in (parts.test, parts.train) if each is not None]
    total, done = sum(map(len, splits)), 0
    points, copied = [], []
    for split in splits:
        subject = Subject(digest, parts.dataset, split.name, parts.treatment, vae, split.images)

        def half(second: bool, before: int = done, count: int = len(split)) -> Watch:
            """Bounds are the first half of the work on a part, errors the second."""

            def told(share: float) -> None:
                watch.progress((before + count * (share + second) / 2) / total)

            return Watch(told, watch.cancelled)

        bounds = _waited_for(subject.bounds_key(), partial(asked, subject), half(second=False))
        errors = _waited_for(errors_key(subject), partial(errors_asked, subject), half(second=True))
        points.append(operating_point(bounds.bounds, errors))
        copied.append(errors.copied)
        done += len(split)
    dims = vae.architecture.latent_dim
    keeps_more = None
    if parts.train is not None:
        learned = spectrum(parts, parts.train)
        linear = linear_copy_errors(learned, dims, parts.test.images, treatment=parts.treatment)
        keeps_more = mean_of(linear - copied[0])
    train = points[1] if len(points) > 1 else None
    return Standing(dims, vae.architecture.likelihood, points[0], train, keeps_more)


def _waited_for(key: str, ask: Callable[[str], Job[T]], watch: Watch) -> T:
    """What a measurement finds out, once it has ended; others may look at the same one."""
    who = f"rate-distortion {threading.get_ident()}"
    while True:
        job = ask(who)
        while job.active:
            if watch.cancelled():
                job.cancel(who)
                raise Cancelled
            job.look(who)
            job.wait(_LOOKS)
            watch.progress(job.done)
        if job.result is not None:
            watch.progress(1.0)
            return job.result
        measuring.forget(key)
        if job.state == "failed":
            raise AtlasError(job.message)
