"""The map of what each latent dimension says of each factor."""

from latent_atlas.reports.diagnosis.chapters.disentangle import (
    BRIGHT,
    LONGEST,
    MOST,
    MOST_WRITTEN,
    ON_BRIGHT,
    ON_DARK,
)
from latent_atlas.reports.diagnosis.sections.disentangle import DisentangleFinding
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import per_cent_scale
from latent_atlas.ui.shared_moments import Option
from vae_core.numerals import decimal
from vae_core.sentences import plain

_ROW, _AROUND = 36, 64  # pixels of a factor, and of axis and margin


def information_option(found: DisentangleFinding, *, ink: str) -> Option:
    """The option of a heat map, a row for each factor; the scale is 0 to 100 % for every model."""
    information, names = found.found.information, found.found.factors
    order = found.units.order[:MOST]
    factors = [plain(name, LONGEST) for name in names]
    dimensions = [f"z{j + 1}" for j in order]
    cells: list[Option] = []
    for column, j in enumerate(order):
        for row, share in enumerate(information.shares[j]):
            written = decimal(100 * share, 0)
            told = f"{dimensions[column]} says {written} % of {factors[row]}"
            bias = decimal(100 * information.bias[row], 1)
            cells.append(
                {
                    "value": [
                        column,
                        row,
                        round(min(1.0, share), 4),
                        f"{told} (of that about {bias} % by chance)",
                        written,
                    ],
                    "label": {"color": ON_BRIGHT if share > BRIGHT else ON_DARK},
                }
            )
    axis: Option = {"type": "category", "axisTick": {"show": False}}
    return {
        "animation": False,
        "grid": margins(factors, top=8, right=72, bottom=48),
        "tooltip": {"confine": True},
        "xAxis": {
            **axis,
            "data": dimensions,
            "name": "latent dimensions, by their KL",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": ink},
            "axisLabel": {"color": ink, "hideOverlap": True},
        },
        "yAxis": {**axis, "data": factors, "inverse": True, "axisLabel": {"color": ink}},
        "visualMap": per_cent_scale(2, ink=ink),
        "series": [
            {
                "type": "heatmap",
                "name": "Mutual information",
                "data": cells,
                "dimensions": [
                    "dimension",
                    "factor",
                    "share",
                    {"name": "told", "type": "ordinal"},
                    {"name": "written", "type": "ordinal"},
                ],
                "encode": {"x": 0, "y": 1, "value": 2, "tooltip": [3]},
                "label": {"show": len(cells) <= MOST_WRITTEN, "formatter": "{@written}"},
            }
        ],
    }


def map_height(found: DisentangleFinding) -> int:
    """The pixels that the map takes from top to bottom."""
    return _AROUND + _ROW * max(3, len(found.found.factors))
