"""Two maps of the same images, one laid on the other: the data of the figure, and Plotly's drawing.

The data are plain JSON; the app and reports draw from that alone. As the other figures, this one
sets no font, text colour or background: those are the page's.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from latent_atlas.reports.rate_axes import AXIS

_LEGEND = 12  # classes that a legend names; of more what stands beside an arrow alone does
Number = Annotated[float, Field(allow_inf_nan=False)]
Spot = tuple[Number, Number]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Arrow(_Frozen):
    """An image that has other neighbours now: from where A puts it to where B, laid on A, does.

    Attributes:
        image: its index in the split.
        kind: its class; empty without classes.
        told: what stands beside it, lines apart by ``<br>``.
    """

    image: int
    kind: str
    told: str
    start: Spot
    end: Spot


class MapAgreement(_Frozen):
    """What is drawn of two maps.

    Attributes:
        axes: what the two axes are.
        stays: places of A, of all images or of some evenly chosen.
        arrows: the images that changed most.
        colours: of each kind, as ``#RRGGBB``.
    """

    axes: tuple[str, str]
    stays: tuple[Spot, ...]
    arrows: tuple[Arrow, ...]
    colours: dict[str, str]


def agreement_plot(data: MapAgreement, *, chosen: int | None = None) -> dict[str, Any]:
    """As Plotly JSON; both axes have one scale. ``customdata`` of the arrows holds their images.

    The arrow of the ``chosen`` image is thick.
    """
    kinds = list(dict.fromkeys(arrow.kind for arrow in data.arrows))
    kinds.sort(key=list(data.colours).index)
    traces: list[dict[str, Any]] = [_stays(data)]
    for kind in kinds:
        of_kind = [each for each in data.arrows if each.kind == kind and each.image != chosen]
        traces.append(_arrows(kind, of_kind, data.colours[kind], 1.5))
    marked = [each for each in data.arrows if each.image == chosen]
    traces += [_arrows("", [each], data.colours[each.kind], 4) for each in marked]
    axis = {
        "zeroline": False,
        "gridcolor": "rgba(138, 144, 153, 0.25)",
        "fixedrange": True,
        "constrain": "domain",  # for one scale the drawing becomes narrower, and nothing is added
    }
    return {
        "data": [trace for trace in traces if trace["x"]],
        "layout": {
            "xaxis": axis | {"title": {"text": data.axes[0]}},
            "yaxis": axis | {"title": {"text": data.axes[1]}, "scaleanchor": "x", "scaleratio": 1},
            "hovermode": "closest",
            "showlegend": bool(kinds and kinds[0]) and len(kinds) <= _LEGEND,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "shapes": [],
            "annotations": [],
            "margin": {"l": 56, "r": 16, "t": 40, "b": 48},
        },
    }


def _stays(data: MapAgreement) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in data.stays],
        "y": [y for _, y in data.stays],
        "marker": {"size": 3, "color": AXIS, "opacity": 0.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _arrows(kind: str, arrows: list[Arrow], colour: str, width: float) -> dict[str, Any]:
    """One trace of many arrows: each a line from a place without a mark to the head of an arrow."""
    x: list[float | None] = []
    y: list[float | None] = []
    told: list[str] = []
    images: list[int | None] = []
    for arrow in arrows:
        x += [arrow.start[0], arrow.end[0], None]
        y += [arrow.start[1], arrow.end[1], None]
        told += [arrow.told, arrow.told, ""]
        images += [arrow.image, arrow.image, None]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": kind,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "marker": {
            "color": colour,
            "symbol": "arrow",
            "angleref": "previous",
            "size": [2, 9 if width < 2 else 16, 2] * len(arrows),
            "opacity": 1,
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "hovertext": told,
        "customdata": images,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": bool(kind),
    }
