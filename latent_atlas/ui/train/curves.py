"""The bound, its two parts, and the KL of each latent dimension, drawn from runs' events."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.charts import (
    INK_DARK,
    INK_LIGHT,
    LINE_COLOURS,
    QUIET,
    Curve,
    Mark,
    Strip,
    curves_option,
    strip_option,
    thin,
)
from latent_atlas.ui.train.reading import Story, line_on_test, line_on_train, marks
from latent_atlas.ui.train.run_view import labels
from latent_atlas.ui.train.words import bound_title, distortion_title, rate_title
from vae_core.runs import MetricEvent

_STRIP_COLUMNS = 60
_STRIP_ROWS = 16


def panels(stories: Sequence[Story]) -> None:
    """Draw the ELBO large, minus rate and minus distortion beside it, and the KL strip below."""
    first = stories[0].events
    # The switch stands below the charts but is read before them.
    charts = st.container()
    linear = st.toggle(
        "Linear axis",
        key="linear",
        bind="query-params",
        help="Off, the images seen are on a log scale, as in the paper's Figure 2.",
    )
    with charts:
        wide, narrow = st.columns([2, 1], gap="medium")
    with wide:
        _panel("elbo", bound_title(first), 368, stories, not linear)
    with narrow:
        _panel("rate", rate_title(first), 140, stories, not linear)
        _panel("distortion", distortion_title(first), 140, stories, not linear)
    if len(stories) == 1:
        _strip(first)


def _panel(part: str, title: str, height: int, stories: Sequence[Story], log_axis: bool) -> None:
    name = {"elbo": "ELBO"}.get(part, f"−{part}")
    st.markdown(f"**{title}**  \n:small[:gray[{name}, nats per image]]")
    alone = len(stories) == 1
    names = labels([story.run for story in stories])
    curves: list[Curve] = []
    for i, story in enumerate(stories):
        colour = LINE_COLOURS[i % len(LINE_COLOURS)]
        test = "test" if alone else names[story.run.id]
        train = "train" if alone else f"{test}, train"
        curves.append(_curve(story.events, part, test, colour, on_test=True))
        curves.append(_curve(story.events, part, train, QUIET if alone else colour, on_test=False))
    changed = [Mark(*m) for m in marks(stories[0])] if alone and part == "elbo" else []
    total = max(story.status.total_samples for story in stories)
    option = curves_option(
        curves,
        log_axis=log_axis,
        ink=_ink(),
        total=total,
        ticks=5 if part == "elbo" else 2,
        marks=changed,
    )
    if part != "elbo":
        option["xAxis"]["name"] = ""
        option["grid"].update(top=8, bottom=8)
        option["legend"]["show"] = False
    st.echarts_chart(option, height=height, key=f"chart-{part}", alt=f"{title} ({name})")


def _ink() -> str:
    return INK_DARK if st.context.theme.type == "dark" else INK_LIGHT


def _curve(
    events: Sequence[MetricEvent], part: str, name: str, colour: str, *, on_test: bool
) -> Curve:
    """Return one part of the bound over the images seen: on test images, or on those trained on."""
    if on_test:
        points = [(e.samples, e.test or e.train) for e in line_on_test(events)]
    else:
        points = line_on_train(events)
    sign = 1.0 if part == "elbo" else -1.0
    values = [sign * float(getattr(bound, part)) for _, bound in points]
    return Curve(name, [samples for samples, _ in points], values, colour, dashed=not on_test)


def _strip(events: Sequence[MetricEvent]) -> None:
    """Draw KL per latent dimension over time, the busiest dimensions first."""
    kept = [e for e in events if e.rate_per_dim]
    if not kept:
        return
    picks = thin([e.samples for e in kept], log_axis=True, limit=_STRIP_COLUMNS)
    rows = [kept[i].rate_per_dim or [] for i in picks]
    last = rows[-1]
    order = sorted(range(len(last)), key=lambda j: -last[j])[:_STRIP_ROWS]
    strip = Strip(
        [kept[i].samples for i in picks], [[row[j] for j in order] for row in rows], order
    )
    active = sum(value > 0.01 for value in last)
    st.markdown(
        f"**{active} of {len(last)} latent dimensions carry something**  \n"
        ":small[:gray[KL per dimension over time, nats; dark means silent]]"
    )
    st.echarts_chart(
        strip_option(strip, ink=_ink()),
        height=56 + 16 * len(order),
        key=f"strip-{len(order)}",
        alt=f"KL per latent dimension over time: {active} of {len(last)} are in use",
    )
