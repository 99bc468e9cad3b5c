"""Whether what comes back of an image is still taken for the same class, and what samples are of.

All of it is the opinion of one classifier (``classifier``), the same for originals and for what a
model makes of them.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.evaluation.classifier import Classifies, Verdicts, judged
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import Z_95, over_images
from vae_core.evaluation.proportions import (
    PairedDifference,
    Proportion,
    paired_difference,
    proportion,
)
from vae_core.models import VAE, DiagonalGaussian

Picture = Literal["mean", "sample"]

PRIOR_SAMPLES = 2000
_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Spread:
    """A mean, or an entropy in nats, and its ±, None where the cases give none."""

    value: float
    half_width: float | None


@dataclass(frozen=True, eq=False)
class Identity:
    """What one model makes of the classes of N images, and of samples from its prior.

    Attributes:
        class_names: of the classifier, K.
        labels: what the images are, int64 [N]; None where nobody has said so.
        original: verdicts on the images themselves, N.
        mean: on E[x|z] at the posterior mean of each, N.
        sample: on E[x|z] at one posterior sample of each, N.
        prior: on E[x|z] at samples of the prior.
    """

    class_names: tuple[str, ...]
    labels: Tensor | None
    original: Verdicts
    mean: Verdicts
    sample: Verdicts
    prior: Verdicts

    @property
    def reference(self) -> Tensor:
        """The class of each image: its label, else what it is taken for itself. int64 [N]."""
        return self.original.classes if self.labels is None else self.labels

    def of(self, picture: Picture) -> Verdicts:
        """The verdicts on the reconstructions."""
        return self.mean if picture == "mean" else self.sample

    def right(self, picture: Picture) -> Tensor:
        """Which reconstructions are taken for the class of their image. bool [N]."""
        return self.of(picture).classes == self.reference

    @property
    def originals_right(self) -> Proportion | None:
        """The accuracy on the images themselves; None without labels."""
        if self.labels is None:
            return None
        return proportion(self.original.classes == self.labels)

    def kept(self, picture: Picture) -> Proportion:
        """The accuracy on reconstructions."""
        return proportion(self.right(picture))

    def lost(self, picture: Picture) -> PairedDifference:
        """How much less accurate it is on reconstructions than on the same images themselves."""
        return paired_difference(self.original.classes == self.reference, self.right(picture))

    def confusion(self, picture: Picture) -> Tensor:
        """How many images of class r come back as class c. int64 [K, K], indexed [r, c]."""
        return confusion(self.reference, self.of(picture).classes, len(self.class_names))

    @property
    def prior_shares(self) -> tuple[Proportion, ...]:
        """How many samples of the prior are taken for each class."""
        counts = self.prior.classes.bincount(minlength=len(self.class_names))
        return tuple(Proportion(int(count), len(self.prior)) for count in counts)

    @property
    def prior_confidence(self) -> Spread:
        """The mean confidence of the verdicts on samples of the prior."""
        found = self.prior.confidence.double()
        return Spread(found.mean().item(), over_images(found))

    @property
    def prior_entropy(self) -> Spread:
        """How evenly samples of the prior spread over the classes, in nats (``entropy``)."""
        return entropy(self.prior.classes.bincount(minlength=len(self.class_names)))


def better(one: Identity, other: Identity, picture: Picture) -> PairedDifference:
    """How many more images keep their class under one model than under another, as a share.

    Both are of the same images and of one classifier.
    """
    return paired_difference(one.right(picture), other.right(picture))


def confusion(before: Tensor, after: Tensor, classes: int) -> Tensor:
    """How often class r, of int64 [N] ``before``, goes with class c ``after``. int64 [K, K]."""
    return (before * classes + after).bincount(minlength=classes * classes).view(classes, classes)


def entropy(counts: Tensor) -> Spread:
    """The entropy in nats of shares that were counted, int [K], and its ±.

    H = −Σ p ln p of the counted shares, with the bias of few cases taken off as Miller (1955) does,
    (K₊ − 1) / 2n for the K₊ classes that occur, and no more than ln K; the ± is that of the delta
    method, variance (Σ p ln² p − H²) / n, and is not known where one class is all that occurs.
    """
    n = int(counts.sum())
    p = counts[counts > 0].double() / n
    plain = -(p * p.log()).sum().item()
    variance = max(0.0, (p * p.log().square()).sum().item() - plain**2) / n
    corrected = min(plain + (len(p) - 1) / (2 * n), math.log(len(counts)))
    return Spread(corrected, Z_95 * math.sqrt(variance) if len(p) > 1 else None)


@torch.inference_mode()
def identity(
    vae: VAE,
    classifier: Classifies,
    images: Tensor,
    labels: Tensor | None = None,
    *,
    original: Verdicts | None = None,
    prior_samples: int = PRIOR_SAMPLES,
    seed: int = 0,
    watch: Watch | None = None,
) -> Identity:
    """Verdicts on images, on what a model makes of them, and on samples of its prior.

    Args:
        vae: the model.
        classifier: the judge.
        images: uint8 [N, C, H, W], N ≥ 1.
        labels: int64 [N], indices into the classifier's classes.
        original: the verdicts on ``images`` themselves, where they are known from another model.
        prior_samples: how many draws of z ~ N(0, I).
        seed: of the draws of z.
        watch: follows and stops the work.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    generator = Generator().manual_seed(seed)
    of_original, of_mean, of_sample, of_prior = [], [], [], []
    whole, done = len(images) + prior_samples, 0

    def report(more: int) -> None:
        nonlocal done
        if watch.cancelled():
            raise Cancelled
        done += more
        watch.progress(done / whole)

    for chunk in images.split(_AT_ONCE):
        x = chunk.float().div_(255)
        posterior = vae.encode(x)
        if original is None:
            of_original.append(judged(classifier, x))
        of_mean.append(judged(classifier, vae.decode(posterior.mu).mean))
        of_sample.append(judged(classifier, vae.decode(posterior.rsample(generator)).mean))
        report(len(chunk))
    while prior_samples:
        count = min(prior_samples, _AT_ONCE)
        of_prior.append(judged(classifier, vae.sample_images(count, generator)))
        prior_samples -= count
        report(count)
    return Identity(
        classifier.class_names,
        labels,
        _joined(of_original) if original is None else original,
        _joined(of_mean),
        _joined(of_sample),
        _joined(of_prior),
    )


