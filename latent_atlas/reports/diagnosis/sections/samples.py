"""Samples: whether what a model makes of chance looks real, shows all there is, and is its own.

Means E[x|z] and samples x ~ p(x|z) of a VAE are measured apart. A distance between any two sets of
images is above nothing by chance: beside each stands the same number of as many real images.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from torch import Tensor

from latent_atlas.reports.diagnosis.pictures import SHOWN, Strip, labels_of, strip
from latent_atlas.reports.diagnosis.section import Section, Subject
from latent_atlas.reports.diagnosis.sections.sharpness import ratio_text
from latent_atlas.reports.shares import percent
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Watch
from vae_core.evaluation.coverage import Coverage
from vae_core.evaluation.evidence import watch_part
from vae_core.evaluation.features import Distance
from vae_core.evaluation.memorisation import NEAR, Memorisation
from vae_core.evaluation.proportions import Proportion
from vae_core.evaluation.sample_measures import (
    CONFIDENT,
    FEWEST,
    RULE,
    InFeatures,
    SampleMeasures,
    Verdict,
    as_drawn,
    draw,
    measured,
    parameters,
    ways,
)
from vae_core.models import Samples
from vae_core.numerals import decimal, grouped, with_error
from vae_core.sentences import counted

VERDICTS: Mapping[Verdict, str] = {
    "failing": "failing",
    "passing": "not failing",
    "cannot be said": "whether they fail cannot be said",
}


@dataclass(frozen=True)
class SamplesFinding:
    """What was measured of each kind of picture, by its name; `labels` is what people call it.

    `binary` says which are held against real images drawn black and white. `unclassed` is why
    nothing was measured in a classifier's features, a sentence; empty where it was.
    """

    of: dict[str, SampleMeasures]
    labels: Mapping[str, str]
    binary: frozenset[str]
    parameters: int
    split: str
    unclassed: str
    strips: tuple[Strip, ...] = field(repr=False)

    def as_json(self) -> dict[str, object]:
        """Each measure with its error."""
        return {
            "split": self.split,
            "parameters": self.parameters,
            "rule": RULE,
            "pictures": {
                name: {"against": "binarised" if name in self.binary else "as they are"}
                | measures_json(each)
                for name, each in self.of.items()
            },
            **({"unclassed": self.unclassed} if self.unclassed else {}),
        }

    def lines(self) -> list[str]:
        """A few sentences for each kind of picture, and the rule."""
        told = [f"{counted(self.parameters, 'parameter')}. ± and brackets: in 95 of 100 cases."]
        for name, each in self.of.items():
            drawn = ", against real images drawn black and white" if name in self.binary else ""
            label = self.labels[name]
            count = counted(len(each.drawn.pictures), "picture")
            told.append(f"{label[0].upper()}{label[1:]} ({count}, {self.split}{drawn}):")
            told += [f"  {sentence}" for sentence in sentences(each)]
        told += [self.unclassed] if self.unclassed else [RULE]
        return told


def sentences(found: SampleMeasures) -> list[str]:
    """What was measured of one kind of picture."""
    made = found.drawn
    told = [
        f"{with_error(made.per_second, made.per_second_half_width)} a second on this machine; "
        f"sharpness {ratio_text(found.sharpness.laplacian)} of real images (variance of the "
        f"Laplacian), high frequencies {ratio_text(found.sharpness.high_frequency)}."
    ]
    if (seen := found.features) is not None:
        told += [*_seen(seen)]
    if found.memorisation is not None:
        told.append(remembered(found.memorisation))
    return told


def _seen(seen: InFeatures) -> list[str]:
    found, real = seen.coverage.samples, seen.coverage.floor
    return [
        f"Fréchet distance {distance_text(seen.frechet)}; kernel distance (KID) "
        f"{distance_text(seen.kernel)}.",
        f"Precision {percent(found.precision)} (real {percent(real.precision)}), recall "
        f"{percent(found.recall)} ({percent(real.recall)}), density {density(found)} "
        f"({density(real)}), coverage {percent(found.coverage)} ({percent(real.coverage)}).",
        f"Recognised with a confidence of {CONFIDENT} or more: {percent(seen.recognised)} (real "
        f"{percent(seen.real_recognised)}).",
        f"Verdict: {VERDICTS[seen.verdict]}.",
    ]


def distance_text(found: Distance) -> str:
    """A distance, and what as many real images give."""
    return (
        f"{with_error(found.value, found.half_width)} "
        f"(real {with_error(found.floor, found.floor_half_width)})"
    )


def density(found: Coverage) -> str:
    """Of samples among real images, with its ±."""
    return with_error(found.density, found.density_half_width)


def remembered(found: Memorisation) -> str:
    """Whether pictures lie nearer to training images than test images do."""
    typical = found.samples.distances.median().item(), found.test.distances.median().item()
    near, (low, high), tested = found.near, found.usual, len(found.test.distances)
    verdict = (
        "more of them than of test images, so they are copies, or blurred, which lies near all"
        if found.decided
        else "fewer of them than of test images"
        if found.fewer
        else "whether that is more than of test images cannot be said"
    )
    return (
        f"Nearest training image: at {decimal(typical[0], 3)} in the median (test images at "
        f"{decimal(typical[1], 3)}; root mean square of pixels); {grouped(near.count)} of "
        f"{grouped(near.total)} lie nearer than all but {grouped(found.beyond)} of "
        f"{counted(tested, 'test image')}, and of fresh images {grouped(low)} to {grouped(high)} "
        f"would in 95 of 100 cases: {verdict}."
    )


def measures_json(found: SampleMeasures) -> dict[str, object]:
    """All numbers of one kind of picture."""
    made, seen, memory = found.drawn, found.features, found.memorisation
    told: dict[str, object] = {
        "images": len(made.pictures),
        "per_second": {"value": made.per_second, "half_width": made.per_second_half_width},
        "sharpness": asdict(found.sharpness),
    }
    if seen is not None:
        told |= {
            "classifier": seen.digest,
            "frechet": asdict(seen.frechet),
            "kernel_distance": asdict(seen.kernel),
            "coverage": {
                "samples": _coverage(seen.coverage.samples),
                "real": _coverage(seen.coverage.floor),
                "expected": seen.coverage.expected,
            },
            "recognised": _share(seen.recognised),
            "real_recognised": _share(seen.real_recognised),
            "verdict": seen.verdict,
        }
    if memory is not None:
        told["memorisation"] = {
            "near": _share(memory.near),
            "expected": NEAR,
            "usual": list(memory.usual),
            "threshold": memory.threshold,
            "median": memory.samples.distances.median().item(),
            "test_median": memory.test.distances.median().item(),
            "decided": memory.decided,
            "fewer": memory.fewer,
        }
    return told


def _coverage(found: Coverage) -> dict[str, object]:
    return {
        "precision": _share(found.precision),
        "recall": _share(found.recall),
        "density": {"value": found.density, "half_width": found.density_half_width},
        "coverage": _share(found.coverage),
    }


def _share(share: Proportion) -> dict[str, float]:
    return {"value": share.share, "low": share.low, "high": share.high}


def _measure(subject: Subject, watch: Watch) -> SamplesFinding:
    test, *others = subject.splits
    count = len(test.images) // 2
    if count < FEWEST:
        raise AtlasError(
            f"Samples are held against twice as many real images, {2 * FEWEST} or more: "
            f"{test.name} has {len(test.images)} here. Give a larger --images."
        )
    making = ways(subject.model)
    parts = 1 + len(making)
    classifier, why = _classifier(subject, watch_part(watch, 0, parts))
    labels, found, strips = labels_of(subject.model), {}, [strip("real images", test.images)]
    binary = frozenset(making if subject.treatment == "dynamic" else ()) & {"samples"}
    for place, (name, way) in enumerate(making.items(), start=1):
        part = watch_part(watch, place, parts)
        drawn = draw(way, count, seed=subject.seed, watch=watch_part(part, 0, 2))
        real, *training = (
            as_drawn(each.images, name, subject.treatment, seed=subject.seed)
            for each in (test, *others[:1])
        )
        found[name] = measured(
            drawn,
            real,
            training[0] if training else None,
            classifier,
            seed=subject.seed,
            watch=watch_part(part, 1, 2),
        )
        strips.append(_with_nearest(labels[name], found[name], training))
    return SamplesFinding(
        found, labels, binary, parameters(subject.model), test.name, why, tuple(strips)
    )


def _with_nearest(label: str, found: SampleMeasures, training: list[Tensor]) -> Strip:
    shown = strip(label, found.drawn.pictures)
    if found.memorisation is None:
        return shown
    nearest = training[0][found.memorisation.samples.places[:SHOWN]]
    return Strip(label, shown.pictures, nearest, "its nearest training image")


def _classifier(subject: Subject, watch: Watch) -> tuple[Classifier | None, str]:
    """The frozen classifier of these images, or why there is none, a sentence."""
    if subject.classifier is None:
        return None, "There is no classifier here, so nothing was measured in its features."
    try:
        found = subject.classifier(watch)
    except AtlasError as problem:
        return None, f"Nothing was measured in a classifier's features. {problem}"
    if found.lessons.image_shape != subject.model.image_shape:
        return None, "Nothing was measured in a classifier's features: it reads other images."
    return found, ""


SECTION = Section(
    name="samples",
    label="Samples",
    help="whether what it makes of chance looks real, shows all there is, and is not copied",
    order=4,
    images=10_000,
    needs=(Samples,),
    measure=_measure,
    cut=Subject.first_to_test,
)
