"""The charts of a comparison on the page, with their keys below, and what can be taken away."""

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import groupby

import streamlit as st

from latent_atlas.reports.overlay import Chart, Line, Overlay, overlay_csv
from latent_atlas.reports.overlay_png import overlay_png
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.compare.option import overlay_option
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.shared_moments import Option
from vae_core.sentences import counted

_HEIGHT, _SMALL_HEIGHT = 384, 176
_KEYS = 24  # lines that are named below a chart
_PAGE = 12  # small charts at once
_NARROWEST = 256  # pixels of a small chart

_STYLE = """<style>
.compare-keys { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 14px; }
.compare-keys span { display: flex; align-items: center; gap: 8px; }
.compare-keys i { flex: none; width: 24px; height: 0; border-top: 3px; }
</style>"""


def draw(overlay: Overlay) -> list[tuple[str, Option]]:
    """One chart below the other, or small ones beside each other, some at a time.

    Returns the charts that were drawn, by their keys on the page.
    """
    ink = INK_DARK if st.context.theme.type == "dark" else INK_LIGHT
    if overlay.columns == 1:
        return [_large(overlay, chart, k, ink) for k, chart in enumerate(overlay.charts)]
    pages = -(-len(overlay.charts) // _PAGE)
    place = st.container()
    page = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    shown = overlay.charts[(page - 1) * _PAGE : page * _PAGE]
    drawn = []
    with place:
        for of, charts in groupby(enumerate(shown), key=lambda each: each[1].of):
            if of:
                st.markdown(f"**{escaped(of)}**")
            with st.grid(overlay.columns, min_column_width=_NARROWEST, gap="medium"):
                drawn += [_small(overlay, chart, k, ink) for k, chart in charts]
    return drawn


def downloads(overlay: Overlay) -> None:
    """Two buttons; what they give is made when they are pressed."""
    stem = f"runs-{overlay.quantity.name}-{overlay.on.split()[0]}"
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "CSV",
            partial(_csv, overlay),
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="compare-csv",
        )
        st.download_button(
            "PNG",
            partial(overlay_png, overlay),
            file_name=f"{stem}.png",
            mime="image/png",
            icon=":material/download:",
            on_click="ignore",
            key="compare-png",
        )


def keys(lines: Sequence[Line]) -> str:
    """What the lines of a chart are, as an HTML list."""
    entries = [
        f'<span role="listitem"><i style="border-top-style:{line.dash};'
        f'border-top-color:{line.colour}"></i>'
        f"{escape(line.told)}</span>"
        for line in lines[:_KEYS]
    ]
    rest = len(lines) - _KEYS
    if rest > 0:
        more = counted(rest, "more line")
        entries.append(
            f'<span role="listitem">and {more}: group them, or see small multiples</span>'
        )
    return f'{_STYLE}<div class="compare-keys" role="list">{"".join(entries)}</div>'


def _large(overlay: Overlay, chart: Chart, k: int, ink: str) -> tuple[str, Option]:
    if chart.of:
        st.markdown(f"**{escaped(chart.of)}**")
    key, option = f"compare-{k}", overlay_option(overlay, chart, ink=ink)
    st.echarts_chart(
        option,
        height=_HEIGHT,
        key=key,
        alt=f"{overlay.title}: {counted(len(chart.lines), 'line')}",
    )
    st.html(keys(chart.lines))
    return key, option


def _small(overlay: Overlay, chart: Chart, k: int, ink: str) -> tuple[str, Option]:
    key = f"compare-small-{k}"
    option = overlay_option(overlay, chart, ink=ink, small=True)
    with st.container(gap="xxsmall"):
        many = f" :gray[(n = {chart.lines[0].runs})]" if chart.lines[0].runs > 1 else ""
        st.markdown(f":small[**{escaped(chart.title)}**{many}]")
        st.echarts_chart(
            option,
            height=_SMALL_HEIGHT,
            key=key,
            alt=f"{overlay.title}: {chart.title}",
        )
    return key, option


def _csv(overlay: Overlay) -> bytes:
    return overlay_csv(overlay).encode("utf-8")
