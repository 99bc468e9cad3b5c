"""Disentanglement: what each latent dimension says of each factor, and what it changes."""

import streamlit as st

from latent_atlas.reports.diagnosis.pictures import Strip
from latent_atlas.reports.diagnosis.sections.disentangle import (
    CANDID,
    EXTENT,
    SECTION,
    DisentangleFinding,
    measure_disentanglement,
)
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.information_map import information_option, map_height
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.numerals import decimal, with_error

RULE = (
    "± in 95 of 100 cases. By chance is what these codes score once they are dealt to other "
    "images, at best what a code has with one dimension to each factor. A factor has a dimension "
    "of its own where that one, less the ±, is ahead of all others by half of what there is to "
    "know."
)
MEANINGS = {
    "MIG": "by how much the dimension that says most of a factor is ahead of the next",
    "FactorVAE score": "how often the dimension that stands still tells which factor does",
    "DCI disentanglement": "whether a dimension is of use for one factor alone",
    "DCI completeness": "whether one dimension alone is of use for a factor",
    "DCI informativeness": "how often the whole code tells a factor's level",
    "SAP": "by how much the dimension that tells a factor best is ahead of the next",
}


def title(found: DisentangleFinding) -> str:
    """Which factors have a dimension of their own."""
    verdict = found.verdict
    return escaped(verdict[0].upper() + verdict[1:])


def draw(found: DisentangleFinding) -> None:
    """The map, the scores, and a walk along each dimension."""
    st.caption(escaped(f"Measured on {found.measured_on}."))
    st.echarts_chart(
        information_option(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=map_height(found),
        key="diagnose-disentangle",
        alt="What each latent dimension says of each factor; the sentences below say the most",
    )
    st.caption(
        "A cell is mutual information, in per cent of what there is to know of the factor, by "
        "histograms of twenty bins."
    )
    st.markdown(_scores(found))
    st.caption(RULE)
    for doubt in found.doubts:
        st.caption(escaped(doubt))
    if found.walks is not None:
        _draw_walks(found)
    st.markdown(f"**What this cannot say.** {escaped(CANDID)}")


def _scores(found: DisentangleFinding) -> str:
    return "\n".join(
        f"- **{name} {_unbroken(score.value, score.half_width)}** (by chance "
        f"{decimal(score.chance, 2)}, at best {decimal(score.best, 2)}): {MEANINGS[name]}"
        for name, score in found.found.scores.items()
    )


def _unbroken(value: float, half_width: float) -> str:
    return with_error(value, half_width).replace(" ", "\N{NO-BREAK SPACE}")


def _draw_walks(found: DisentangleFinding) -> None:
    assert found.walks is not None
    st.markdown("#### What each dimension changes")
    st.caption(
        f"From z = −{decimal(EXTENT, 0)} to {decimal(EXTENT, 0)}, all else as in one image; the "
        "dimension of the largest KL first."
    )
    draw_strips(
        [
            Strip(f"along z{j + 1}, which {found.carries(j)}", images)
            for j, images in zip(found.walked, found.walks, strict=True)
        ]
    )


VIEW = View(
    section=SECTION,
    counts=(1_000, 3_000, 10_000),
    usual=10_000,
    measure=lambda subject, count, watch: measure_disentanglement(subject.first(count), watch),
    asked="Whether each latent dimension says one thing",
    about=(
        "Of these images it is known what they were made from, or how they are sorted. Measured "
        "is which dimension says what of it, by four scores that are in use. It takes half a "
        "minute, and longer with many factors."
    ),
    title=title,
    draw=draw,
)
