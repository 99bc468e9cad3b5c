"""The charts of classes: which become which, and which ones samples from the prior are of."""

import math
from collections.abc import Sequence

from torch import Tensor

from latent_atlas.reports.shares import percent
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import QUIET, per_cent_scale
from latent_atlas.ui.palette import CLASS_COLOURS
from latent_atlas.ui.shared_moments import Option
from vae_core.evaluation import Proportion
from vae_core.numerals import decimal
from vae_core.sentences import counted, plain

MOST_CELLS_A_SIDE = 40  # of a heat map; more classes make cells that nobody can point at
MOST_BARS = 24
_LONGEST = 12  # letters of a class beside an axis
_NAME = 20  # pixels, for the name of an axis that stands upright


def confusion_option(table: Tensor, class_names: Sequence[str], *, ink: str) -> Option:
    """The option of a heat map: a row for each class of originals, a column for what comes back.

    `table` is int64 [K, K]. A cell's colour is its share of its row, on one scale for all models
    that gives small shares room: it goes with the root. Cells are in the order of `table`.
    """
    names = [plain(name, _LONGEST) for name in class_names]
    whole = table.sum(1).tolist()
    cells = []
    for r, row in enumerate(table.tolist()):
        for c, count in enumerate(row):
            share = count / whole[r] if whole[r] else 0.0
            told = f"{names[r]} → {names[c]}: {counted(count, 'image')}, "
            told += f"{decimal(100 * share, 1)} % of {whole[r]:,}"
            cells.append([c, r, round(math.sqrt(share), 4), told])
    grid = margins(names, top=8, right=64, bottom=48)
    grid["left"] += _NAME
    axis: Option = {
        "type": "category",
        "data": names,
        "axisTick": {"show": False},
        "nameLocation": "middle",
        "nameTextStyle": {"color": ink},
        "axisLabel": {"color": ink, "hideOverlap": True, "margin": 6},
    }
    return {
        "animation": False,
        "grid": grid,
        "tooltip": {"confine": True},
        "xAxis": {**axis, "name": "comes back as", "nameGap": 28},
        "yAxis": {**axis, "inverse": True, "name": "original", "nameGap": grid["left"] - _NAME},
        "visualMap": per_cent_scale(2, ink=ink),
        "series": [
            {
                "type": "heatmap",
                "name": "Classes",
                "data": cells,
                "dimensions": ["after", "before", "root", {"name": "told", "type": "ordinal"}],
                "encode": {"x": 0, "y": 1, "value": 2, "tooltip": [3]},
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": "#FFFFFF", "borderWidth": 2}},
            }
        ],
    }


def top_share(groups: Sequence[Sequence[Proportion]], originals: Sequence[float]) -> float:
    """The end of an axis of shares that fits several models, in percent."""
    largest = max([share.high for group in groups for share in group] + list(originals))
    return min(100.0, 10.0 * math.ceil(10 * largest))


def samples_option(
    shares: Sequence[Proportion],
    originals: Sequence[float],
    class_names: Sequence[str],
    *,
    top: float,
    ink: str,
) -> Option:
    """The option of bars: the share of each class among samples, with Wilson's interval.

    `originals` are the shares of the classes among the images shown, or empty. Of many classes the
    most frequent ones are drawn. The axis ends at `top` percent.
    """
    order = sorted(range(len(shares)), key=lambda k: -shares[k].count)[:MOST_BARS]
    chosen = sorted(order)
    names = [plain(class_names[k], _LONGEST) for k in chosen]
    bars, boxes, marks = [], [], []
    for place, k in enumerate(chosen):
        share = shares[k]
        told = f"{names[place]}: {percent(share)} of samples"
        if originals:
            told += f", {decimal(100 * originals[k], 1)} % of originals"
            marks.append([place, round(100 * originals[k], 3), told])
        colour = CLASS_COLOURS[k % len(CLASS_COLOURS)]
        bars.append({"value": [place, 100 * share.share, told], "itemStyle": {"color": colour}})
        low, high = 100 * share.low, 100 * share.high
        boxes.append([place, low, low, 100 * share.share, high, high])
    told_dimension = {"name": "told", "type": "ordinal"}
    series: list[Option] = [
        {
            "type": "bar",
            "name": "samples",
            "data": bars,
            "dimensions": ["class", "share", told_dimension],
            "encode": {"x": 0, "y": 1, "tooltip": [2]},
            "barCategoryGap": "30%",
        },
        {
            "type": "boxplot",
            "name": "± 95 %",
            "data": [box[1:] for box in boxes],
            "boxWidth": [4, 8],
            "itemStyle": {"color": "transparent", "borderColor": ink, "borderWidth": 1},
            "silent": True,
            "tooltip": {"show": False},
        },
    ]
    if marks:
        series.append(
            {
                "type": "scatter",
                "name": "originals",
                "data": marks,
                "dimensions": ["class", "share", told_dimension],
                "encode": {"x": 0, "y": 1, "tooltip": [2]},
                "symbol": "diamond",
                "symbolSize": 8,
                "itemStyle": {"color": "transparent", "borderColor": QUIET, "borderWidth": 2},
            }
        )
    return {
        "animation": False,
        "grid": margins([f"{decimal(top, 0)} %"], top=8, right=8, bottom=28),
        "tooltip": {"confine": True},
        "xAxis": {
            "type": "category",
            "data": names,
            "axisTick": {"show": False},
            "axisLabel": {"color": ink, "hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            "max": top,
            "interval": top / 2,
            "axisLabel": {"color": ink, "formatter": "{value} %"},
        },
        "series": series,
    }
