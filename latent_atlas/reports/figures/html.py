"""A whole result as one interactive page, drawn in the browser by Plotly, without a network.

The page wants `plotly.min.js` beside it, one file for all pages of a folder (it is 5 MB); where it
is missing, or scripts are off, the PNG is shown in its place.
"""

import json
from html import escape
from typing import Any

from latent_atlas.reports.colours import method_colours
from latent_atlas.reports.figures.axes import Axes, legible_axes
from latent_atlas.reports.figures.images import fitting_scale, sheet_uri
from latent_atlas.reports.figures.plotly_figure import panel_figure, window_layout
from latent_atlas.reports.figures.table import TABLE_STYLE, table_html
from latent_atlas.reports.origin import file_stem, origin_html
from latent_atlas.reports.web_page import web_page
from latent_atlas.reproduce.figure import CurvesPanel, FigureData, ImagesPanel, Panel, TablePanel

PLOTLY_FILE = "plotly.min.js"

_SHEET_PIXELS = 600

_STYLE = """
.controls { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 16px 0 24px; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 8px; }
legend { float: left; padding: 0 8px 0 0; line-height: 32px; color: var(--quiet); font-size: 14px; }
fieldset label, .keys button {
  display: inline-flex; align-items: center; gap: 8px; min-height: 32px; padding: 0 8px;
  border: 1px solid var(--line); border-radius: 8px; background: none; color: var(--ink);
  font: inherit; font-size: 14px; cursor: pointer;
}
fieldset label:has(:checked) { border-color: var(--accent); }
.keys button[aria-pressed=false] { opacity: .55; text-decoration: line-through; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
/* As many columns as the figure wants, unless a panel would be too narrow to be read. */
.panels {
  --share: calc(100% / var(--columns) - 24px);
  display: grid; gap: 32px 24px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, max(300px, var(--share))), 1fr));
}
.panels > section { min-width: 0; }
.panels h2 { font-size: 16px; }
.sheet { display: block; max-width: 100%; height: auto; image-rendering: pixelated; }
/* Smaller than it is, a sheet is averaged: leaving pixels out would spoil its digits. */
@media (max-width: 700px) { .sheet { image-rendering: auto; } }
.instead img { max-width: 100%; }
body:not(.live) :is(.panels, .controls), .live .instead { display: none; }
.origin-box { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 16px; }
.origin-box ul { margin: 0; padding-left: 24px; }
.origin-box p { margin: 8px 0 0; }
"""

_SCRIPT = """
const panels = JSON.parse(document.getElementById("panels").textContent);
const plots = panels.map((_, i) => document.getElementById("panel-" + i));
const coarse = matchMedia("(pointer: coarse)").matches;

function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    "font.color": colour("--ink"), "font.size": 12,
    "font.family": getComputedStyle(document.body).fontFamily,
    "hoverlabel.bgcolor": colour("--panel"), "hoverlabel.bordercolor": colour("--line"),
    "hoverlabel.font.color": colour("--ink"),
    "modebar.bgcolor": colour("--page"), "modebar.color": colour("--quiet"),
    "modebar.activecolor": colour("--ink"),
    // A finger scrolls the page; a mouse draws the part to zoom into.
    dragmode: coarse ? false : "zoom",
  };
}
const everywhere = (act) => plots.forEach((plot, i) => plot && act(plot, panels[i]));

if (window.Plotly) {
  document.body.classList.add("live");
  const options = {
    responsive: true, displaylogo: false, displayModeBar: coarse ? false : "hover",
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
  };
  everywhere((plot, panel) => {
    Plotly.newPlot(plot, panel.data, panel.layout, options).then(() =>
      Plotly.relayout(plot, theme()));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    everywhere((plot) => Plotly.relayout(plot, theme())));
  document.querySelectorAll("input[name=axes]").forEach((input) =>
    input.addEventListener("change", () => everywhere((plot, panel) =>
      panel.windows && Plotly.relayout(plot, panel.windows[input.value]))));
  document.querySelectorAll(".keys button").forEach((button) =>
    button.addEventListener("click", () => {
      const visible = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", visible);
      everywhere((plot, panel) => {
        const hit = panel.data.flatMap((trace, i) => trace.meta === button.value ? [i] : []);
        if (hit.length) Plotly.restyle(plot, { visible }, hit);
      });
    }));
}
"""


