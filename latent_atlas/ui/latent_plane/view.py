"""What a link to the plane restores: the pinned spot, what is drawn, and the scale of the axes."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from latent_atlas.ui.latent_plane.paths import Way
from latent_atlas.ui.latent_plane.projections import DEFAULT, MOST_DIMENSIONS, asked_projection
from vae_core.data.own.label_columns import LONGEST_COLUMN
from vae_core.errors import AtlasError
from vae_core.sentences import plain

Layers = Literal["points", "tiles", "both"]
AxisScale = Literal["z", "cdf"]
Background = Literal["none", "holes", "magnification", "classes", "judged", "confidence"]


@dataclass(frozen=True)
class PlaneView:
    """`z` holds the one or two shown coordinates of the pin; None leaves it to the plane.

    `zoom` is the magnification, 1 for all of the plane; `at` the middle of a magnified view.
    `colour` is the column of labels whose classes have the colours, None for the first, and `hide`
    names those of its classes that are not shown; `a` and `b` are the outlines of two selections.
    With `uncertainty` the picture shows the deviations of p(x|z) instead of its means.
    `along` is how much of mean of `a` − mean of `b` is added to the pin.
    `epoch` is the one whose decoder draws the pictures; None is the model as it is now. Of a model
    of more than two dimensions `dims` names the plane, as in an address (`axes-3-7`, `pca`,
    `tsne`), and all that it does not show stays as in `base`, a z; None is what it shows at first.
    `path` has the coordinates of the stops of a walk, one after the other, and `way` leads through.
    `picked` names images that were selected elsewhere (`reconstruct/on_plane.py`): they stand out.
    """

    z: tuple[float, ...] | None = None
    layers: Layers = "points"
    axis: AxisScale = "z"
    zoom: float = 1.0
    at: tuple[float, ...] | None = None
    background: Background = "none"
    guides: bool = False
    uncertainty: bool = False
    colour: str | None = None
    hide: tuple[int, ...] = ()
    a: tuple[float, ...] | None = None
    b: tuple[float, ...] | None = None
    along: float = 0.0
    epoch: float | None = None
    dims: str | None = None
    base: tuple[float, ...] | None = None
    path: tuple[float, ...] | None = None
    way: Way = "line"
    picked: str | None = None

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
        if self.uncertainty:
            query["uncertainty"] = "on"
        if self.colour is not None:
            query["colour"] = self.colour
        if self.hide:
            query["hide"] = in_ranges(self.hide)
        for name, outline in (("a", self.a), ("b", self.b)):
            if outline is not None:
                query[name] = _written(outline)
        if self.along:
            query["along"] = f"{self.along:z.4g}"
        if self.epoch is not None:
            query["epoch"] = f"{self.epoch:z.6f}".rstrip("0").rstrip(".")
        if self.dims is not None:
            query["dims"] = self.dims
        if self.base is not None:
            query["base"] = ",".join(f"{round(value, 4):z.7g}" for value in self.base)
        if self.path is not None:
            query["path"] = _written(self.path)
            if self.way != "line":
                query["way"] = self.way
        if self.picked is not None:
            query["picked"] = self.picked
        return query

    @property
    def judged(self) -> bool:
        """Whether a judge looks at it."""
        return self.background in ("judged", "confidence")

    def fitting(self, latent_dim: int) -> "PlaneView":
        """The view as a model of `latent_dim` dimensions can show it."""
        dims, base = self.dims, self.base
        try:
            asked_projection(dims or DEFAULT, latent_dim)
        except AtlasError:
            dims = None
        if base is not None and (len(base) != latent_dim or latent_dim <= 2):
            base = None
        if dims != "tsne":
            return replace(self, dims=dims, base=base)
        # Between its points there is nothing to lay on a scale, to decode or to map.
        return replace(self, dims=dims, base=None, layers="points", axis="z", background="none")


QUERY_KEYS = (
    "z",
    "layers",
    "axis",
    "zoom",
    "at",
    "background",
    "guides",
    "uncertainty",
    "colour",
    "hide",
    "a",
    "b",
    "along",
    "epoch",
    "dims",
    "base",
    "path",
    "way",
    "picked",
)
# The pointer is one, and what is selected in one plane stands out in the other.
TWIN_KEYS = {name: f"twin-{name}" for name in QUERY_KEYS if name not in ("z", "picked")}
_BACKGROUNDS = get_args(Background)
_WAYS = get_args(Way)
_EPOCH = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"  # 12, or 0.0427: parts of epochs are kept as well
MOST_ZOOM = 64.0
MOST_ALONG = 2.0
LONGEST_PICKED = 600
_MOST_CLASSES = 10_000
_MOST_OF_PATH = 32  # sixteen stops on a plane
_MOST_NUMBERS = 256  # of an outline: some 128 corners


def view_from(values: Mapping[str, Any]) -> PlaneView:
    """Read a view out of query parameters or of what the component sends.

    Both come from outside, so whatever is not understood is as if it were not there.
    """
    layers, axis = values.get("layers"), values.get("axis")
    background = values.get("background")
    way = values.get("way")
    return PlaneView(
        z=_coordinates(values.get("z")),
        layers=cast(Layers, layers) if layers in ("points", "tiles", "both") else "points",
        axis=cast(AxisScale, axis) if axis in ("z", "cdf") else "z",
        zoom=_magnification(values.get("zoom")),
        at=_coordinates(values.get("at")),
        background=cast(Background, background) if background in _BACKGROUNDS else "none",
        guides=_on(values.get("guides")),
        uncertainty=_on(values.get("uncertainty")),
        colour=_column(values.get("colour")),
        hide=_classes(values.get("hide")),
        a=_outline(values.get("a")),
        b=_outline(values.get("b")),
        along=_part(values.get("along")),
        epoch=_epoch(values.get("epoch")),
        dims=_dims(values.get("dims")),
        base=_numbers(values.get("base"), 3, MOST_DIMENSIONS),
        path=_numbers(values.get("path"), 1, _MOST_OF_PATH),
        way=cast(Way, way) if way in _WAYS else "line",
        picked=_text(values.get("picked")),
    )


def _written(coordinates: tuple[float, ...]) -> str:
    # Close up, a pixel is some 0.0002 wide.
    return ",".join(f"{round(value, 4):z.6g}" for value in coordinates)


def in_ranges(numbers: tuple[int, ...]) -> str:
    """Whole numbers that rise, three or more in a row by their ends: 1,2,5-9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs
    )


