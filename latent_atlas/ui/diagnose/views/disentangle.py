"""Disentanglement: what each latent dimension says of each factor, and what it changes."""

import streamlit as st

from latent_atlas.reports.diagnosis.chapters.disentangle import (
    ALT,
    CELLS,
    CHAPTER,
    MEANINGS,
    RULE,
    WALKS,
    walks,
    walks_words,
)
from latent_atlas.reports.diagnosis.sections.disentangle import CANDID, DisentangleFinding
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.information_map import information_option, map_height
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.numerals import decimal, with_error


def draw(found: DisentangleFinding) -> None:
    """The map, the scores, and a walk along each dimension."""
    st.caption(escaped(f"Measured on {found.measured_on}."))
    st.echarts_chart(
        information_option(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=map_height(found),
        key="diagnose-disentangle",
        alt=ALT,
    )
    st.caption(CELLS)
    st.markdown(_scores(found))
    st.caption(RULE)
    for doubt in found.doubts:
        st.caption(escaped(doubt))
    if strips := walks(found):
        st.markdown(f"#### {WALKS}")
        st.caption(walks_words())
        draw_strips(strips)
    st.markdown(f"**What this cannot say.** {escaped(CANDID)}")


def _scores(found: DisentangleFinding) -> str:
    return "\n".join(
        f"- **{name} {_unbroken(score.value, score.half_width)}** (by chance "
        f"{decimal(score.chance, 2)}, at best {decimal(score.best, 2)}): {MEANINGS[name]}"
        for name, score in found.found.scores.items()
    )


def _unbroken(value: float, half_width: float) -> str:
    return with_error(value, half_width).replace(" ", "\N{NO-BREAK SPACE}")


VIEW = View(
    chapter=CHAPTER,
    counts=(1_000, 3_000, 10_000, 30_000),
    usual=10_000,
    asked="Whether each latent dimension says one thing",
    about=(
        "Of these images it is known what they were made from, or how they are sorted. Measured "
        "is which dimension says what of it, by four scores that are in use, on images to test on "
        "and those of training together. It takes half a minute, and longer with many factors."
    ),
    draw=draw,
)
