"""The numbers of a comparison as plain data: what ``--json`` prints, and what the report shows."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from vae_core.evaluation.paired import Verdict
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
    """Rate and distortion on so many images of a split, in nats an image."""

    split: str
    images: int
    rate: Estimate
    distortion: Estimate


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
    histograms: list[HistogramRecord]
    rules: list[str]
    command: str
    version: str
    created: str

    def as_dict(self) -> dict[str, Any]:
        """For ``json.dumps``: no number in it is NaN or infinite."""
        return {"format": 1, **asdict(self)}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
