"""What runs report, drawn from their logs: a chart for each scalar, a strip for each vector."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from latent_atlas.reports.colours import LINE_COLOURS
from latent_atlas.ui.chart_margins import CORNER
from latent_atlas.ui.charts import (
    INK_DARK,
    INK_LIGHT,
    QUIET,
    SURE,
    Curve,
    Mark,
    Option,
    Strip,
    curves_option,
    strip_option,
)
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.segments import segments
from latent_atlas.ui.train.along import PLACES, TITLES, Along, end, placed
from latent_atlas.ui.train.lines import Line, Numbers
from latent_atlas.ui.train.reading import Story, marks, what_is_climbed
from latent_atlas.ui.train.run_view import Seen, labels, read_again
from latent_atlas.ui.train.words import trend_title, value_title
from vae_core.quantities import (
    DISTORTION,
    ELBO,
    NAT,
    NATS,
    RATE,
    Quantity,
    scalars,
    vectors,
)
from vae_core.sentences import counted

_STRIP_ROWS = 16
_TOGETHER = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"  # a number and its error, on one line
_IN_A_ROW = 2  # small charts below the large one
_STRIPS = 2.0  # times as long as curves, strips stay: they hardly move
_BESIDE = "beside-the-curves"
# On a phone what moves comes before what is measured of it.
_PLANE_FIRST = f"""<style>@media (max-width: 640px) {{
  [data-testid="stColumn"]:has(.st-key-{_BESIDE}) {{ order: -1; }}
}}</style>"""


@dataclass(frozen=True)
class Drawing:
    """A chart of a quantity, and the words around it.

    `meaning` says what it is. `moments` are the images seen at each column of a chart that has
    columns; what curves lie `along` is what their axis measures.
    """

    key: str
    quantity: Quantity
    title: str
    caption: str
    alt: str
    height: int
    option: Option
    meaning: str
    moments: Sequence[float] = ()
    along: Along = "images"


@dataclass(frozen=True)
class _View:
    """How curves are drawn: along what, on which scale, in what ink."""

    along: Along
    log_axis: bool
    ink: str

    def curves(self, stories: Sequence[Story]) -> list[Drawing]:
        return curve_drawings(stories, log_axis=self.log_axis, ink=self.ink, along=self.along)

    def strips(self, stories: Sequence[Story]) -> list[Drawing]:
        if len(stories) > 1:
            return []
        return strip_drawings(stories[0], ink=self.ink, along=self.along)


def panels(
    stories: Sequence[Story],
    every: float | None,
    beside: Callable[[Sequence[Drawing]], None] | None = None,
) -> None:
    """Draw the first quantity large, and strips of vectors below; anew `every` so many seconds.

    The others are beside it; or below it where `beside` draws what stands there, told of all.
    """
    if beside is None:
        place, narrow = st.container(), None
    else:
        st.html(_PLANE_FIRST)
        place, narrow = st.columns([2, 1], gap="medium")
    # The switches stand below the charts but are read before them.
    charts = place.container()
    with place:
        along, linear = _axis()
    ink = INK_DARK if st.context.theme.type == "dark" else INK_LIGHT
    view = _View(along, not linear, ink)
    drawn, strips = view.curves(stories), view.strips(stories)
    seen = [Seen(story.run, story.status) for story in stories]
    with charts:
        st.fragment(_draw_curves, run_every=every)(seen, view, narrow is not None, [drawn])
    if beside is not None and narrow is not None:
        with narrow, st.container(key=_BESIDE):
            beside([*drawn, *strips])
    if strips:
        slower = None if every is None else _STRIPS * every
        st.fragment(_draw_strips, run_every=slower)(seen, view, [strips])


def _draw_curves(
    seen: Sequence[Seen], view: _View, low: bool, first: list[Sequence[Drawing]]
) -> None:
    """The page has just made the `first` ones; at later turns the part makes them itself."""
    with explained_errors():
        large, *others = first.pop() if first else view.curves([read_again(s) for s in seen])
        if not low:
            _draw_in_columns(large, others)
            return
        _draw(replace(large, height=232), explained=True)
        for first_of_row in range(0, len(others), _IN_A_ROW):
            row = others[first_of_row : first_of_row + _IN_A_ROW]
            for column, drawing in zip(st.columns(min(_IN_A_ROW, len(others))), row, strict=False):
                with column:
                    _draw(replace(drawing, height=112))


def _draw_strips(seen: Sequence[Seen], view: _View, first: list[Sequence[Drawing]]) -> None:
    with explained_errors():
        for strip in first.pop() if first else view.strips([read_again(s) for s in seen]):
            _draw(strip)


def _axis() -> tuple[Along, bool]:
    """What the person wants the curves to lie along, and whether on a linear scale."""
    with st.container(horizontal=True, vertical_alignment="center"):
        along: Along = segments("Curves along", list(TITLES), "along")
        linear = st.toggle(
            "Linear axis",
            key="linear",
            bind="query-params",
            help="Off, curves are on a log scale, as in the paper's Figure 2.",
        )
    return along, linear


def _draw_in_columns(first: Drawing, others: Sequence[Drawing]) -> None:
    wide, narrow = st.columns([2, 1], gap="medium") if others else (st.container(), None)
    with wide:
        _draw(first, explained=True)
    if narrow is not None:
        with narrow:
            for drawing in others:
                _draw(drawing)


def curve_drawings(
    stories: Sequence[Story], *, log_axis: bool, ink: str, along: Along = "images"
) -> list[Drawing]:
    """A chart for each scalar that the first run reports, its first one first."""
    first, *others = scalars(stories[0].run.config.algorithm.reports)
    large = _curve_drawing(
        first, trend_title(first, stories[0].log, stories[0].status), stories, log_axis, ink, along
    )
    drawings = [
        _curve_drawing(
            each,
            value_title(each, stories[0].log, diverged=stories[0].status.diverged is not None),
            stories,
            log_axis,
            ink,
            along,
        )
        for each in others
    ]
    for drawing in drawings:
        drawing.option["xAxis"]["name"] = ""
        drawing.option["grid"].update(top=CORNER, bottom=24)
        drawing.option["legend"]["show"] = False
    return [replace(large, height=368), *drawings]


def strip_drawings(story: Story, *, ink: str, along: Along = "images") -> list[Drawing]:
    """The vectors that a run reports over time, the busiest entries first."""
    drawings = []
    for quantity in vectors(story.run.config.algorithm.reports):
        rows = story.log.vectors[quantity.name]
        if len(rows):
            diverged = story.status.diverged is not None
            at = placed(story, along)(rows[:, 0]).tolist()
            drawing = _strip_drawing(quantity, rows, ink, diverged=diverged, along=along, at=at)
            drawings.append(drawing)
    return drawings


def _strip_drawing(
    quantity: Quantity,
    rows: Numbers,
    ink: str,
    *,
    diverged: bool,
    along: Along,
    at: Sequence[float],
) -> Drawing:
    entries, half_widths = np.split(rows[:, 1:], 2, axis=1)
    last = entries[-1].tolist()
    order = sorted(range(len(last)), key=lambda j: -last[j])[:_STRIP_ROWS]
    strip = Strip(
        at,
        entries[:, order].tolist(),
        order,
        quantity,
        half_widths[:, order].tolist(),
        PLACES[along],
    )
    active = sum(value > quantity.least for value in last)
    count = counted(len(last), str(quantity.entry))
    told = f"{quantity.full_name} per {quantity.entry} over time"
    return Drawing(
        key=f"strip-{quantity.name}-{len(order)}",
        quantity=quantity,
        title=quantity.question if diverged else quantity.answer.format(active=active, count=count),
        caption=f"{told}, {quantity.unit}; dark means silent" + (f"; {SURE}" if strip.sure else ""),
        alt=told if diverged else f"{told}: {active} of {len(last)} are in use",
        height=56 + 16 * len(order),
        option=strip_option(strip, ink=ink),
        meaning=_sentence(quantity.meaning),
        moments=rows[:, 0].tolist(),
    )


def _curve_drawing(
    quantity: Quantity,
    title: str,
    stories: Sequence[Story],
    log_axis: bool,
    ink: str,
    along: Along,
) -> Drawing:
    large = quantity == stories[0].log.quantities[0]
    name = quantity.label
    alone = len(stories) == 1
    names = labels([story.run for story in stories])
    curves: list[Curve] = []
    for i, story in enumerate(stories):
        colour = LINE_COLOURS[i % len(LINE_COLOURS)]
        test = "test" if alone else names[story.run.id]
        train = "train" if alone else f"{test}, train"
        column = story.log.column(quantity)
        if column is None:
            continue  # nothing that this run reports is on this scale
        tested, trained, at = story.log.test, story.log.train, placed(story, along)
        if tested.measured(column) or not trained.measured(column):
            sure = story.log.half_widths(column)
            curves.append(_curve(tested, column, sure, quantity.sign, test, colour, log_axis, at))
        quiet, sure = QUIET if alone else colour, story.log.train_half_widths(column)
        line = _curve(trained, column, sure, quantity.sign, train, quiet, log_axis, at)
        curves.append(replace(line, dashed=True))
    changed = [
        Mark(float(placed(stories[0], along)(np.array(samples))), label)
        for samples, label in (marks(stories[0]) if alone and large else [])
    ]
    option = curves_option(
        curves,
        log_axis=log_axis,
        ink=ink,
        total=max(end(story, along) for story in stories),
        ticks=5 if large else 2,
        marks=changed,
        along=TITLES[along],
        places=PLACES[along],
        unit=quantity.unit,
    )
    return Drawing(
        key=f"chart-{quantity.name}",
        quantity=quantity,
        title=title,
        # Of its parts neither way is better by itself: a code that carries more costs more.
        caption=f"{name}, {quantity.unit}"
        + (f"; {quantity.better} is better" if large else "")
        + (f"; {SURE}" if any(curve.sure for curve in curves) else ""),
        alt=f"{title} ({name})",
        height=140,
        option=option,
        meaning=_bound_of(stories) if quantity == ELBO else _sentence(quantity.meaning),
        along=along,
    )


def _bound_of(stories: Sequence[Story]) -> str:
    """What the bound is; and what training climbs instead, for what is drawn is the true bound."""
    climbed = [what_is_climbed(story) for story in stories]
    if not any(climbed):
        return _sentence(ELBO.meaning)
    told = f"The true ELBO = −({DISTORTION.noun} + {RATE.noun})"
    if len(stories) > 1:
        return f"{told}, whatever each was trained on"
    return f"{told}; training climbs {climbed[0]}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _curve(
    line: Line,
    column: int,
    half_widths: Numbers,
    sign: int,
    name: str,
    colour: str,
    log_axis: bool,
    at: Callable[[Numbers], Numbers],
) -> Curve:
    """One quantity over the images seen, as it is: the code's curve rises with its length.

    `at` says where so many images lie.
    """
    kept = line.kept_log if log_axis else line.kept_linear
    reach = line.reach(column, sign, log_axis=log_axis)
    return Curve(
        name,
        [int(x) if x.is_integer() else round(x, 4) for x in at(line.samples[kept]).tolist()],
        line.values[kept, column].tolist(),
        colour,
        reach=replace(reach, first=float(at(np.array(reach.first)))),
        half_widths=half_widths[kept].tolist(),
    )


def _draw(drawing: Drawing, *, explained: bool = False) -> None:
    """With a sign that tells of the unit where it is `explained`: once among charts."""
    title = drawing.title.replace(" ± ", _TOGETHER)
    lines = filter(None, [drawing.meaning, drawing.caption])
    told = [f"**{title}**", *(f":small[:gray[{line}]]" for line in lines)]
    help_ = f"A nat is {NAT}." if explained and drawing.quantity.unit == NATS else None
    st.markdown("  \n".join(told), help=help_)
    st.echarts_chart(drawing.option, height=drawing.height, key=drawing.key, alt=drawing.alt)
