"""Collapse: which latent dimensions say something about an image, and which the data would keep."""

from dataclasses import replace

import streamlit as st

from latent_atlas.reports.diagnosis.chapters.collapse import ALT, CHAPTER, RULE, told
from latent_atlas.reports.diagnosis.section import Subject
from latent_atlas.reports.diagnosis.sections.collapse import CollapseFinding
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.collapse_chart import collapse_option
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.remedies import remedies
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark

_REMEDIES = "diagnose-remedies"
_STYLE = f"""<style>
@media (max-width: 640px) {{
  .st-key-{_REMEDIES} table :is(th, td) {{ padding: 4px; font-size: 12px; line-height: 16px; }}
  .st-key-{_REMEDIES} table td {{ overflow-wrap: anywhere; }}
}}
</style>"""


def draw(found: CollapseFinding) -> None:
    """The bars beside the forecast, and what the other ways of asking say."""
    st.echarts_chart(
        collapse_option(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=360,
        key="diagnose-collapse",
        alt=ALT,
    )
    st.caption(RULE)
    for words in told(found):
        if words.kind == "quiet":
            st.caption(escaped(words.text))
        else:
            st.markdown(f"**{words.head}** {escaped(words.text)}")


def _cut(subject: Subject, count: int) -> Subject:
    """To so many images; the probe and the forecast learn from as many as they usually do."""
    usual, few = subject.first(CHAPTER.section.images), subject.first(count)
    return replace(usual, splits=(few.splits[0], *usual.splits[1:]))


def _further(looked_at: LookedAt) -> None:
    """The remedies; their table fits a phone."""
    with st.container(key=_REMEDIES):
        st.html(_STYLE)
        remedies(looked_at)


VIEW = View(
    chapter=CHAPTER,
    counts=(100, 1_000, 10_000),
    usual=10_000,
    cut=_cut,
    asked="Which latent dimensions are in use",
    about=(
        "A dimension has collapsed where q(z|x) is the prior whatever the image: it says nothing. "
        "Measured is what each says, whether the decoder would miss it, and what the data alone "
        "would have a linear model keep. It takes seconds."
    ),
    draw=draw,
    further=_further,
)