def figure_html(figure: FigureData) -> str:
    """The page of `figure`; `PLOTLY_FILE`, NAME.png and NAME.json are expected beside it.

    Raises AtlasError for images that cannot be unpacked and for a name that is no file's.
    """
    columns = max(1, min(figure.columns, len(figure.panels)))
    sections = "\n".join(
        f'<section aria-label="{escape(panel.title)}"><h2>{escape(panel.title)}</h2>'
        f"{_picture(panel, number)}</section>"
        for number, panel in enumerate(figure.panels)
    )
    name = file_stem(figure)
    # Inside a script element no character may look like the end of it.
    panels = json.dumps([_panel(panel, figure) for panel in figure.panels]).replace("<", "\\u003c")
    body = f"""<h1>{escape(figure.title)}</h1>
<p>{escape(figure.caption)}</p>
<div class="controls">{_axes_choice(figure)}{_keys(figure)}</div>
<div class="panels" style="--columns: {columns}">
{sections}
</div>
<div class="instead"><p>This is the still figure. The interactive one needs scripts, and
<code>{PLOTLY_FILE}</code> beside this page.</p>
<img src="{name}.png" alt="{escape(figure.title)}"></div>
<div class="origin-box">{origin_html(figure.provenance)}
<p class="quiet"><a href="{name}.json">The numbers (JSON)</a> ·
<a href="{name}.png">The still figure (PNG)</a></p></div>
<script type="application/json" id="panels">{panels}</script>
<script src="{PLOTLY_FILE}"></script>
<script>{_SCRIPT}</script>"""
    return web_page(figure.title, body, style=_STYLE + TABLE_STYLE)


def _panel(panel: Panel, figure: FigureData) -> dict[str, Any] | None:
    """What the script draws, or nothing for images and tables, which need none."""
    if isinstance(panel, ImagesPanel | TablePanel):
        return None
    drawn = panel_figure(panel, seeds=figure.provenance.seeds, axes=_first_axes(figure))
    if isinstance(panel, CurvesPanel):
        # One legend above all panels takes the place of one in each.
        drawn["layout"]["showlegend"] = False
        labels = [curve.label for curve in panel.curves for _ in range(_lines(len(curve.y)))]
        for trace, label in zip(drawn["data"], labels, strict=True):
            trace["meta"] = label
        drawn["windows"] = {axes: window_layout(panel, axes) for axes in ("paper", "data")}
    return drawn


def _lines(seeds: int) -> int:
    """Lines of a curve: one a seed and their mean, or the one of a lone seed."""
    return seeds + 1 if seeds > 1 else 1


def _picture(panel: Panel, number: int) -> str:
    if isinstance(panel, TablePanel):
        return table_html(panel)
    if not isinstance(panel, ImagesPanel):
        return f'<div id="panel-{number}"></div>'
    source = sheet_uri(panel, fitting_scale(panel, _SHEET_PIXELS))
    return f'<img class="sheet" src="{source}" alt="{escape(panel.title)}">'


def _axes_choice(figure: FigureData) -> str:
    """The choice between the paper's axes and ours, where it makes a difference."""
    panels = [panel for panel in figure.panels if isinstance(panel, CurvesPanel)]
    if all(window_layout(p, "paper") == window_layout(p, "data") for p in panels):
        return ""
    first = _first_axes(figure)
    choices = "".join(
        f'<label><input type="radio" name="axes" value="{axes}"'
        f"{' checked' if axes == first else ''}>{words}</label>"
        for axes, words in (("paper", "the paper\u2019s"), ("data", "our data"))
    )
    return f"<fieldset><legend>Axes</legend>{choices}</fieldset>"


def _first_axes(figure: FigureData) -> Axes:
    """The axes that the page opens with: those on which all of its curves can be read."""
    panels = [panel for panel in figure.panels if isinstance(panel, CurvesPanel)]
    return "data" if any(legible_axes(panel) == "data" for panel in panels) else "paper"


def _keys(figure: FigureData) -> str:
    """The legend: a button a curve, which hides and shows it in every panel."""
    curves = {
        curve.label: curve
        for panel in figure.panels
        if isinstance(panel, CurvesPanel)
        for curve in panel.curves
    }
    if not curves:
        return ""
    colours = method_colours(curve.method for curve in curves.values())
    dashes = {"train": ' stroke-dasharray="6 4"', "test": ""}
    buttons = "".join(
        f'<button type="button" aria-pressed="true" value="{escape(label)}">'
        f'<svg width="28" height="4" aria-hidden="true"><line x1="0" x2="28" y1="2" y2="2" '
        f'stroke="{colours[curve.method]}" stroke-width="3"{dashes[curve.split]}/></svg>'
        f"{escape(label)}</button>"
        for label, curve in curves.items()
    )
    return f'<fieldset class="keys"><legend>Curves</legend>{buttons}</fieldset>'
