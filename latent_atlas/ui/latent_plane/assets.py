"""What the plane is made of: its markup, its style sheets, and where its JavaScript modules are."""

from pathlib import Path

from latent_atlas.ui import draw
from latent_atlas.ui.components.modules import module_address

MODULES = "latent_plane/js"  # the folder of its modules, below `latent_atlas/ui`
_HERE = Path(__file__).parent


def markup() -> str:
    """The plane's elements, as HTML."""
    pad = draw.MARKUP.read_text(encoding="utf-8").replace("<div", "<div hidden", 1)
    return (_HERE / "plane.html").read_text(encoding="utf-8").replace("<!-- pad.html -->", pad)


def stylesheet() -> str:
    """All its style sheets together; `plane.css` comes first."""
    others = sorted(path for path in (_HERE / "css").glob("*.css") if path.name != "plane.css")
    sheets = [_HERE / "css" / "plane.css", *others, draw.STYLE]
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def modules_address() -> str:
    """The address that its modules are below, such as `/decode/tiles_worker.js`."""
    return module_address(MODULES)
