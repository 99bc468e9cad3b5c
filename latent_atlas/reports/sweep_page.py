"""The charts of a sweep as one page that works offline, with Plotly inside (5 MB)."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from plotly.offline import get_plotlyjs

from latent_atlas.reports.sweep_drawing import parallel_figure, rate_distortion_figure
from latent_atlas.reports.sweep_figures import parallel_data, rate_distortion_data
from latent_atlas.reports.web_page import web_page
from vae_core.sweeps import Table

_STYLE = "section > div { min-height: 420px; }\n"
_SCRIPT = """
const figures = JSON.parse(document.getElementById("figures").textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
figures.forEach((pair, i) => {
  const figure = pair[dark ? 1 : 0];
  const layout = { ...figure.layout, font: { color: colour("--ink"), size: 13 },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", dragmode: false };
  layout.annotations.forEach((note) => { note.bgcolor = colour("--page"); });
  Plotly.newPlot("figure-" + i, figure.data, layout, { responsive: true, displayModeBar: false });
});
"""


def sweep_page(name: str, tables: Sequence[Table]) -> str:
    """Parallel coordinates and rate against distortion of each table that has been measured."""
    figures: list[list[dict[str, Any]]] = []
    sections: list[str] = []
    for table in tables:
        scale = f"{table.scale.dataset}, {table.scale.treatment}"
        parallel, plain = parallel_data(table), rate_distortion_data(table)
        drawn: list[tuple[str, list[dict[str, Any]]]] = []  # in the light and in the dark
        if parallel is not None:
            pair = [parallel_figure(parallel, dark=dark) for dark in (False, True)]
            drawn.append(("From what was set to what came of it", pair))
        if plain is not None:
            pair = [rate_distortion_figure(plain, dark=dark) for dark in (False, True)]
            drawn.append(("Rate against distortion", pair))
        for title, pair in drawn:
            sections.append(
                f"<section><h2>{escape(f'{title}: {scale}')}</h2>"
                f'<div id="figure-{len(figures)}"></div></section>'
            )
            figures.append(pair)
    nothing = "" if figures else "<p>Nothing has been measured yet.</p>"
    # Inside a script element no character may look like the end of it.
    told = json.dumps(figures).replace("<", "\\u003c")
    body = f"""<h1>{escape(name)}</h1>
{nothing}{"".join(sections)}
<script type="application/json" id="figures">{told}</script>
<script>{get_plotlyjs()}</script>
<script>{_SCRIPT}</script>"""
    return web_page(name, body, style=_STYLE)
