"""Blur: how sharp a model's means and its samples are, each kind by itself, beside real images."""

import math
from collections.abc import Iterator

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.blocks import Block, Pictures, Table, Words
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.dots import Along, Dot, DotRows, Dots, dots_chart
from latent_atlas.reports.diagnosis.pictures import short_label
from latent_atlas.reports.diagnosis.sections.sharpness import SECTION, SharpnessFinding, ratio_text
from vae_core.evaluation.sharpness import Ratio, RelativeSharpness
from vae_core.numerals import decimal, grouped

RULE = (
    "1 is as sharp as real images; a bar holds in 95 of 100 cases, over images of both sides. "
    "Noise counts as sharpness: a number above 1 is no praise. Of a VAE, a mean E[x|z] has "
    "the noise of p(x|z) taken away, a sample has it: the two are never to be mixed."
)
ALT = "How sharp pictures of each kind are, against real images; the sentences say it"
MEASURES = {"laplacian": "variance of the Laplacian", "high_frequency": "high frequencies"}
_REAL = "real, two halves"
_FLAT = 1e-3  # a ratio below it is drawn there


def title(found: SharpnessFinding) -> str:
    """How sharp pictures drawn from the prior are."""
    told = [
        f"{short_label(name)} {decimal(each.laplacian.value, 2)}"
        for name, each in found.of.items()
        if name != "reconstructed_means"
    ]
    first, *others = told
    head = f"{first[0].upper()}{first[1:]} times as sharp as real images"
    return ", ".join([head.replace(" ", " are ", 1), *others])


def _kinds(found: SharpnessFinding) -> dict[str, RelativeSharpness]:
    of = {short_label(name): each for name, each in found.of.items()}
    return of | {_REAL: found.floor}


def dots(found: SharpnessFinding) -> DotRows:
    """A row for each kind of picture, both measures with their intervals."""
    rows = _kinds(found)
    ratios = {name: [getattr(each, name) for each in rows.values()] for name in MEASURES}
    ends = [max(_FLAT, end) for each in ratios.values() for r in each for end in (r.low, r.high)]
    low = 10 ** math.floor(math.log10(min([0.5, *ends])))
    high = 10 ** math.ceil(math.log10(max([2.0, *ends])))
    kinds = [
        Dots(label, line_colour(place), [_dot(ratio) for ratio in ratios[name]], place == 1)
        for place, (name, label) in enumerate(MEASURES.items())
    ]
    along = Along("times those of real images", low, high, mark=1.0, log=True)
    return DotRows(list(rows), kinds, along)


def _dot(ratio: Ratio) -> Dot:
    low, value, high = (max(_FLAT, each) for each in (ratio.low, ratio.value, ratio.high))
    return Dot(low, value, high, ratio_text(ratio))


def _blocks(found: SharpnessFinding) -> Iterator[Block]:
    yield dots_chart(dots(found), ALT)
    rows = [
        (
            name,
            *(ratio_text(getattr(each, measure)) for measure in MEASURES),
            grouped(each.images),
            grouped(each.real),
        )
        for name, each in _kinds(found).items()
    ]
    yield Table(("pictures", *MEASURES.values(), "images", "real images"), rows)
    if found.binary:
        yield Words("Samples are held against real images drawn black and white.")
    yield Pictures("The pictures", found.strips)


CHAPTER = Chapter(SECTION, SharpnessFinding, title, RULE, _blocks)
