"""A chart as SVG that lives in a page: its letters and lines take the page's colours."""

import io
import re
from html import escape

from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.standalone.axes import GRID, INK, Draw

# What matplotlib writes around the drawing, and names that only a file of its own needs.
_AROUND = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>", re.DOTALL)
_SPACES = re.compile(r' xmlns(?::\w+)?="[^"]*"')
_FONT = re.compile(r'font-family: [^;"]*')
_LINES = re.compile(r"\n\s*")
_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"')


def svg(draw: Draw, width: int, height: int, title: str) -> str:
    """Draw into axes of so many CSS pixels; `title` is what somebody hears who cannot see it.

    Without any address of another place, be it only the name of a format.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    content = io.StringIO()
    # Letters stay letters, and the names of parts are the same each time.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure = Figure(figsize=(points(width) / 72, points(height) / 72), layout="constrained")
        figure.patch.set_alpha(0)
        draw(figure.add_subplot())
        FigureCanvasSVG(figure).print_svg(content, metadata={"Date": None})
    found = _SPACES.sub("", _AROUND.sub("", content.getvalue()))
    found = _SIZE.sub(
        f'<svg role="img" aria-label="{escape(title)}" style="max-width: {width}px"', found, count=1
    )
    for ours, theirs in ((INK, "var(--quiet)"), (GRID, "var(--grid)")):
        found = found.replace(ours.lower(), theirs)
    return _LINES.sub(" ", _FONT.sub("font-family: inherit", found))
