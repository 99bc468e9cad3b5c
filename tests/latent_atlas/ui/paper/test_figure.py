"""Figures of the Paper page."""

import importlib


def test_pandas_is_imported_before_plotly_looks_for_it() -> None:
    """Who imports it waits until another thread's import is whole; Plotly does not."""
    module = importlib.import_module("latent_atlas.ui.paper.figure")
    assert "pandas" in vars(module)
