"""The numbers of a comparison as plain data: what ``--json`` prints, and what the report shows."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from latent_atlas.reports.shares import percent
from vae_core.evaluation.paired import Verdict
from vae_core.evaluation.proportions import Proportion
from vae_core.numerals import with_error


@dataclass(frozen=True)
class Estimate:
    """A mean over images, and the half width of its 95 % interval over images.

    None stands for what is not known, or not finite: a perfect copy has a PSNR of ∞.
    """

    value: float | None
    half_width: float | None = None

    @classmethod
    def of(cls, value: float, half_width: float | None) -> "Estimate":
        """With None for what JSON has no number for."""
        return cls(_finite(value), _finite(half_width))

    @property
    def told(self) -> str:
        """As people read it."""
        return "–" if self.value is None else with_error(self.value, self.half_width)


@dataclass(frozen=True)
class PairRecord:
    """A model against another on the same images: `difference` is of elbo, above 0 is better.

    `won` is the share of images on which it is better, from `won_low` to `won_high` by Wilson.
    """

    against: str
    difference: Estimate
    images: int
    wins: int
    ties: int
    won: float
    won_low: float
    won_high: float
    verdict: Verdict


@dataclass(frozen=True)
class ClassRecord:
    """The images of one class under one model; `pair` as for all images."""

    name: str
    images: int
    cost: Estimate
    pair: PairRecord | None


@dataclass(frozen=True)
class CalibrationRecord:
    """Whether pixels are what the model says: `error` is the expected calibration error.

    Of each bin of predictions that holds pixels: what was predicted, what was there, its ±, and how
    many pixels. `covered` has for each level of a central interval of a density, such as 0.9, the
    share of the pixels within it; None of probabilities.
    """

    images: int
    error: Estimate
    predicted: list[float]
    observed: list[float]
    half_widths: list[float | None]
    pixels: list[int]
    covered: dict[str, float] | None


@dataclass(frozen=True)
class PointRecord:
    """Rate, distortion and cost, their sum, in nats an image, on so many `images` of a split.

    The split has `of_images`. `squared_error` is that of E[x|z] for one z ~ q(z|x), of values in
    [0, 1].
    """

    split: str
    images: int
    of_images: int
    rate: Estimate
    distortion: Estimate
    cost: Estimate
    squared_error: Estimate


@dataclass(frozen=True)
class LineRecord:
    """A curve between rate, `x`, and distortion or squared error, `y`, and what it is."""

    label: str
    x: list[float]
    y: list[float]


@dataclass(frozen=True)
class RateDistortionRecord:
    """What is drawn beside the points of models: sweeps of β, and what linear codes reach.

    In nats, of the models of one `scale`; of None, the squared errors of all models.
    """

    scale: int | None
    curves: list[LineRecord]
    bounds: list[LineRecord]


@dataclass(frozen=True)
class ShareRecord:
    """A share of so many cases, from 0 to 1, and the ends of Wilson's 95 % interval."""

    share: float
    low: float
    high: float
    cases: int
    told: str

    @classmethod
    def of(cls, found: Proportion) -> "ShareRecord":
        """From counts."""
        return cls(found.share, found.low, found.high, found.total, percent(found))


@dataclass(frozen=True)
class KeptRecord:
    """How many pictures of one kind are taken for the class of their image.

    `lost` is how much less often than the images themselves, paired, a share with its ±.
    """

    kept: ShareRecord
    lost: Estimate
    lost_told: str
    verdict: str


@dataclass(frozen=True)
class IdentityRecord:
    """What the judge says of one model: of copies at the posterior mean and at one sample of z.

    `samples` from the prior spread over the classes by an entropy, `spread`, in nats of at most
    `most_spread`; `confidence` is the mean of the judge's own, a share.
    """

    mean: KeptRecord
    sample: KeptRecord
    samples: int
    spread: Estimate
    most_spread: float
    confidence: Estimate


@dataclass(frozen=True)
class JudgeRecord:
    """The classifier: what it learned from, its accuracy on held-out originals and on these.

    `learned_from`, `accuracy` and `standing` (fit, unfit, or open) are None of one that was
    brought; `originals` is None where nobody has said what the images are.
    """

    sha256: str
    name: str
    column: str
    classes: int
    learned_from: int | None
    accuracy: ShareRecord | None
    standing: str | None
    originals: ShareRecord | None


@dataclass(frozen=True)
class GuestRecord:
    """A model of images of another size, of which there are pictures alone."""

    title: str
    name: str
    sha256: str
    image_shape: list[int]
    configuration: dict[str, str]
    trained_by: str


@dataclass(frozen=True)
class ModelRecord:
    """One model. `scale` numbers the groups of models whose nats compare; `notes` are sentences."""

    title: str
    name: str
    sha256: str
    scale: int
    targets: str
    notes: list[str]
    cost: Estimate
    distortion: Estimate
    rate: Estimate
    over_draws: float | None
    mse: Estimate
    psnr: Estimate
    ssim: Estimate
    sharpness: Estimate
    pair: PairRecord | None
    classes: list[ClassRecord]
    calibration: CalibrationRecord
    points: list[PointRecord]
    identity: IdentityRecord | None
    configuration: dict[str, str]
    trained_by: str


@dataclass(frozen=True)
class HistogramRecord:
    """How many images cost how much under the models of one scale; edges in nats."""

    scale: int
    edges: list[float]
    counts: dict[str, list[int]]


@dataclass(frozen=True)
class ComparisonRecord:
    """All of it. `picture_images` is how many images SSIM and sharpness are means of."""

    dataset: str
    dataset_title: str
    split: str
    images: int
    of_images: int
    image_shape: list[int]
    treatment: str
    samples: int
    seed: int
    picture_images: int
    headline: str
    apart: list[str]
    models: list[ModelRecord]
    guests: list[GuestRecord]
    histograms: list[HistogramRecord]
    rate_distortion: list[RateDistortionRecord]
    judge: JudgeRecord | None
    rules: list[str]
    command: str
    version: str
    created: str

    def as_dict(self) -> dict[str, Any]:
        """For ``json.dumps``: no number in it is NaN or infinite."""
        return {"format": 2, **asdict(self)}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
