"""What is kept of a rival: what its training gave, and what was measured of its samples."""

from pydantic import BaseModel, ConfigDict

from latent_atlas.reproduce.figure import ImagesPanel
from vae_core.errors import AtlasError
from vae_core.evaluation.features import Distance
from vae_core.evaluation.memorisation import NEAR
from vae_core.evaluation.proportions import Proportion
from vae_core.evaluation.sample_measures import SampleMeasures, Verdict
from vae_core.evaluation.sharpness import Ratio


class Trained(BaseModel):
    """What training gave.

    Attributes:
        seconds: of training alone, of the processor; in answers from before 30 November 2026 by
            the clock, which are no fewer.
        epochs, samples: that it came to.
        parameters: numbers learned.
        nats: log p(x), or the bound where `bound` says so, of test images, and its ± over images in
            95 of 100 cases; None where the model has neither.
        density: what sort of density they are of; None where they are of a probability.
    """

    model_config = ConfigDict(frozen=True)

    seconds: float
    epochs: float
    samples: int
    parameters: int
    nats: float | None = None
    nats_half_width: float | None = None
    bound: bool = False
    density: str | None = None


BEGUN, BEGUN_TEST = 3_000, 500  # images that a beginning sees, and is measured on


class Begun(BaseModel):
    """What the beginning of a training gave: `nats` as ``Trained`` has them, of ``BEGUN_TEST``."""

    model_config = ConfigDict(frozen=True)

    nats: float | None


class Share(BaseModel):
    """A share of cases between the ends of its interval; `floor` is that of real images."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    floor: float


class Away(BaseModel):
    """A distance and its ±, and what as many real images give."""

    model_config = ConfigDict(frozen=True)

    value: float
    half_width: float | None
    floor: float
    floor_half_width: float | None


class Sharp(BaseModel):
    """A ratio to real images between the ends of its interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class Pictured(BaseModel):
    """What was measured of one kind of picture (see ``vae_core.evaluation.sample_measures``)."""

    model_config = ConfigDict(frozen=True)

    images: int
    per_second: float
    sharpness: Sharp
    high_frequency: Sharp
    frechet: Away
    kernel: Away
    precision: Share
    recall: Share
    density: float
    density_floor: float
    coverage: Share
    recognised: Share
    near_training: Share
    verdict: Verdict
    sheet: ImagesPanel


class Sampled(BaseModel):
    """The result: each kind of picture by its name, and the SHA-256 of the classifier."""

    model_config = ConfigDict(frozen=True)

    of: dict[str, Pictured]
    classifier: str


def pictured(found: SampleMeasures, sheet: ImagesPanel) -> Pictured:
    """What was measured of one kind of picture, as it is stored.

    Raises:
        AtlasError: there was no classifier, or nothing that was trained on.
    """
    seen, memory = found.features, found.memorisation
    if seen is None or memory is None:
        raise AtlasError("The table of samples wants a classifier and training images.")
    ours, real = seen.coverage.samples, seen.coverage.floor
    return Pictured(
        images=len(found.drawn.pictures),
        per_second=found.drawn.per_second,
        sharpness=sharp(found.sharpness.laplacian),
        high_frequency=sharp(found.sharpness.high_frequency),
        frechet=_away(seen.frechet),
        kernel=_away(seen.kernel),
        precision=_share(ours.precision, real.precision),
        recall=_share(ours.recall, real.recall),
        density=ours.density,
        density_floor=real.density,
        coverage=_share(ours.coverage, real.coverage),
        recognised=_share(seen.recognised, seen.real_recognised),
        near_training=Share(
            value=memory.near.share, low=memory.near.low, high=memory.near.high, floor=NEAR
        ),
        verdict=seen.verdict,
        sheet=sheet,
    )


def sharp(ratio: Ratio) -> Sharp:
    """A ratio as it is stored."""
    return Sharp(value=ratio.value, low=ratio.low, high=ratio.high)


def _away(found: Distance) -> Away:
    return Away(
        value=found.value,
        half_width=found.half_width,
        floor=found.floor,
        floor_half_width=found.floor_half_width,
    )


def _share(found: Proportion, real: Proportion) -> Share:
    return Share(value=found.share, low=found.low, high=found.high, floor=real.share)
