import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.reports.figures import figure_html, panel_figure, write_figure
from latent_atlas.reproduce.figure import read_figure
from tests.latent_atlas.reports.figure_documents import (
    SEEDS,
    bars_panel,
    curves_panel,
    document,
    images_panel,
    table_panel,
)
from vae_core.errors import AtlasError

HOSTILE = '</script><script>alert("x")</script>'


def drawn(page: str) -> list[Any]:
    """What the page's script is given to draw."""
    found = re.search(r'<script type="application/json" id="panels">(.*?)</script>', page, re.S)
    assert found is not None
    panels: list[Any] = json.loads(found[1])
    return panels


def test_the_page_draws_the_traces_of_the_panels() -> None:
    first, second = curves_panel(), bars_panel()
    figure = document(first, second, images_panel())
    curves, bars, images = drawn(figure_html(figure))
    wanted = panel_figure(first, seeds=SEEDS)["data"]
    assert [trace["y"] for trace in curves["data"]] == [trace["y"] for trace in wanted]
    assert bars["data"] == panel_figure(second, seeds=SEEDS)["data"]
    assert images is None  # an <img>: its pixels need no script
    assert "data:image/png;base64," in figure_html(figure)


def test_a_table_is_written_into_the_page_and_its_text_is_text() -> None:
    page = figure_html(document(table_panel()))
    assert drawn(page) == [None]
    assert '<th scope="row">VAE, means</th><td>43.9 ± 2.7</td><td>82.3 ± 1.1</td>' in page
    assert "<b>GAN</b>" not in page


def test_a_button_of_the_legend_reaches_all_lines_of_its_curve() -> None:
    page = figure_html(document(curves_panel()))
    buttons = re.findall(r'<button [^>]*value="([^"]*)"', page)
    assert buttons == ["AEVB (train)", "AEVB (test)", "Wake-sleep (train)", "Wake-sleep (test)"]
    reached = [trace["meta"] for trace in drawn(page)[0]["data"]]
    assert reached == [name for name in buttons for _ in range(len(SEEDS) + 1)]


def test_the_axes_can_be_chosen_where_they_differ() -> None:
    page = figure_html(document(curves_panel(first=-125.0)))
    windows = drawn(page)[0]["windows"]
    assert windows["paper"]["yaxis.range"] == [-150, -100]
    assert windows["data"]["xaxis.range"][1] < 6.1
    assert page.count('name="axes"') == 2
    assert 'value="paper" checked' in page
    sliver = curves_panel().model_copy(update={"x_scale": "linear", "x_range": (0.0, 6e7)})
    assert 'value="data" checked' in figure_html(document(sliver))
    free = curves_panel().model_copy(update={"x_range": None, "y_range": None})
    assert 'name="axes"' not in figure_html(document(free))


def test_markup_in_a_document_is_text() -> None:
    figure = document(curves_panel().model_copy(update={"title": HOSTILE, "y_label": HOSTILE}))
    figure = figure.model_copy(update={"title": HOSTILE, "caption": HOSTILE})
    page = figure_html(figure)
    assert "<script>alert" not in page
    assert HOSTILE in unescape(page)
    assert page.count("</script>") == 3


def test_a_result_is_four_files_and_its_numbers_read_back(tmp_path: Path) -> None:
    figure = document(bars_panel(), name="gradient-variance")
    write_figure(figure, tmp_path / "new")
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {
        "gradient-variance.json",
        "gradient-variance.png",
        "gradient-variance.html",
        "plotly.min.js",
    }
    assert read_figure(tmp_path / "new" / "gradient-variance.json") == figure
    assert (tmp_path / "new" / "plotly.min.js").read_bytes()[:200].count(b"plotly.js") == 1


def test_a_figure_is_written_only_to_the_folder_that_was_named(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="no name for a figure"):
        write_figure(document(bars_panel(), name="../escaped"), tmp_path / "in")
    with pytest.raises(AtlasError, match="no name for a figure"):
        figure_html(document(bars_panel(), name="javascript:alert(1)//"))
    (tmp_path / "file").write_text("")
    with pytest.raises(AtlasError, match="could not be written"):
        write_figure(document(bars_panel()), tmp_path / "file")
