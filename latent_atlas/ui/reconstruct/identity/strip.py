"""Frames between two z and what the judge makes of all that lies between, as a component."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from latent_atlas.ui.components import component
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.palette import CLASS_COLOURS
from vae_core.latent import ClassPath
from vae_core.numerals import decimal
from vae_core.sentences import plain

_HERE = Path(__file__).parent
_RIBBON = _HERE.parents[1] / "latent_plane" / "css" / "ribbon.css"

_strip = component(
    "latent_atlas_identity_strip",
    "reconstruct/identity/strip",
    "createStrip",
    html='<div class="identity-strip"></div>\n',
    css="\n".join(file.read_text(encoding="utf-8") for file in (_HERE / "strip.css", _RIBBON)),
)


def strip(path: ClassPath, frames: Tensor, class_names: Sequence[str], *, key: str) -> None:
    """Mount it. `frames` are images along the path, in equal steps and with both of its ends."""
    _strip(_told(path, frames, class_names), key=key)


def _told(path: ClassPath, frames: Tensor, class_names: Sequence[str]) -> dict[str, Any]:
    names = [plain(name, 24) for name in class_names]
    step = (len(path.z) - 1) // (len(frames) - 1)
    return {
        "frames": [
            {
                "picture": image_uri(frame),
                "name": names[int(path.classes[k * step])],
                "told": f"{decimal(100 * float(path.confidence[k * step]), 0)} %",
            }
            for k, frame in enumerate(frames)
        ],
        "verdicts": {
            "classes": path.classes.tolist(),
            "confidence": [round(each, 4) for each in path.confidence.tolist()],
            "crossings": [
                {"at": round(each.at, 4), "before": each.before, "after": each.after}
                for each in path.crossings
            ],
        },
        "names": names,
        "colours": [CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in range(len(names))],
    }
