from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from latent_atlas.reports.colours import METHOD_COLOURS, PAGE_DARK, PAGE_LIGHT, method_colours
from latent_atlas.reports.figures.images import panel_images, tiled
from latent_atlas.reports.figures.png import _draw_bars, _draw_curves, figure_png
from latent_atlas.reproduce.figure import Reference, TableRow
from tests.latent_atlas.reports.figure_documents import (
    bars_panel,
    curves_panel,
    document,
    images_panel,
    table_panel,
)
from tests.latent_atlas.ui.test_palette import luminance
from vae_core.errors import AtlasError


def test_curves_are_drawn_at_the_document_s_numbers_on_the_paper_s_axes() -> None:
    panel = curves_panel(first=-125.0)
    axes = Figure().add_subplot()
    _draw_curves(axes, panel)
    assert axes.get_xlim() == (1e5, 1e8)
    assert axes.get_ylim() == (-150, -100)
    lines = axes.get_lines()
    assert len(lines) == 4 * (3 + 1)
    for number, curve in enumerate(panel.curves):
        *seeds, mean = lines[4 * number : 4 * number + 4]
        assert [tuple(np.asarray(line.get_ydata())) for line in seeds] == list(curve.y)
        assert np.allclose(mean.get_ydata(), np.mean(curve.y, axis=0))
        assert np.array_equal(mean.get_xdata(), curve.x)
        assert mean.get_color() == METHOD_COLOURS[curve.method]
        assert mean.is_dashed() == (curve.split == "train")
    assert "ours end at 1,000,000" in [text.get_text() for text in axes.texts]


def test_curves_that_would_be_a_sliver_of_the_paper_s_axis_get_their_own() -> None:
    panel = curves_panel().model_copy(update={"x_scale": "linear", "x_range": (0.0, 6e7)})
    axes = Figure().add_subplot()
    _draw_curves(axes, panel)
    assert axes.get_xlim()[1] < 1.1e6
    assert "the paper\u2019s axis goes on to 60M" in [text.get_text() for text in axes.texts]


def test_bars_are_drawn_at_the_document_s_numbers() -> None:
    panel = bars_panel()
    axes = Figure().add_subplot()
    _draw_bars(axes, panel)
    dots = [line for line in axes.get_lines() if line.get_marker() == "o"]
    assert [tuple(np.asarray(line.get_xdata())) for line in dots] == [b.values for b in panel.bars]
    assert axes.get_xscale() == "log"


def test_a_file_holds_every_panel_at_twice_its_css_pixels(tmp_path: Path) -> None:
    panel = images_panel(rows=2, columns=3, channels=3)
    figure_png(document(curves_panel(), bars_panel(), panel, columns=2), tmp_path / "f.png")
    drawn = np.asarray(Image.open(tmp_path / "f.png").convert("RGB"))
    assert drawn.shape[1] == 2 * (24 + 480 + 24 + 480 + 24)
    # 2 x 3 images of 6 x 4 pixels: the longer side, 15 with its lines, comes nearest to 1120 at 75.
    sheet = tiled(panel, 75)
    top = int(np.flatnonzero((drawn[:, 48] == sheet[0, 0]).all(axis=-1))[0])
    assert np.array_equal(drawn[top : top + len(sheet), 48 : 48 + sheet.shape[1]], sheet)


def test_a_table_is_as_wide_as_its_texts_and_published_values_are_drawn(tmp_path: Path) -> None:
    wide = table_panel().model_copy(
        update={
            "columns": tuple(f"column {n}" for n in range(20)),
            "rows": (TableRow(label="a", cells=("0.00 [0.00, 0.01]",) * 20),),
        }
    )
    bars = bars_panel().model_copy(update={"references": (Reference(label="theirs", value=1.0),)})
    figure_png(document(wide, bars, columns=1), tmp_path / "f.png")
    with Image.open(tmp_path / "f.png") as drawn:
        assert drawn.width > 2 * 20 * 100


def test_text_of_a_document_is_no_mathematics(tmp_path: Path) -> None:
    figure = document().model_copy(update={"title": r"$5 or $\frac{", "columns": 1})
    figure_png(figure, tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 1000


def test_stored_pixels_that_do_not_fit_their_shape_are_refused() -> None:
    panel = images_panel()
    assert panel_images(panel).shape == (3, 5, 1, 6, 4)
    for change in ({"rows": 4}, {"rows": 2}, {"pixels": "AAAA"}, {"pixels": "!"}, {"channels": 2}):
        with pytest.raises(AtlasError, match="Samples from the prior"):
            panel_images(panel.model_copy(update=change))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="could not be written"):
        figure_png(document(bars_panel()), tmp_path / "none" / "f.png")


def test_every_method_is_seen_on_the_light_page_and_on_the_dark_one() -> None:
    for page in map(luminance, (PAGE_LIGHT, PAGE_DARK)):
        for colour in METHOD_COLOURS.values():
            low, high = sorted((luminance(colour), page))
            assert (high + 0.05) / (low + 0.05) >= 3, colour
    assert len(set(method_colours(["AEVB", "x", "y", "z"]).values())) == 4
    assert method_colours(["x", "AEVB"])["AEVB"] == METHOD_COLOURS["aevb"]
