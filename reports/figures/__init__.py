"""Figures drawn from an experiment's document: PNG for paper, Plotly for the screen."""

from reports.figures.plotly_figure import panel_figure

__all__ = ["panel_figure"]
