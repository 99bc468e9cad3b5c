"""Figures drawn from an experiment's document: PNG for paper, Plotly for the screen."""

from reports.figures.html import figure_html
from reports.figures.plotly_figure import panel_figure
from reports.figures.png import figure_png
from reports.figures.write import write_figure

__all__ = ["figure_html", "figure_png", "panel_figure", "write_figure"]
