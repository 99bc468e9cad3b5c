"""The gap in the bound: how far it falls short of log p(x), and whose fault that is."""

from collections.abc import Mapping

import streamlit as st

from latent_atlas.reports.diagnosis.chapters.gap import (
    CHAPTER,
    CURVE_ALT,
    CURVE_HEADING,
    CURVE_NOTE,
    GAPS_ALT,
    RULE,
    sentence,
)
from latent_atlas.reports.diagnosis.sections.gap import GapFinding, of_splits
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.gap_charts import curve_option, gaps_height, gaps_option
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.posterior.component import (
    DIMENSIONS,
    IMAGE,
    looked_at_image,
    posterior_plane,
)
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.models import VAE

_COLOURS = (
    "**Yellow is where an image can have come from, white where the encoder looks for it.** "
    "Where white misses yellow, the bound that training raises falls short of log p(x)."
)


def draw(found: GapFinding) -> None:
    """The bars, the sentences with their rule, and the curve."""
    ink = INK_DARK if is_dark() else INK_LIGHT
    st.echarts_chart(
        gaps_option(found, ink=ink),
        height=gaps_height(found),
        key="diagnose-gaps",
        alt=GAPS_ALT,
    )
    for each in found.splits:
        st.markdown(f"**{escaped(each.name)}** {escaped(sentence(each))}")
        for doubt in each.gaps.doubts:
            st.caption(escaped(doubt.sentence))
    st.caption(RULE)
    for told in found.apart():
        st.caption(escaped(told))
    st.markdown(f"#### {CURVE_HEADING}")
    st.echarts_chart(
        curve_option(found, ink=ink),
        height=340,
        key="diagnose-curve",
        alt=CURVE_ALT,
    )
    st.caption(escaped(CURVE_NOTE))


def lively(looked_at: LookedAt, found: GapFinding | None) -> Mapping[str, str | None]:
    """The gap of single images on the plane, where there is one, whether it is measured or not."""
    model = loaded(looked_at.entry).model
    if not isinstance(model, VAE):
        return {}
    latent_dim = model.architecture.latent_dim
    if latent_dim != DIMENSIONS:
        st.caption(
            "A model of two latent dimensions shows here where an image could have come from, and "
            f"what the encoder says of it: this one has {latent_dim:,}."
        )
        return {}
    st.markdown(_COLOURS)
    posterior_plane(looked_at, model, None if found is None else found.splits[0].gaps)
    return {IMAGE: looked_at_image()}


VIEW = View(
    chapter=CHAPTER,
    counts=(10, 25, 100, 500),
    usual=25,
    work=of_splits,
    asked="How far the bound is below log p(x), and why",
    about=(
        "A VAE learns by a lower bound of log p(x). Measured is how far below it is, and how much "
        "of that is the fault of q(z|x)'s simple shape, how much of the encoder. It takes "
        "a minute with one or two latent dimensions, several with more."
    ),
    draw=draw,
    lively=lively,
)
