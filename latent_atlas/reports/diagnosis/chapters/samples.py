"""Samples: whether they look real, show all there is, and are not copied, beside real images."""

import math
from collections.abc import Iterator, Mapping

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.blocks import Block, Pictures, Table, Words
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.dots import Along, Dot, DotRows, Dots, dots_chart
from latent_atlas.reports.diagnosis.pictures import short_label
from latent_atlas.reports.diagnosis.sections.samples import (
    SECTION,
    SamplesFinding,
    density,
    remembered,
)
from latent_atlas.reports.diagnosis.sections.sharpness import ratio_text
from latent_atlas.reports.rate_axes import AXIS
from latent_atlas.reports.shares import percent
from vae_core.evaluation.proportions import Proportion
from vae_core.evaluation.sample_measures import (
    CONFIDENT,
    LEAST,
    RULE,
    InFeatures,
    SampleMeasures,
    Verdict,
)
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted, listed

SHARES = ("coverage", f"recognised at {CONFIDENT}", "precision", "recall")
ALT = "Shares of pictures that look real and of real images shown; the table says them"
_SAID: Mapping[Verdict, str] = {
    "failing": "{} fail",
    "passing": "{} pass",
    "cannot be said": "whether {} fail cannot be said",
}


def title(found: SamplesFinding) -> str:
    """Which kinds of picture fail."""
    told = [
        _SAID[each.features.verdict].format(short_label(name))
        for name, each in found.of.items()
        if each.features is not None
    ]
    if not told:
        return "What it makes of chance, beside real images"
    sentence = listed(told)
    return sentence[0].upper() + sentence[1:]


def dots(found: SamplesFinding) -> DotRows | None:
    """A row for each share, a dot for each kind of picture, and one for real images.

    None where nothing was measured in a classifier's features.
    """
    seen = {name: each.features for name, each in found.of.items() if each.features is not None}
    if not seen:
        return None
    kinds = [
        Dots(short_label(name), line_colour(place), [*map(_dot, _shares(each))])
        for place, (name, each) in enumerate(seen.items())
    ]
    *_, floor = seen.values()
    kinds.append(Dots("real images", AXIS, [*map(_dot, _shares(floor, real=True))], diamond=True))
    return DotRows(SHARES, kinds, Along("%", 0, 100, mark=100 * LEAST))


def _shares(seen: InFeatures, *, real: bool = False) -> tuple[Proportion, ...]:
    """In the order of ``SHARES``: of pictures, or of as many real images."""
    found = seen.coverage.floor if real else seen.coverage.samples
    recognised = seen.real_recognised if real else seen.recognised
    return found.coverage, recognised, found.precision, found.recall


def _dot(share: Proportion) -> Dot:
    low, value, high = (100 * each for each in (share.low, share.share, share.high))
    return Dot(low, value, high, percent(share))


def table(found: SamplesFinding) -> Table:
    """All measures: a row each, a column for each kind of picture, and one for real ones.

    Real images are held against each kind by themselves: their column has those of the last one.
    """
    columns = [_numbers(each) for each in found.of.values()]
    *_, last = found.of.values()
    columns.append(_real_numbers(last))
    head = ("", *map(short_label, found.of), "real images")
    rows = [(name, *(each.get(name, "") for each in columns)) for name in columns[0]]
    return Table(head, rows)


def _numbers(of: SampleMeasures) -> dict[str, str]:
    made, seen = of.drawn, of.features
    told = {
        "sharpness": ratio_text(of.sharpness.laplacian),
        "high frequencies": ratio_text(of.sharpness.high_frequency),
    }
    if seen is not None:
        told |= {
            "Fréchet distance": with_error(seen.frechet.value, seen.frechet.half_width),
            "kernel distance (KID)": with_error(seen.kernel.value, seen.kernel.half_width),
            "density": density(seen.coverage.samples),
            **dict(zip(SHARES, map(percent, _shares(seen)), strict=True)),
        }
    if of.memorisation is not None:
        told["nearer to training than 95 % of test images"] = percent(of.memorisation.near)
    told["pictures a second, on this machine"] = _speed(made.per_second, made.per_second_half_width)
    return told


def _speed(per_second: float, half_width: float | None) -> str:
    """A speed with its ±; in one figure where that says no more, as of a few quick draws."""
    if half_width is not None and per_second > 2 * half_width:
        return with_error(per_second, half_width)
    figures = math.floor(math.log10(per_second)) if per_second > 0 else 0
    return f"about {decimal(per_second, -figures)}"


def _real_numbers(of: SampleMeasures) -> dict[str, str]:
    seen = of.features
    told = {"sharpness": "1", "high frequencies": "1"}
    if seen is not None:
        told |= {
            "Fréchet distance": with_error(seen.frechet.floor, seen.frechet.floor_half_width),
            "kernel distance (KID)": with_error(seen.kernel.floor, seen.kernel.floor_half_width),
            "density": density(seen.coverage.floor),
            **dict(zip(SHARES, map(percent, _shares(seen, real=True)), strict=True)),
        }
    return told


def sentences(found: SamplesFinding) -> Iterator[str]:
    """What the numbers are of, and whether any picture was copied."""
    count = len(next(iter(found.of.values())).drawn.pictures)
    against = "".join(
        f" {short_label(name)[0].upper()}{short_label(name)[1:]} are held against real images "
        "drawn black and white, as the model learned them."
        for name in found.binary
    )
    yield (
        f"{counted(count, 'picture')} of each kind against as many real ones ({found.split}); the "
        "column of real images has what as many others of them give: what chance alone does."
        f"{against} ± and brackets hold in 95 of 100 cases. The model has "
        f"{counted(found.parameters, 'parameter')}."
    )
    for name, each in found.of.items():
        if each.memorisation is not None:
            yield f"{short_label(name)[0].upper()}{short_label(name)[1:]}. " + remembered(
                each.memorisation
            )


def _blocks(found: SamplesFinding) -> Iterator[Block]:
    if (there := dots(found)) is not None:
        yield dots_chart(there, ALT)
    else:
        yield Words(found.unclassed, "warning")
    yield table(found)
    for sentence in sentences(found):
        yield Words(sentence)
    yield Pictures("The pictures", found.strips)


CHAPTER = Chapter(SECTION, SamplesFinding, title, RULE, _blocks)
