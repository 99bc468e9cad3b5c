"""Blur: how sharp a model's means and its samples are, each kind by itself, beside real images."""

import math

import streamlit as st

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.pictures import short_label
from latent_atlas.reports.diagnosis.section import Subject
from latent_atlas.reports.diagnosis.sections.sharpness import (
    SECTION,
    SharpnessFinding,
    ratio_text,
)
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.dots_chart import Along, Dot, Dots, dots_height, dots_option
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from latent_atlas.ui.shared_moments import Option
from vae_core.evaluation import Watch
from vae_core.evaluation.sharpness import Ratio, RelativeSharpness
from vae_core.numerals import decimal

RULE = (
    "1 is as sharp as real images; a bar holds in 95 of 100 cases, over images of both sides. "
    "Noise counts as sharpness: a number above 1 is no praise. A mean E[x|z] has the noise of "
    "p(x|z) taken away, a sample has it: the two are never to be mixed."
)
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


def chart(found: SharpnessFinding, *, ink: str) -> Option:
    """The option: a row for each kind of picture, both measures with their intervals."""
    rows: dict[str, RelativeSharpness] = {
        short_label(name): each for name, each in found.of.items()
    } | {_REAL: found.floor}
    ratios = {name: [getattr(each, name) for each in rows.values()] for name in MEASURES}
    ends = [max(_FLAT, end) for each in ratios.values() for r in each for end in (r.low, r.high)]
    low = 10 ** math.floor(math.log10(min([0.5, *ends])))
    high = 10 ** math.ceil(math.log10(max([2.0, *ends])))
    dots = [
        Dots(label, line_colour(place), [_dot(ratio) for ratio in ratios[name]], symbol)
        for place, ((name, label), symbol) in enumerate(
            zip(MEASURES.items(), ("circle", "diamond"), strict=True)
        )
    ]
    along = Along("times those of real images", low, high, mark=1.0, log=True)
    return dots_option(list(rows), dots, along, ink=ink)


def _dot(ratio: Ratio) -> Dot | None:
    if not math.isfinite(ratio.value):
        return None
    low, value, high = (max(_FLAT, each) for each in (ratio.low, ratio.value, ratio.high))
    return Dot(low, value, high, ratio_text(ratio))


def draw(found: SharpnessFinding) -> None:
    """The ratios, their sentences, and the pictures."""
    st.echarts_chart(
        chart(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=dots_height(len(found.of) + 1),
        key="diagnose-blur",
        alt="How sharp pictures of each kind are, against real images; the sentences say it",
    )
    st.caption(RULE)
    for line in found.lines()[1:-1]:
        st.markdown(escaped(line))
    st.markdown("#### The pictures")
    draw_strips(found.strips)


def _measure(subject: Subject, count: int, watch: Watch) -> SharpnessFinding:
    return SECTION.measure(SECTION.cut(subject, count), watch)  # type: ignore[return-value]


VIEW = View(
    section=SECTION,
    counts=(100, 300, 1_000, 10_000),
    usual=300,
    measure=_measure,
    asked="How sharp its pictures are, beside real ones",
    about=(
        "What people call blurred is the mean E[x|z] that pages show; a sample x ~ p(x|z) has the "
        "noise of the pixels as well. Measured is how sharp each kind is, as a ratio to real "
        "images. It takes seconds."
    ),
    title=title,
    draw=draw,
)
