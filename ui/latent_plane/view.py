"""What a link to the plane restores: the pinned spot, the layers and the scale of the axes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

Layers = Literal["points", "tiles", "both"]
AxisScale = Literal["z", "cdf"]


@dataclass(frozen=True)
class PlaneView:
    """`z` holds the one or two shown coordinates of the pin; None leaves it to the plane."""

    z: tuple[float, ...] | None = None
    layers: Layers = "points"
    axis: AxisScale = "z"

    def to_query(self) -> dict[str, str]:
        """As query parameters; what a newcomer sees anyway is left out."""
        query = {}
        if self.z is not None:
            query["z"] = ",".join(f"{value:.4g}" for value in self.z)
        if self.layers != "points":
            query["layers"] = self.layers
        if self.axis != "z":
            query["axis"] = self.axis
        return query


QUERY_KEYS = ("z", "layers", "axis")


def view_from(values: Mapping[str, Any]) -> PlaneView:
    """Read a view out of query parameters or of what the component sends.

    Both come from outside, so whatever is not understood is as if it were not there.
    """
    layers, axis = values.get("layers"), values.get("axis")
    return PlaneView(
        z=_coordinates(values.get("z")),
        layers=cast(Layers, layers) if layers in ("points", "tiles", "both") else "points",
        axis=cast(AxisScale, axis) if axis in ("z", "cdf") else "z",
    )


def _coordinates(value: object) -> tuple[float, ...] | None:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not 1 <= len(parts) <= 2:
        return None
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        return None
    return numbers if all(math.isfinite(n) and abs(n) <= 100 for n in numbers) else None