@torch.inference_mode()
def pictures_of(
    vae: VAE, images: Tensor, chosen: Tensor, picture: Picture, *, seed: int = 0
) -> Tensor:
    """The very reconstructions that ``identity`` judges with this seed, of some of its images.

    Args:
        vae: the model.
        images: all of them, uint8 [N, C, H, W].
        chosen: which are wanted, int64 [n].
        picture: at the posterior mean, or at the posterior sample that was drawn.
        seed: of the draws of z.

    Returns:
        float [n, C, H, W] in [0, 1].
    """
    if picture == "mean":
        return vae.decode(vae.encode(images[chosen].float().div_(255)).mu).mean
    generator = Generator().manual_seed(seed)
    found: dict[int, Tensor] = {}
    for start in range(0, len(images), _AT_ONCE):
        here = chosen[(chosen >= start) & (chosen < start + _AT_ONCE)]
        count = min(_AT_ONCE, len(images) - start)
        if len(here):
            posterior = vae.encode(images[start : start + count].float().div_(255))
            z = posterior.rsample(generator)[here - start]
            found.update(zip(here.tolist(), vae.decode(z).mean, strict=True))
        else:  # the draws of the images in between
            nothing = torch.zeros(count, vae.architecture.latent_dim)
            DiagonalGaussian(nothing, nothing).rsample(generator)
    return torch.stack([found[index] for index in chosen.tolist()])


def _joined(parts: list[Verdicts]) -> Verdicts:
    return Verdicts(
        torch.cat([each.classes for each in parts]), torch.cat([each.confidence for each in parts])
    )


@dataclass(frozen=True)
class Change:
    """So many images of one class that come back as another; classes as indices."""

    before: int
    after: int
    count: int


def largest_changes(table: Tensor, most: int) -> list[Change]:
    """The most frequent changes of class in a confusion [K, K], most frequent first."""
    off = table.clone().fill_diagonal_(0)
    values, places = off.flatten().sort(descending=True, stable=True)
    return [
        Change(*divmod(int(place), len(table)), int(value))
        for value, place in zip(values[:most], places[:most], strict=True)
        if value
    ]
