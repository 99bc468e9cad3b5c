"""Where the epochs that a run has kept lie on its charts, and what was measured there.

The slider below the plane moves a line over every chart by itself, without the server; so it is
told beforehand where each of its stops lies, and the words that go with it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_atlas.ui.chart_margins import LEGEND
from latent_atlas.ui.train.along import PLACES, placed
from latent_atlas.ui.train.curves import Drawing
from latent_atlas.ui.train.history import LogContent
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.words import mean
from vae_core.numerals import decimal
from vae_core.sentences import counted

_SAME = 0.01  # of the images seen: so near a measurement is one of that moment


@dataclass(frozen=True)
class _Measured:
    """What was measured nearest to a moment, on which images, and after how many seen."""

    images: str
    samples: float
    values: Sequence[float]
    half_widths: Sequence[float]

    def told(self, column: int) -> str:
        """The value of a column with its ±."""
        half_width = self.half_widths[column]
        return mean(self.values[column], half_width if math.isfinite(half_width) else None)


def cursor(epochs: Sequence[float], story: Story, drawings: Sequence[Drawing]) -> dict[str, Any]:
    """What the slider needs to know of the charts, for each kept epoch and then the model itself.

    `charts` holds, for each of them, its `key` on the page, the margins of its plot and the room of
    its `legend` in pixels, the `shares` of the plot's width at which the stops lie (0 to 1), and
    the `words` in its corner at each. The other `words` tell all of a stop in a sentence. Of the
    model itself, where the curves end, both say nothing: the page does, above them.
    """
    log, status = story.log, story.status
    seen = [epoch / status.epochs * status.total_samples for epoch in epochs]
    stops = [(samples, _nearest(log, samples)) for samples in seen]
    return {
        "charts": [
            {
                "key": each.key,
                **{side: each.option["grid"][side] for side in ("left", "right", "top", "bottom")},
                "legend": LEGEND if each.option.get("legend", {}).get("show", False) else 0,
                "shares": [round(_share(story, each, s), 4) for s in (*seen, status.samples)],
                "words": [*(_corner(story, each, *stop) for stop in stops), ""],
            }
            for each in drawings
        ],
        "words": [*(_sentence(log, *stop) for stop in stops), ""],
    }


def _share(story: Story, drawing: Drawing, samples: float) -> float:
    """How far to the right of a plot a number of images seen lies, from 0 to 1."""
    if drawing.moments:
        columns = (np.arange(len(drawing.moments)) + 0.5) / len(drawing.moments)
        return float(np.interp(samples, drawing.moments, columns))
    axis = drawing.option["xAxis"]
    low, high = float(axis["min"]), float(axis["max"])
    at = float(placed(story, drawing.along)(np.array(samples)))
    if axis["type"] == "log":
        low, high, at = math.log(low), math.log(high), math.log(max(at, low))
    return min(1.0, max(0.0, (at - low) / (high - low))) if high > low else 1.0


def _nearest(log: LogContent, samples: float) -> _Measured | None:
    """The measurement nearest to a moment, by ratio; on test images, where there are any."""
    columns = range(len(log.quantities))
    tested = any(log.test.measured(column) for column in columns)
    line = log.test if tested else log.train
    if not len(line.samples) or samples <= 0:
        return None
    at = int(np.argmin(np.abs(np.log(np.maximum(line.samples, 1)) - math.log(samples))))
    widths = log.half_widths if tested else log.train_half_widths
    return _Measured(
        "test" if tested else "train",
        float(line.samples[at]),
        line.values[at].tolist(),
        [float(widths(column)[at]) for column in columns],
    )


def _corner(story: Story, drawing: Drawing, samples: float, found: _Measured | None) -> str:
    column = None if drawing.moments else story.log.column(drawing.quantity)
    if found is None or column is None:
        return ""
    at = float(placed(story, drawing.along)(np.array(found.samples)))
    when = "" if _same(found, samples) else f" at {decimal(at, PLACES[drawing.along])}"
    return f"{found.images}{when}: {found.told(column)}"


def _sentence(log: LogContent, samples: float, found: _Measured | None) -> str:
    """Such as "8,085 images (measured at 7,985): ELBO −26.1 ± 0.3, code length 1.35 nats"."""
    if found is None:
        return "Before the first image"
    seen = counted(round(samples), "image")
    when = "" if _same(found, samples) else f" (measured at {decimal(found.samples, 0)})"
    known = [(c, each) for c, each in enumerate(log.quantities) if math.isfinite(found.values[c])]
    units = [each.unit.removesuffix(" per image") for _, each in known]
    told = [f"{each.noun} {found.told(c)}" for c, each in known]
    if len(set(units)) == 1:
        listed = f"{', '.join(told)} {units[0]}"
    else:
        listed = ", ".join(f"{value} {unit}" for value, unit in zip(told, units, strict=True))
    return f"{seen}{when}: {listed} on {found.images}"


def _same(found: _Measured, samples: float) -> bool:
    return abs(found.samples - samples) <= _SAME * samples
