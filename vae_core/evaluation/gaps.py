"""How far the bound falls short of log p(x), and why (Cremer, Li & Duvenaud 2018).

    inference gap  =  approximation gap  +  amortisation gap
    log p(x) − L[q_phi]  =  (log p(x) − L[q*])  +  (L[q*] − L[q_phi])

with q* the best of q_phi's family. The first part is the family's fault, the second the encoder's,
that answers for all images at once. What a climb has found is at most L[q*]: the approximation gap
is at most what is said here, and the amortisation gap at least.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Doubt, Watch
from vae_core.evaluation.evidence import Evidence, evidence
from vae_core.evaluation.intervals import of_difference, over_images
from vae_core.evaluation.optimum import ENCODER, Optima, optima, paired_bounds
from vae_core.inference import LatentVariableModel
from vae_core.inference.best_posterior import DRAWS
from vae_core.inference.decoding import rows_at_once
from vae_core.inference.weights import OnStep
from vae_core.models import Posterior
from vae_core.models.posteriors import joined_posteriors
from vae_core.sentences import counted

DRAWN = 1000  # of each posterior and image
# Images on either side, or in all, of fewer than which nothing is called larger: a gap is lopsided
# over images, and Student's interval of a few such is too narrow.
FEWEST = 6
_EVIDENCE = 0.3  # of the work, as it is told


@dataclass(frozen=True, eq=False)
class Gap:
    """A difference of two numbers of each image, in nats.

    Attributes:
        each: of each image, float64 [N].
        variances: of each over draws [N].
    """

    each: Tensor
    variances: Tensor

    @property
    def mean(self) -> float:
        """Nats per image."""
        return self.each.mean().item()

    @property
    def standard_error(self) -> float:
        """Of ``mean`` on these very images: what another seed would change."""
        return self.variances.sum().sqrt().item() / len(self.each)

    @property
    def image_error(self) -> float:
        """Of ``mean`` for all images like these: sd / √N. NaN of one image."""
        if len(self.each) == 1:
            return math.nan
        return self.each.std().item() / math.sqrt(len(self.each))

    @property
    def image_half_width(self) -> float | None:
        """± of ``mean`` for all images like these, in 95 of 100 cases. None of one image."""
        return over_images(self.each)


@dataclass(frozen=True)
class GapDifference:
    """By how much a gap is larger on some images than on others, in nats per image.

    Attributes:
        mean: of the one less that of the other.
        standard_error: over images, of which none are in both. NaN of one image.
        half_width: ± of ``mean`` over images, Welch's. None of one image.
        images: of the side that has fewer.
    """

    mean: float
    standard_error: float
    half_width: float | None
    images: int

    @property
    def verdict(self) -> Literal["larger", "smaller", "cannot be said"]:
        """What the one is, where its ± leaves out 0 and there are ``FEWEST`` images of each."""
        if self.half_width is None or self.images < FEWEST or abs(self.mean) <= self.half_width:
            return "cannot be said"
        return "larger" if self.mean > 0 else "smaller"


def gap_difference(one: Gap, other: Gap) -> GapDifference:
    """Hold a gap on some images against the same on others, as of test against training images."""
    return GapDifference(
        one.mean - other.mean,
        math.hypot(one.image_error, other.image_error),
        of_difference(one.each, other.each),
        min(len(one.each), len(other.each)),
    )


@dataclass(frozen=True, eq=False)
class Gaps:
    """What is known of the bound's shortfall on N images.

    All differences are taken image by image, and between bounds by the same draws of eps, so that
    the two parts add up to the whole: their means, and with ``covariance`` their variances.

    Attributes:
        family: the name of the encoder's own.
        evidence: log p(x), and how it was found.
        bounds: L[q] of each image, by name: ``encoder``, then the best of each family. [N].
        covariances: of these over draws, in the order of the names [Q, Q, N].
        best: q* of the encoder's own family.
        doubts: reasons not to trust some of the numbers.
    """

    family: str
    evidence: Evidence
    bounds: Mapping[str, Tensor]
    covariances: Tensor
    best: Posterior
    doubts: tuple[Doubt, ...]

    @property
    def approximation(self) -> Gap:
        """log p(x) − L[q*], of the encoder's own family."""
        return self.approximation_of(self.family)

    def approximation_of(self, family: str) -> Gap:
        """What the best of a family falls short by."""
        log_p, at = self.evidence.joined, self._place(family)
        variances = log_p.standard_errors.square() + self.covariances[at, at]
        return Gap(log_p.log_p - self.bounds[family], variances)

    @property
    def amortisation(self) -> Gap:
        """L[q*] − L[q_phi]."""
        best, encoder = self._place(self.family), self._place(ENCODER)
        c = self.covariances
        variances = c[best, best] + c[encoder, encoder] - 2 * c[best, encoder]
        return Gap(self.bounds[self.family] - self.bounds[ENCODER], variances.clamp(min=0))

    @property
    def inference(self) -> Gap:
        """log p(x) − L[q_phi]: the sum of the two others."""
        at = self._place(ENCODER)
        variances = self.evidence.joined.standard_errors.square() + self.covariances[at, at]
        return Gap(self.approximation.each + self.amortisation.each, variances)

    @property
    def by_name(self) -> Mapping[str, Gap]:
        """The three of them, the whole first."""
        return {
            "inference": self.inference,
            "approximation": self.approximation,
            "amortisation": self.amortisation,
        }

    @property
    def larger_part(self) -> Literal["amortisation", "approximation"] | None:
        """Which part is larger, image by image; None where that cannot be said (``FEWEST``)."""
        apart = self.amortisation.each - self.approximation.each
        mean, half_width = apart.mean().item(), over_images(apart)
        if half_width is None or len(apart) < FEWEST or abs(mean) <= half_width:
            return None
        return "amortisation" if mean > 0 else "approximation"

    @property
    def covariance(self) -> float:
        """Of the means of the two parts over draws: Var whole = Var one + Var other + 2 · this."""
        best, encoder = self._place(self.family), self._place(ENCODER)
        shared = self.covariances[best, encoder] - self.covariances[best, best]
        return shared.sum().item() / shared.numel() ** 2

    @property
    def image_covariance(self) -> float:
        """Of the means of the two parts over images; NaN of one image."""
        parts = torch.stack([self.approximation.each, self.amortisation.each])
        if parts.shape[1] == 1:
            return math.nan
        return parts.cov()[0, 1].item() / parts.shape[1]

    def _place(self, name: str) -> int:
        return list(self.bounds).index(name)


