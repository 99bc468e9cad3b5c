"""Blur: how sharp a model's means and its samples are, each kind by itself, beside real images."""

import streamlit as st

from latent_atlas.reports.diagnosis.chapters.sharpness import ALT, CHAPTER, RULE, dots
from latent_atlas.reports.diagnosis.sections.sharpness import SharpnessFinding
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.dots_chart import dots_height, dots_option
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark


def draw(found: SharpnessFinding) -> None:
    """The ratios, their sentences, and the pictures."""
    there = dots(found)
    st.echarts_chart(
        dots_option(there, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=dots_height(there),
        key="diagnose-blur",
        alt=ALT,
    )
    st.caption(RULE)
    for line in found.lines()[1:-1]:
        st.markdown(escaped(line))
    st.markdown("#### The pictures")
    draw_strips(found.strips)


VIEW = View(
    chapter=CHAPTER,
    counts=(100, 300, 1_000, 10_000),
    usual=300,
    asked="How sharp its pictures are, beside real ones",
    about=(
        "Measured is how sharp pictures are, as a ratio to real images. What people call blurred "
        "in a VAE is the mean E[x|z] that pages show; a sample x ~ p(x|z) has the noise of the "
        "pixels as well, and is measured apart. It takes seconds."
    ),
    draw=draw,
    lane="quick",
)
