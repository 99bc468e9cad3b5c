"""The gap in the bound: how far the ELBO falls short of log p(x), and whose fault it is."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict, cast

from latent_atlas.reports.diagnosis.section import Section, Subject
from vae_core.evaluation import Treatment, Watch
from vae_core.evaluation.bracket import Bracketed, bracket, simulated
from vae_core.evaluation.evidence import watch_part
from vae_core.evaluation.gaps import Gap, GapDifference, Gaps, gap_difference, gaps
from vae_core.evaluation.importance_curve import ImportanceCurve, importance_curve
from vae_core.evaluation.optimum import ENCODER
from vae_core.inference.bidirectional import Start
from vae_core.models import VAE, Bounds
from vae_core.numerals import with_error
from vae_core.sentences import counted

_SIMULATED = 20  # images that the model makes itself
_STARTS: tuple[Start, ...] = ("prior", "posterior")


@dataclass(frozen=True)
class OfSplit:
    """What was found on the images of one split."""

    name: str
    gaps: Gaps
    curve: ImportanceCurve


@dataclass(frozen=True)
class GapFinding:
    """The gaps on each split, the curve of L_k, and what AIS is worth on simulated images."""

    splits: tuple[OfSplit, ...]
    simulated: Mapping[Start, Bracketed]
    targets: str

    def differences(self) -> Mapping[str, GapDifference]:
        """Each gap on the images to test on less that on those of training; none of one split."""
        if len(self.splits) < 2:
            return {}
        test, train = (each.gaps.by_name for each in self.splits[:2])
        return {name: gap_difference(test[name], train[name]) for name in test}

    def as_json(self) -> dict[str, object]:
        """Means with both errors, and the numbers of each image."""
        return {
            "splits": {each.name: _split(each) for each in self.splits},
            "differences": {
                name: {
                    "mean": each.mean,
                    "standard_error": _number(each.standard_error),
                    "half_width": each.half_width,
                    "verdict": each.verdict,
                }
                for name, each in self.differences().items()
            },
            "simulated": {start: _bracketed(each) for start, each in self.simulated.items()},
        }

    def lines(self) -> list[str]:
        """A sentence or two for each split, and one for simulated images."""
        told = [line for each in self.splits for line in _lines(each, self.targets)]
        return [*told, *self.apart(), *self.brackets()]

    def apart(self) -> Iterator[str]:
        """By how much each part is larger on the images to test on, if that can be said."""
        for name, each in self.differences().items():
            if name != "inference":
                first, second = (split.name for split in self.splits[:2])
                by = with_error(each.mean, each.half_width)
                yield f"The {name} gap on {first} less that on {second}: {by} nats: {each.verdict}."

    def brackets(self) -> Iterator[str]:
        """Between what log p(x) is on images that the model made itself."""
        for start, made in self.simulated.items():
            width = with_error(made.width, made.half_width)
            begins = "the prior" if start == "prior" else "q(z|x)"
            yield (
                f"On {counted(len(made.lower), 'image')} that the model made itself AIS from "
                f"{begins} and back are {width} nats apart: in the mean log p(x) is between them."
            )


def _split(each: OfSplit) -> dict[str, object]:
    found, curve = each.gaps, each.curve
    log_p = found.evidence.joined
    return {
        "images": len(log_p.log_p),
        "family": found.family,
        "log_p": {
            "method": log_p.method,
            "mean": log_p.mean,
            "standard_error": _number(log_p.standard_error),
            "image_error": _number(log_p.image_error),
            "looks": {name: look.mean for name, look in found.evidence.looks.items()},
        },
        "bounds": {name: bound.mean().item() for name, bound in found.bounds.items()},
        "gaps": {name: _gap(gap) for name, gap in found.by_name.items()},
        "covariance": found.covariance,
        "image_covariance": _number(found.image_covariance),
        "approximation_of": {
            name: _gap(found.approximation_of(name)) for name in found.bounds if name != ENCODER
        },
        "curve": {
            "k": list(curve.ks),
            "bound": curve.means.tolist(),
            "standard_error": curve.standard_errors.tolist(),
            "image_error": [_number(error) for error in curve.image_errors.tolist()],
        },
        "each": {
            "log_p": log_p.log_p.tolist(),
            **{name: bound.tolist() for name, bound in found.bounds.items()},
        },
        "warnings": [doubt.sentence for doubt in found.doubts],
    }


def _bracketed(made: Bracketed) -> dict[str, object]:
    lower, upper = made.means
    return {
        "images": len(made.lower),
        "lower": lower,
        "upper": upper,
        "width": made.width,
        "width_error": _number(made.width_error),
        "half_width": made.half_width,
    }


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "mean": gap.mean,
        "standard_error": _number(gap.standard_error),
        "image_error": _number(gap.image_error),
        "image_half_width": gap.image_half_width,
    }


def _lines(each: OfSplit, targets: str) -> list[str]:
    found, log_p = each.gaps, each.gaps.evidence.joined
    whole, one, other = (
        with_error(gap.mean, 2 * gap.standard_error) for gap in found.by_name.values()
    )
    encoder = found.bounds[ENCODER].mean().item()
    images = counted(len(log_p.log_p), "image")
    last, error = each.curve.means[-1].item(), 2 * each.curve.standard_errors[-1].item()
    return [
        f"{each.name} ({images}, {targets}): log p(x) "
        f"{with_error(log_p.mean, 2 * log_p.standard_error)} nats per image by {log_p.method}; "
        f"L_1 {with_error(encoder, 2 * each.curve.standard_errors[0].item())}, "
        f"L_{each.curve.ks[-1]:,} {with_error(last, error)}.",
        f"Inference gap {whole} = approximation gap {one} + amortisation gap {other}. "
        f"Over images like these ± {_over_images(found)}.",
        *(doubt.sentence for doubt in found.doubts),
    ]


def _over_images(found: Gaps) -> str:
    """The ± of the three over images, in the same order."""
    return ", ".join(
        with_error(0.0, gap.image_half_width).partition(" ± ")[2] or "unknown"
        for gap in found.by_name.values()
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


class _Settings(TypedDict):
    treatment: Treatment
    seed: int


def of_splits(subject: Subject, watch: Watch) -> GapFinding:
    """The gaps and the curve alone, which take seconds where log p(x) is had by a grid.

    Raises Cancelled.
    """
    vae = cast("VAE", subject.model)
    told = _Settings(treatment=subject.treatment, seed=subject.seed)
    found = []
    for number, split in enumerate(subject.splits):
        both = [watch_part(watch, 2 * number + k, 2 * len(subject.splits)) for k in (0, 1)]
        found.append(
            OfSplit(
                split.name,
                gaps(vae, split.images, watch=both[0], **told),
                importance_curve(vae, split.images, watch=both[1], **told),
            )
        )
    return GapFinding(tuple(found), {}, subject.targets)


def _measure(subject: Subject, watch: Watch) -> GapFinding:
    vae = cast("VAE", subject.model)
    own = 2 * len(subject.splits)
    parts = own + len(_STARTS)
    found = of_splits(
        subject, Watch(lambda done: watch.progress(done * own / parts), watch.cancelled)
    )
    count = min(_SIMULATED, len(subject.splits[0].images))
    made = simulated(vae, count, subject.seed)
    sides = {
        start: bracket(
            vae,
            made,
            start=start,
            seed=subject.seed,
            watch=watch_part(watch, own + number, parts),
        )
        for number, start in enumerate(_STARTS)
    }
    return replace(found, simulated=sides)


SECTION = Section(
    name="gap",
    label="The gap in the bound",
    help="how far the bound falls short of log p(x), and whose fault it is",
    order=1,
    needs=(Bounds,),
    images=100,
    measure=_measure,
)
