"""Figures drawn from an experiment's document: PNG for paper, Plotly for the screen."""

from latent_atlas.reports.figures.html import figure_html
from latent_atlas.reports.figures.plotly_figure import panel_figure
from latent_atlas.reports.figures.png import figure_png
from latent_atlas.reports.figures.write import write_figure

__all__ = ["figure_html", "figure_png", "panel_figure", "write_figure"]
