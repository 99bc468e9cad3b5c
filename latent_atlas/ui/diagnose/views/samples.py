"""Samples: whether they look real, show all there is, and are not copied, beside real images."""

from html import escape

import streamlit as st

from latent_atlas.reports.diagnosis.blocks import Table
from latent_atlas.reports.diagnosis.chapters.samples import (
    ALT,
    CHAPTER,
    RULE,
    dots,
    sentences,
    table,
)
from latent_atlas.reports.diagnosis.sections.samples import SamplesFinding
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.dots_chart import dots_height, dots_option
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.plotly_ink import is_dark

_STYLE = """<style>
.diagnose-measures { overflow-x: auto; }
.diagnose-measures table { border-collapse: collapse; font-size: 14px; line-height: 20px;
  font-variant-numeric: tabular-nums; }
.diagnose-measures :is(th, td) { font-weight: 400; text-align: right; padding: 4px 0 4px 24px;
  white-space: nowrap; border-bottom: 1px solid rgb(128 128 128 / 20%); }
.diagnose-measures th[scope=row] { text-align: left; padding-left: 0; white-space: normal; }
@media (max-width: 640px) {
  .diagnose-measures :is(th, td) { padding-left: 8px; font-size: 12px; white-space: normal; }
}
</style>"""


def _table_html(measures: Table) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in measures.head[1:])
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(each)}</td>" for each in cells)
        + "</tr>"
        for name, *cells in measures.rows
    )
    return (
        f'{_STYLE}<div class="diagnose-measures"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def draw(found: SamplesFinding) -> None:
    """The shares with the rule, all measures, and the pictures."""
    if (there := dots(found)) is not None:
        st.echarts_chart(
            dots_option(there, ink=INK_DARK if is_dark() else INK_LIGHT),
            height=dots_height(there),
            key="diagnose-samples",
            alt=ALT,
        )
        st.caption(RULE)
    else:
        st.info(escaped_message(found.unclassed))
    st.html(_table_html(table(found)))
    for sentence in sentences(found):
        st.caption(escaped(sentence))
    st.markdown("#### The pictures")
    draw_strips(found.strips)


VIEW = View(
    chapter=CHAPTER,
    counts=(300, 1_000, 2_000, 10_000),
    usual=2_000,
    asked="Whether its samples look real, and show all there is",
    about=(
        "Half as many pictures as there are real images are made of chance and held against them: "
        "in the eyes of a small frozen classifier, and against all training images, to see whether "
        "any was copied. The classifier learns once, in a minute or two; then it takes seconds, "
        "with 10,000 images minutes."
    ),
    draw=draw,
)
