"""Collapse: which latent dimensions say something about an image, and which the data would keep."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.blocks import Block, Chart, Key, Table, Words
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.sections.collapse import SECTION, CollapseFinding
from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.rate_axes import AXIS
from latent_atlas.reports.standalone.axes import INK, labelled
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = (
    "A dimension is in use where the means of its q(z|x) vary: A = Var(E[z|x]) > 0.01. A diamond "
    "is what a linear model would pay for, by rank: it keeps a direction of the data whose "
    "variance λ is above βσ², and then KL = ½ log(λ / βσ²). ± in 95 of 100 cases, over images; "
    "not surely in use, or not, is what has an A whose interval holds 0.01."
)
ALT = "KL of each latent dimension, and what a linear model would pay for"
NO_FORECAST = "A decoder that reads pixels has no σ, so there is no forecast."
MOST = 50  # dimensions that are drawn
USED, IDLE, FORECAST = "in use", "not in use", "a linear model (forecast)"
COLOURS = {USED: line_colour(1), IDLE: AXIS, FORECAST: line_colour(0)}
ALONG, HEIGHT = "latent dimensions, by their KL", "KL, nats"


def title(found: CollapseFinding) -> str:
    """How many dimensions are in use."""
    used, of = found.found.units.count, len(found.found.units.rate)
    there = counted(of, "latent dimension")
    if any(found.found.units.unsure):
        return f"{used:,} of {there} in use, as far as that can be said"
    if used == of:
        every = {1: "The one latent dimension is", 2: "Both latent dimensions are"}
        return f"{every.get(of, f'All {there} are')} in use"
    if not used:
        return f"None of {there} is in use" if of > 1 else "The one latent dimension is not in use"
    return f"{used:,} of {there} in use, the others say nothing"


def told(found: CollapseFinding) -> Iterator[Words]:
    """What each way of asking says."""
    images = counted(found.found.units.images, "image")
    sentences = {
        "Used": f"On {images} ({found.name}): {found.found.sentence}",
        "What it says": found.found.aggregate.sentence,
        "Together": found.together,
        "Swapped": found.swapped,
        "Classes": found.probed,
        "Forecast": " ".join(found.forecasts),
    }
    for head, sentence in sentences.items():
        if sentence:
            yield Words(sentence, head=f"{head}.")
    if found.forecast is None:
        yield Words(NO_FORECAST, "quiet")


def _blocks(found: CollapseFinding) -> Iterator[Block]:
    units, forecast = found.found.units, found.forecast
    named = [USED, *([] if all(units.active) else [IDLE]), *([FORECAST] if forecast else [])]
    keys = [Key(each, COLOURS[each], "diamond" if each == FORECAST else "area") for each in named]
    yield Chart(ALT, lambda axes: _draw(axes, found), 300, keys)
    yield from told(found)
    rows = [
        (
            f"z{j + 1}",
            with_error(units.rate[j], units.rate_half_width[j]),
            with_error(units.variance[j], units.variance_half_width[j]),
            (USED if units.active[j] else IDLE) + (", not surely" if units.unsure[j] else ""),
        )
        for j in units.order
    ]
    yield Table(("dimension", HEIGHT, "A", "verdict"), rows, "The largest KL first.")
    if forecast is not None:
        foretold = [
            (
                str(rank + 1),
                with_error(forecast.eigenvalues[rank], None),
                decimal(forecast.variance[rank], 3),
                decimal(rate, 3) if math.isfinite(rate) else "endless",
            )
            for rank, rate in enumerate(forecast.rate)
        ]
        note = (
            f"The forecast of a linear model, by rank: β = {decimal(forecast.beta, 3)}, "
            f"σ² = {with_error(forecast.noise, None)}."
        )
        yield Table(("rank", "variance λ of the data", "A", HEIGHT), foretold, note)


def _draw(axes: "Axes", found: CollapseFinding) -> None:
    """Bars, the largest first, with ± over images; the forecast as diamonds."""
    units, forecast = found.found.units, found.forecast
    order = units.order[:MOST]
    for place, j in enumerate(order):
        axes.bar(place, units.rate[j], width=0.7, color=COLOURS[USED if units.active[j] else IDLE])
    axes.errorbar(
        range(len(order)),
        [units.rate[j] for j in order],
        yerr=[units.rate_half_width[j] or 0.0 for j in order],
        fmt="none",
        color=INK,
        capsize=points(3),
        linewidth=points(1.2),
    )
    if forecast is not None:
        marks = [(n, rate) for n, rate in enumerate(forecast.rate[:MOST]) if math.isfinite(rate)]
        axes.plot(
            [place for place, _ in marks],
            [rate for _, rate in marks],
            linestyle="none",
            marker="D",
            markersize=points(9),
            color=COLOURS[FORECAST],
            clip_on=False,
            zorder=4,
        )
    labelled(axes, ALONG, HEIGHT)
    axes.set_ylim(bottom=0)
    every = max(1, -(-len(order) // 16))
    places = range(0, len(order), every)
    axes.set_xticks(places, [f"z{order[k] + 1}" for k in places])
    axes.set_xlim(-0.6, max(len(order), 3) - 0.4)


CHAPTER = Chapter(SECTION, CollapseFinding, title, RULE, _blocks)
