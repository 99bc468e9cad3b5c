"""The charts of the gap: what the bound loses on its way to log p(x), and L_k against k."""

import math
from collections.abc import Sequence

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.chapters.gap import ALONG_K, PARTS, gap_text
from latent_atlas.reports.diagnosis.sections.gap import GapFinding, OfSplit
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import Curve, Reach, curves_option
from latent_atlas.ui.shared_moments import Option
from vae_core.evaluation.gaps import Gap
from vae_core.numerals import decimal

BAR = 64  # pixels that a split's bar takes
_AROUND = 104  # those that legend and axis take


def gaps_option(found: GapFinding, *, ink: str) -> Option:
    """The option of a bar for each split that ends at log p(x): how far below it the bound is.

    A whisker is the ± over images of where a part ends, the upper one of the approximation gap, the
    lower one of both together.
    """
    names = [each.name for each in found.splits]
    levels = [decimal(each.gaps.evidence.joined.mean, 1) for each in found.splits]
    series = [
        {
            "type": "bar",
            "name": label,
            "stack": "gap",
            "barWidth": 32,
            "data": [
                [-gap.mean, place, f"{gap_text(gap)} nats"]
                for place, gap in enumerate(each.gaps.by_name[name] for each in found.splits)
            ],
            "dimensions": ["nats", "split", {"name": "told", "type": "ordinal"}],
            "encode": {"x": 0, "y": 1, "tooltip": [2]},
            "itemStyle": {"color": colour},
        }
        for name, (label, colour) in PARTS.items()
    ]
    reach = 0.0
    for name in ("approximation", "inference"):
        ends = [_ends(each.gaps.by_name[name]) for each in found.splits]
        reach = max([reach, *(-low for low, _, _ in ends)])
        series.append(_whiskers(ends, ink))
    step = _step(reach)
    grid = margins(names, top=52, right=16 + 8 * max(map(len, levels)), bottom=48)
    axis: Option = {"type": "category", "inverse": True, "axisTick": {"show": False}}
    return {
        "animation": False,
        "grid": grid,
        "legend": {
            "top": 0,
            "left": 0,
            "selectedMode": False,
            "itemWidth": 16,
            "itemGap": 8,
            "textStyle": {"color": ink},
            "data": [label for label, _ in PARTS.values()],
        },
        "tooltip": {"confine": True},
        "xAxis": {
            "type": "value",
            "max": 0,
            "min": -round(step * math.ceil(reach / step), 9),
            "interval": step,
            "name": "nats below log p(x)",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": ink},
            "axisLabel": {"color": ink, "hideOverlap": True},
        },
        "yAxis": [
            {**axis, "data": names, "axisLabel": {"color": ink}},
            {
                **axis,
                "data": levels,
                "position": "right",
                "axisLabel": {"color": ink},
                "axisLine": {"show": False},
                "name": "log p(x)",
                "nameLocation": "start",
                "nameGap": 8,
                "nameTextStyle": {"color": ink},
            },
        ],
        "series": series,
    }


def _ends(gap: Gap) -> tuple[float, float, float]:
    """Where a bar ends, between the ends of its ± over images."""
    error = gap.image_half_width or 0.0
    return -gap.mean - error, -gap.mean, error - gap.mean


def _whiskers(ends: Sequence[tuple[float, float, float]], ink: str) -> Option:
    """A box plot whose box has no height: a line with a cap at either end."""
    return {
        "type": "boxplot",
        "name": "± 95 %",
        "data": [[low, at, at, at, high] for low, at, high in ends],
        "boxWidth": [8, 8],
        "itemStyle": {"color": "transparent", "borderColor": ink, "borderWidth": 1.5},
        "silent": True,
        "tooltip": {"show": False},
        "z": 5,
    }


def gaps_height(found: GapFinding) -> int:
    """Of that chart, in pixels."""
    return _AROUND + BAR * len(found.splits)


def _step(reach: float) -> float:
    """Between ticks, so that there are four at most from 0 to there."""
    power = 10.0 ** math.floor(math.log10(max(reach, 1e-3) / 4))
    return round(next(power * m for m in (1, 2, 5, 10) if power * m >= reach / 4), 9)


def curve_option(found: GapFinding, *, ink: str) -> Option:
    """The option of L_k against k: a line and a band for each split, dashed its log p(x)."""
    lows, tops = [], []
    for each in found.splits:
        errors = (2 * each.curve.standard_errors).tolist()
        means = each.curve.means.tolist()
        lows += [mean - error for mean, error in zip(means, errors, strict=True)]
        tops += [mean + error for mean, error in zip(means, errors, strict=True)]
        tops.append(each.gaps.evidence.joined.mean)
    reach = Reach(first=1, low=min(lows), top=max(tops))
    lines = [_line(each, place, reach) for place, each in enumerate(found.splits)]
    levels = [_level(each, place, reach) for place, each in enumerate(found.splits)]
    option = curves_option(
        [*lines, *levels],
        log_axis=True,
        ink=ink,
        along=ALONG_K,
        unit="nats",
    )
    bands = [band for place, each in enumerate(found.splits) for band in _band(each, place)]
    option["series"] = [*bands, *option["series"]]
    return option


def _line(each: OfSplit, place: int, reach: Reach) -> Curve:
    curve = each.curve
    widths = (2 * curve.standard_errors).tolist()
    ks, values = [float(k) for k in curve.ks], curve.means.tolist()
    return Curve(
        f"{each.name}: L_k", ks, values, line_colour(place), reach=reach, half_widths=widths
    )


def _level(each: OfSplit, place: int, reach: Reach) -> Curve:
    log_p = each.gaps.evidence.joined
    ends = [float(each.curve.ks[0]), float(each.curve.ks[-1])]
    width = 2 * log_p.standard_error
    name, colour = f"{each.name}: log p(x)", line_colour(place)
    return Curve(
        name, ends, [log_p.mean] * 2, colour, dashed=True, reach=reach, half_widths=[width] * 2
    )


def _band(each: OfSplit, place: int) -> list[Option]:
    """What another seed would change: a line that is not seen, and the area up from it."""
    curve = each.curve
    widths = (2 * curve.standard_errors).tolist()
    low = [
        [k, mean - width]
        for k, mean, width in zip(curve.ks, curve.means.tolist(), widths, strict=True)
    ]
    high = [[k, 2 * width] for k, width in zip(curve.ks, widths, strict=True)]
    shared: Option = {
        "type": "line",
        "stack": f"band-{place}",
        # The lower edge is mostly below zero, and what lies on it above: they are one stack yet.
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
    }
    area = {"areaStyle": {"color": line_colour(place), "opacity": 0.2}}
    return [
        {**shared, "name": f"{each.name}: from", "data": low},
        {**shared, **area, "name": f"{each.name}: to", "data": high},
    ]