def _on(value: object) -> bool:
    return value is True or value == "on"


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
    """The numbers of classes: of a list, or as `in_ranges` writes them."""
    parts = value.split(",", _MOST_CLASSES) if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > _MOST_CLASSES:
        return ()
    found: set[int] = set()
    named = 0
    for part in parts:
        match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", str(part), re.ASCII)
        if match:
            first, last = int(match[1]), int(match[2] or match[1])
            found.update(range(first, last + 1))
            named += max(0, last - first)
        if named > 2 * _MOST_CLASSES:
            return ()
    return tuple(sorted(found))


def _epoch(value: object) -> float | None:
    text = f"{value:z.6f}" if isinstance(value, float) else str(value)
    return float(text) if re.fullmatch(_EPOCH, text, re.ASCII) else None


def _column(value: object) -> str | None:
    """The name of a column of labels, as an import writes it."""
    if not isinstance(value, str) or not value.strip():
        return None
    return value if value == plain(value, LONGEST_COLUMN) else None


def _text(value: object) -> str | None:
    """What it says is for those who know: they refuse it in a sentence."""
    return plain(value, LONGEST_PICKED).strip() or None if isinstance(value, str) else None


def _dims(value: object) -> str | None:
    if not isinstance(value, str) or value == DEFAULT:
        return None
    try:
        asked_projection(value, MOST_DIMENSIONS)
    except AtlasError:
        return None
    return value


def _numbers(value: object, least: int, most: int) -> tuple[float, ...] | None:
    parts = value.split(",", most) if isinstance(value, str) else value
    if not isinstance(parts, list) or not least <= len(parts) <= most:
        return None
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        return None
    return numbers if all(math.isfinite(n) and abs(n) <= 100 for n in numbers) else None
