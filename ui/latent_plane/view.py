"""What a link to the plane restores: the pinned spot, what is drawn, and the scale of the axes."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

Layers = Literal["points", "tiles", "both"]
AxisScale = Literal["z", "cdf"]
Background = Literal["none", "holes", "magnification", "classes"]


@dataclass(frozen=True)
class PlaneView:
    """`z` holds the one or two shown coordinates of the pin; None leaves it to the plane.

    `zoom` is the magnification, 1 for all of the plane; `at` the middle of a magnified view.
    `hide` names the classes that are not shown; `a` and `b` are the outlines of two selections.
    `along` is how much of mean of `a` − mean of `b` is added to the pin.
    `epoch` is the one whose decoder draws the pictures; None is the model as it is now.
    """

    z: tuple[float, ...] | None = None
    layers: Layers = "points"
    axis: AxisScale = "z"
    zoom: float = 1.0
    at: tuple[float, ...] | None = None
    background: Background = "none"
    guides: bool = False
    hide: tuple[int, ...] = ()
    a: tuple[float, ...] | None = None
    b: tuple[float, ...] | None = None
    along: float = 0.0
    epoch: int | None = None

    def to_query(self) -> dict[str, str]:
        """As query parameters; what a newcomer sees anyway is left out."""
        query = {}
        if self.z is not None:
            query["z"] = _written(self.z)
        if self.layers != "points":
            query["layers"] = self.layers
        if self.axis != "z":
            query["axis"] = self.axis
        if self.zoom > 1:
            query["zoom"] = f"{self.zoom:.4g}"
            if self.at is not None:
                query["at"] = _written(self.at)
        if self.background != "none":
            query["background"] = self.background
        if self.guides:
            query["guides"] = "on"
        if self.hide:
            query["hide"] = ",".join(map(str, self.hide))
        for name, outline in (("a", self.a), ("b", self.b)):
            if outline is not None:
                query[name] = _written(outline)
        if self.along:
            query["along"] = f"{self.along:.4g}"
        if self.epoch is not None:
            query["epoch"] = str(self.epoch)
        return query


QUERY_KEYS = (
    "z",
    "layers",
    "axis",
    "zoom",
    "at",
    "background",
    "guides",
    "hide",
    "a",
    "b",
    "along",
    "epoch",
)
_BACKGROUNDS = get_args(Background)
MOST_ZOOM = 64.0
MOST_ALONG = 2.0
_MOST_CLASSES = 10  # more have no legend to bring them back with
_MOST_NUMBERS = 256  # of an outline: some 128 corners


def view_from(values: Mapping[str, Any]) -> PlaneView:
    """Read a view out of query parameters or of what the component sends.

    Both come from outside, so whatever is not understood is as if it were not there.
    """
    layers, axis = values.get("layers"), values.get("axis")
    background, guides = values.get("background"), values.get("guides")
    return PlaneView(
        z=_coordinates(values.get("z")),
        layers=cast(Layers, layers) if layers in ("points", "tiles", "both") else "points",
        axis=cast(AxisScale, axis) if axis in ("z", "cdf") else "z",
        zoom=_magnification(values.get("zoom")),
        at=_coordinates(values.get("at")),
        background=cast(Background, background) if background in _BACKGROUNDS else "none",
        guides=guides is True or guides == "on",
        hide=_classes(values.get("hide")),
        a=_outline(values.get("a")),
        b=_outline(values.get("b")),
        along=_part(values.get("along")),
        epoch=_epoch(values.get("epoch")),
    )


def _written(coordinates: tuple[float, ...]) -> str:
    # Close up, a pixel is some 0.0002 wide.
    return ",".join(f"{round(value, 4):.6g}" for value in coordinates)


def _magnification(value: object) -> float:
    zoom = _number(value, 1.0)
    return min(zoom, MOST_ZOOM) if zoom > 1 else 1.0


def _part(value: object) -> float:
    return min(MOST_ALONG, max(-MOST_ALONG, _number(value, 0.0)))


def _number(value: object, otherwise: float) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else otherwise
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise


def _coordinates(value: object) -> tuple[float, ...] | None:
    return _numbers(value, 1, 2)


def _outline(value: object) -> tuple[float, ...] | None:
    """The corners x, y, x, y, … of what was drawn around; of a line, its two ends."""
    found = _numbers(value, 2, _MOST_NUMBERS)
    return found if found and len(found) % 2 == 0 else None


def _classes(value: object) -> tuple[int, ...]:
    found = _numbers(value, 1, _MOST_CLASSES) or ()
    return tuple(sorted({int(n) for n in found if n in range(_MOST_CLASSES)}))


def _epoch(value: object) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) else None


def _numbers(value: object, least: int, most: int) -> tuple[float, ...] | None:
    parts = value.split(",", most) if isinstance(value, str) else value
    if not isinstance(parts, list) or not least <= len(parts) <= most:
        return None
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        return None
    return numbers if all(math.isfinite(n) and abs(n) <= 100 for n in numbers) else None
