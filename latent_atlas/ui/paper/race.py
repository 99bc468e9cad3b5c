"""The race on the page: a button, curves that move while it runs, and the standings."""

import math

import streamlit as st

from latent_atlas.reproduce.race import (
    Entry,
    Point,
    Race,
    cancel_race,
    race_folder,
    read_race,
    start_race,
)
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT, Curve, curves_option
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.owners import hand_over, may_direct, owner_here
from latent_atlas.ui.paper.equations import equations
from latent_atlas.ui.paper.standings import SAMPLES, SECONDS, colour, dashed, far, standings_table
from vae_core.errors import AtlasError

EVERY = 0.8  # seconds between drawings, as on the Train page
_SPAN, _TICK = 25, 5  # nats that are seen below the leader, and between the axis's numbers

WHAT = (
    "Every algorithm here, from the same start, on 2,000 digits of 14 × 14 black-and-white pixels: "
    "under a minute on an idle machine. The curves show **log p(x) of 300 test digits**, by a "
    "ruler that asks no encoder, so that MCEM, which has none, can be held to it too. ± is what "
    "300 other digits would change, in 95 of 100 cases; on the same digits racers differ more "
    "surely than that. It is one start of each: another seed may end in another order."
)
STATES = {
    "cancelled": "Cancelled: the curves end where it stopped.",
    "interrupted": "The race's process ended before its time. Race again whenever you like.",
}


def race() -> None:
    """Draw the race, and redraw it by itself while one is on."""
    st.header("Race them here", anchor="race")
    state = read_race(race_folder()).state
    st.fragment(_draw, run_every=EVERY if state == "running" else None)(state)
    equations("race")


def _draw(known: str) -> None:
    now = read_race(race_folder())
    if now.state != known:  # it began or ended: the timer starts or stops
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        _buttons(now)
        by = SAMPLES
        if now.state != "never":
            by = st.segmented_control(
                "Compare at",
                [SAMPLES, SECONDS],
                default=SAMPLES,
                required=True,
                key="race-by",
                bind="query-params",
                label_visibility="collapsed",
            )
    # Containers hold the places, so that a sentence that comes or goes remounts no chart.
    with st.container():
        _tell(now)
    if now.state == "never":
        return
    wide, narrow = st.columns([2, 1], gap="medium")
    with wide:
        if any(now.points.values()):
            _chart(now, by or SAMPLES)
        elif now.state == "running":
            st.skeleton(height=400)
    with narrow:
        st.html(standings_table(now, by or SAMPLES))


def _buttons(now: Race) -> None:
    if now.state == "running":
        if may_direct(race_folder()):
            st.button("Cancel", icon=":material/close:", key="race-cancel", on_click=_cancel)
        return
    label = "Race them here" if now.state == "never" else "Race again"
    st.button(label, icon=":material/flag:", type="primary", key="race-start", on_click=_start)


def _start() -> None:
    with explained_errors():
        start_race(race_folder())
        hand_over(race_folder(), owner_here())


def _cancel() -> None:
    with explained_errors():
        if not may_direct(race_folder()):
            raise AtlasError("Somebody else has started this race: it ends by itself.")
        cancel_race(race_folder())


def _tell(now: Race) -> None:
    """What is going on, or what went wrong, in a sentence."""
    if now.state == "failed":
        st.warning(escaped_message(now.reason), icon=":material/error:")
    elif now.state == "interrupted":
        st.warning(STATES[now.state], icon=":material/error:")
    elif now.state == "cancelled":
        st.markdown(STATES[now.state])
    else:
        st.markdown(WHAT)
    for entry in now.entries:
        if entry.key in now.out:
            st.caption(f"{escaped(entry.title)} {escaped(now.out[entry.key])}.")


def _chart(now: Race, by: str) -> None:
    option = curves_option(
        [_curve(entry, now.points.get(entry.key, []), by) for entry in now.entries],
        log_axis=by == SAMPLES,
        ink=INK_DARK if st.context.theme.type == "dark" else INK_LIGHT,
    )
    if by == SAMPLES:
        option["xAxis"]["max"] = now.course.samples
    option["xAxis"]["name"] = (
        "samples evaluated" if by == SAMPLES else "seconds of computing, measuring not counted"
    )
    option["tooltip"]["axisPointer"]["label"]["precision"] = 0 if by == SAMPLES else 2
    bottom, top = _near_the_leader(now)
    option["yAxis"] |= {"min": bottom, "max": top, "interval": _TICK}
    option["legend"]["show"] = False  # the standings name every curve
    option["grid"]["top"] = 16
    st.echarts_chart(
        option,
        height=400,
        key=f"race-chart-{by}",
        alt="log p(x) of test digits while every algorithm learns; the standings say it in numbers",
    )


def _near_the_leader(now: Race) -> tuple[int, int]:
    """The part of the value axis where the race is decided; who is far behind enters from below."""
    best = max(point.log_p for points in now.points.values() for point in points)
    top = math.ceil(best / _TICK) * _TICK
    return top - _SPAN, top


def _curve(entry: Entry, points: list[Point], by: str) -> Curve:
    at = [far(point, by) for point in points]
    values = [point.log_p for point in points]
    sure = [math.nan if point.half_width is None else point.half_width for point in points]
    return Curve(entry.title, at, values, colour(entry), dashed=dashed(entry), half_widths=sure)
