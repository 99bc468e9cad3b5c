"""A sheet beside the plane to draw on with mouse, finger or pen, or to paste a picture into."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vae_core.errors import AtlasError

_HEAD = "data:image/png;base64,"
_LONGEST = 8 << 20  # characters; what the browser sends has at most 1024 × 1024 pixels

STYLE = Path(__file__).parent / "pad.css"
MARKUP = Path(__file__).parent / "pad.html"


@dataclass(frozen=True)
class Sheet:
    """What is on the sheet: a PNG, and whether it was drawn here or pasted."""

    png: bytes
    pasted: bool


@dataclass(frozen=True)
class Pad:
    """A sheet of the proportions of `size` (H, W).

    Strokes are light on black, about as thick as those of digits. `label` invites to draw, and is
    the name of the sheet for those who do not see it. `changed` is called before a rerun that the
    sheet asked for.
    """

    size: tuple[int, int]
    label: str
    changed: Callable[[], None]

    def told(self) -> dict[str, Any]:
        """What the browser is told of it."""
        height, width = self.size
        return {
            "height": height,
            "width": width,
            # As a share of the longer side: 2.2 of 28 pixels, and on small images 1.3 of 8.
            "thickness": max(0.08, 1.3 / max(self.size)),
            "label": self.label,
        }


def sheet_from(sent: object) -> Sheet | None:
    """Read what the browser sends. It comes from outside: raises AtlasError at anything else."""
    if sent is None:
        return None
    fields = dict(sent) if isinstance(sent, Mapping) else {}
    png = fields.get("png")
    if isinstance(png, str) and png.startswith(_HEAD) and len(png) <= _LONGEST:
        try:
            content = base64.b64decode(png.removeprefix(_HEAD), validate=True)
        except ValueError:  # other letters, or too few of them
            content = b""
        if content:
            return Sheet(content, pasted=fields.get("kind") == "pasted")
    raise AtlasError("The drawing did not arrive whole: draw it again.")