def gaps(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    annealed: bool = False,
    draws: int = DRAWN,
    seed: int = 0,
    watch: Watch | None = None,
) -> Gaps:
    """Measure the gaps of each image.

    Args:
        model: a VAE, or anything with its ``encode`` and ``decode``.
        images: uint8 [N, C, H, W], or floats in [0, 1].
        treatment: as in ``evaluate``.
        annealed: as in ``evidence``.
        draws: of each posterior, for its bound; 2 or more.
        seed: of all draws.
        watch: to follow or stop the work.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    # Drawn once, so that all are asked about the same pixels.
    pixels = Generator().manual_seed(seed)
    (x,) = image_batches(images, treatment, pixels, len(images))
    first = Watch(lambda done: watch.progress(_EVIDENCE * done), watch.cancelled)
    known = evidence(model, x, annealed=annealed, seed=seed, watch=first)
    generator = Generator().manual_seed(seed + 1)
    means: list[Tensor] = []
    covariances: list[Tensor] = []
    settled: list[Tensor] = []
    best: list[Posterior] = []
    done = 0
    for part in x.split(max(1, rows_at_once(x) // DRAWS)):
        report = _reporter(watch, done / len(x), len(part) / len(x))
        found = optima(model, part, generator, report)
        mean, covariance = paired_bounds(
            model, part, list(found.posteriors.values()), draws, generator
        )
        means.append(mean)
        covariances.append(covariance)
        settled.append(torch.stack(list(found.settled.values())))
        best.append(found.posteriors[found.family])
        done += len(part)
    watch.progress(1.0)
    return Gaps(
        family=found.family,
        evidence=known,
        bounds=dict(zip(found.posteriors, torch.cat(means, 1), strict=True)),
        covariances=torch.cat(covariances, 2),
        best=joined_posteriors(best),
        doubts=(*known.joined.doubts, *_unsettled(torch.cat(settled, 1), _labels(found))),
    )


def _reporter(watch: Watch, before: float, share: float) -> OnStep:
    def report(done: float) -> None:
        if watch.cancelled():
            raise Cancelled
        watch.progress(_EVIDENCE + (1 - _EVIDENCE) * (before + share * done))

    return report


def _labels(found: Optima) -> list[str]:
    return [found.posteriors[family].label for family in found.settled]


def _unsettled(settled: Tensor, labels: list[str]) -> tuple[Doubt, ...]:
    return tuple(
        Doubt(
            ~each,
            f"On {int((~each).sum())} of {counted(len(each), 'image')} the climb to the best "
            f"q(z|x), {label}, was still rising when it ended: the approximation gap is said too "
            "large there, and the amortisation gap too small.",
        )
        for label, each in zip(labels, settled, strict=True)
        if not bool(each.all())
    )
