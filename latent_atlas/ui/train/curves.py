"""The bound, its two parts, and the KL of each latent dimension, drawn from runs' logs."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from latent_atlas.ui.charts import (
    INK_DARK,
    INK_LIGHT,
    LINE_COLOURS,
    QUIET,
    Curve,
    Mark,
    Option,
    Strip,
    curves_option,
    strip_option,
)
from latent_atlas.ui.train.history import PARTS
from latent_atlas.ui.train.lines import Line
from latent_atlas.ui.train.reading import Story, marks
from latent_atlas.ui.train.run_view import labels
from latent_atlas.ui.train.words import bound_title, distortion_title, rate_title

_STRIP_ROWS = 16
_TITLES = {"elbo": bound_title, "rate": rate_title, "distortion": distortion_title}


@dataclass(frozen=True)
class Drawing:
    """A chart and the words around it."""

    key: str
    title: str
    caption: str
    alt: str
    height: int
    option: Option


def panels(stories: Sequence[Story]) -> None:
    """Draw the ELBO large, minus rate and minus distortion beside it, and the KL strip below."""
    # The switch stands below the charts but is read before them.
    charts = st.container()
    linear = st.toggle(
        "Linear axis",
        key="linear",
        bind="query-params",
        help="Off, the images seen are on a log scale, as in the paper's Figure 2.",
    )
    ink = INK_DARK if st.context.theme.type == "dark" else INK_LIGHT
    first, *others = curve_drawings(stories, log_axis=not linear, ink=ink)
    with charts:
        wide, narrow = st.columns([2, 1], gap="medium")
    with wide:
        _draw(first)
    with narrow:
        for drawing in others:
            _draw(drawing)
    if len(stories) == 1 and (strip := strip_drawing(stories[0], ink=ink)):
        _draw(strip)


def curve_drawings(stories: Sequence[Story], *, log_axis: bool, ink: str) -> list[Drawing]:
    """Return a chart for each part of the bound, the bound itself first."""
    return [_curve_drawing(part, stories, log_axis, ink) for part in PARTS]


def strip_drawing(story: Story, *, ink: str) -> Drawing | None:
    """Return KL per latent dimension over time, the busiest dimensions first."""
    rates = story.log.rates
    if not len(rates):
        return None
    last = rates[-1, 1:].tolist()
    order = sorted(range(len(last)), key=lambda j: -last[j])[:_STRIP_ROWS]
    samples = [int(seen) for seen in rates[:, 0]]
    strip = Strip(samples, rates[:, 1:][:, order].tolist(), order)
    active = sum(value > 0.01 for value in last)
    return Drawing(
        key=f"strip-{len(order)}",
        title=f"{active} of {len(last)} latent dimensions carry something",
        caption="KL per dimension over time, nats; dark means silent",
        alt=f"KL per latent dimension over time: {active} of {len(last)} are in use",
        height=56 + 16 * len(order),
        option=strip_option(strip, ink=ink),
    )


def _curve_drawing(part: str, stories: Sequence[Story], log_axis: bool, ink: str) -> Drawing:
    large = part == PARTS[0]
    title = _TITLES[part](stories[0].log)
    name = {"elbo": "ELBO"}.get(part, f"−{part}")
    alone = len(stories) == 1
    names = labels([story.run for story in stories])
    curves: list[Curve] = []
    for i, story in enumerate(stories):
        colour = LINE_COLOURS[i % len(LINE_COLOURS)]
        test = "test" if alone else names[story.run.id]
        train = "train" if alone else f"{test}, train"
        curves.append(_curve(story.log.test, part, test, colour, log_axis))
        quiet = QUIET if alone else colour
        curves.append(_curve(story.log.train, part, train, quiet, log_axis, dashed=True))
    changed = [Mark(*m) for m in marks(stories[0])] if alone and large else []
    option = curves_option(
        curves,
        log_axis=log_axis,
        ink=ink,
        total=max(story.status.total_samples for story in stories),
        ticks=5 if large else 2,
        marks=changed,
    )
    if not large:
        option["xAxis"]["name"] = ""
        option["grid"].update(top=8, bottom=8)
        option["legend"]["show"] = False
    return Drawing(
        key=f"chart-{part}",
        title=title,
        caption=f"{name}, nats per image",
        alt=f"{title} ({name})",
        height=368 if large else 140,
        option=option,
    )


def _curve(
    line: Line, part: str, name: str, colour: str, log_axis: bool, *, dashed: bool = False
) -> Curve:
    """Return one part of the bound over the images seen."""
    column, sign = PARTS.index(part), 1 if part == "elbo" else -1
    kept = line.kept_log if log_axis else line.kept_linear
    return Curve(
        name,
        [int(seen) for seen in line.samples[kept]],
        (sign * line.values[kept, column]).tolist(),
        colour,
        dashed=dashed,
        reach=line.reach(column, sign),
    )


def _draw(drawing: Drawing) -> None:
    st.markdown(f"**{drawing.title}**  \n:small[:gray[{drawing.caption}]]")
    st.echarts_chart(drawing.option, height=drawing.height, key=drawing.key, alt=drawing.alt)
