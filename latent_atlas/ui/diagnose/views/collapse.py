"""Collapse: which latent dimensions say something about an image, and which the data would keep."""

from dataclasses import replace

import streamlit as st

from latent_atlas.reports.diagnosis.section import Subject
from latent_atlas.reports.diagnosis.sections.collapse import (
    SECTION,
    CollapseFinding,
    measure_collapse,
)
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.collapse_chart import collapse_option
from latent_atlas.ui.diagnose.remedies import remedies
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.evaluation import Watch
from vae_core.sentences import counted

RULE = (
    "A dimension is in use where the means of its q(z|x) vary: A = Var(E[z|x]) > 0.01. A diamond "
    "is what a linear model would pay for, by rank: it keeps a direction of the data whose "
    "variance λ is above βσ², and then KL = ½ log(λ / βσ²). ± in 95 of 100 cases, over images."
)


def title(found: CollapseFinding) -> str:
    """How many dimensions are in use."""
    used, of = found.found.units.count, len(found.found.units.rate)
    there = counted(of, "latent dimension")
    if used == of:
        every = {1: "The one latent dimension is", 2: "Both latent dimensions are"}
        return f"{every.get(of, f'All {there} are')} in use"
    return f"{used:,} of {there} in use, the others say nothing"


def draw(found: CollapseFinding) -> None:
    """The bars beside the forecast, and what the other ways of asking say."""
    st.echarts_chart(
        collapse_option(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=360,
        key="diagnose-collapse",
        alt="KL of each latent dimension, and what a linear model would pay for",
    )
    st.caption(RULE)
    images = counted(found.found.units.images, "image")
    told = [
        ("Used", f"On {images} ({found.name}): {found.found.sentence}"),
        ("What it says", found.found.aggregate.sentence),
        ("Swapped", found.swapped),
        ("Classes", found.probed),
        ("Forecast", " ".join(found.forecasts)),
    ]
    for head, sentence in told:
        if sentence:
            st.markdown(f"**{head}.** {escaped(sentence)}")
    if found.forecast is None:
        st.caption("A decoder that reads pixels has no σ, so there is no forecast.")


def _measure(subject: Subject, count: int, watch: Watch) -> CollapseFinding:
    """On so many images; the probe and the forecast learn from as many as they usually do."""
    usual, few = subject.first(SECTION.images), subject.first(count)
    return measure_collapse(replace(usual, splits=(few.splits[0], *usual.splits[1:])), watch)


VIEW = View(
    section=SECTION,
    counts=(100, 1_000, 10_000),
    usual=10_000,
    measure=_measure,
    asked="Which latent dimensions are in use",
    about=(
        "A dimension has collapsed where q(z|x) is the prior whatever the image: it says nothing. "
        "Measured is what each says, whether the decoder would miss it, and what the data alone "
        "would have a linear model keep. It takes seconds."
    ),
    title=title,
    draw=draw,
    further=remedies,
)
