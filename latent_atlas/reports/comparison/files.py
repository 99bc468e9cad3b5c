"""The files that a comparison can be taken away as, by their usual names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.page import comparison_html
from latent_atlas.reports.comparison.paper import comparison_pdf
from latent_atlas.reports.comparison.pictures import wall
from latent_atlas.reports.comparison.table import comparison_csv
from latent_atlas.reports.sheets import png_bytes


@dataclass(frozen=True)
class ComparisonFile:
    """What it is in a few words, its kind, and what makes it, piece by piece."""

    label: str
    mime: str
    content: Callable[[Measured], Iterable[bytes]]


FILES = {
    "comparison.html": ComparisonFile(
        "Report, HTML", "text/html", lambda found: [comparison_html(found).encode()]
    ),
    "comparison.pdf": ComparisonFile(
        "Report, PDF", "application/pdf", lambda found: [comparison_pdf(found)]
    ),
    "comparison.csv": ComparisonFile(
        "Numbers of each image, CSV",
        "text/csv",
        lambda found: (piece.encode() for piece in comparison_csv(found)),
    ),
    "comparison.png": ComparisonFile(
        "Wall, PNG",
        "image/png",
        lambda found: [png_bytes(wall(found.subjects, found.record.headline))],
    ),
}
