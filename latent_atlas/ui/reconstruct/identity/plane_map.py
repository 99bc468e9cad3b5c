"""The map of classes with its two pins, and the strip of frames between them, as a component."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_atlas.ui.components import component
from latent_atlas.ui.images import data_uri, image_uri
from latent_atlas.ui.palette import CLASS_COLOURS, PLANE_SURFACE
from latent_atlas.ui.reconstruct.identity.regions import FRAMES, STEPS
from vae_core.latent import ClassPath, ClassRegions
from vae_core.numerals import decimal
from vae_core.sentences import plain

Pins = tuple[tuple[float, ...], ...]

_FAINTEST = 0.15  # of the opacity, at no more confidence than chance

_map = component(
    "latent_atlas_identity_plane",
    "reconstruct/identity/plane_map",
    "createPlaneMap",
    html='<div class="identity-plane"></div>\n',
    css=Path(__file__).with_name("plane_map.css").read_text(encoding="utf-8"),
)


def plane_map(
    regions: ClassRegions | None,
    path: ClassPath,
    frames: Tensor,
    class_names: Sequence[str],
    *,
    key: str,
    on_pins: Callable[[], None],
) -> None:
    """Mount it. `frames` are the images along the path; without `regions` there is no map.

    When a pin was set, `on_pins` is called, and the session state holds the four numbers of both.
    """
    _map(_told(regions, path, frames, class_names), key=key, on_pins_change=on_pins)


def _told(
    regions: ClassRegions | None, path: ClassPath, frames: Tensor, class_names: Sequence[str]
) -> dict[str, Any]:
    names = [plain(name, 24) for name in class_names]
    some = range(0, STEPS + 1, STEPS // (FRAMES - 1))
    crossings = [
        {
            "at": round(each.at, 4),
            "told": f"{names[each.before]} → {names[each.after]} after "
            f"{decimal(100 * each.at, 0)} % of the way",
        }
        for each in path.crossings
    ]
    told: dict[str, Any] = {
        "frames": [
            {
                "picture": image_uri(frame),
                "name": names[int(path.classes[k])],
                "colour": _colour(int(path.classes[k])),
                "sure": round(float(path.confidence[k]), 3),
                "told": f"{decimal(100 * float(path.confidence[k]), 0)} %",
                "at": round(k / STEPS, 4),
            }
            for k, frame in zip(some, frames, strict=True)
        ],
        "crossings": crossings,
        "map": None,
    }
    if regions is not None:
        present = torch.unique(regions.classes).tolist()
        told["map"] = {
            "picture": data_uri(regions_rgb(regions, len(names))),
            "extent": regions.extent,
            "pins": [[round(float(each), 3) for each in path.z[k]] for k in (0, -1)],
            "way": [[round(float(each), 3) for each in z] for z in path.z],
            "legend": [{"name": names[k], "colour": _colour(k)} for k in present],
        }
    return told


def regions_rgb(regions: ClassRegions, classes: int) -> np.ndarray:
    """The classes' colours on the plane's surface, as opaque as they are sure. uint8 [n, n, 3]."""
    palette = np.array([_rgb(_colour(k)) for k in range(classes)])
    chance = 1 / classes
    sure = ((regions.confidence.numpy() - chance) / (1 - chance)).clip(0, 1)
    opacity = (_FAINTEST + (1 - _FAINTEST) * sure)[..., None]
    mixed = opacity * palette[regions.classes.numpy()] + (1 - opacity) * np.array(
        _rgb(PLANE_SURFACE)
    )
    return mixed.round().astype(np.uint8)


def _colour(k: int) -> str:
    return CLASS_COLOURS[k % len(CLASS_COLOURS)]


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
