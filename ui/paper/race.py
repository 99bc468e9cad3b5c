"""The race on the page: a button, curves that move while it runs, and the standings."""

from html import escape

import streamlit as st

from reports.colours import METHOD_COLOURS
from ui.charts import INK_DARK, INK_LIGHT, QUIET, Curve, curves_option
from ui.paper.formulas import equations
from ui.train.problems import told
from vae_core.experiments.race import (
    Entry,
    Point,
    Race,
    cancel_race,
    race_folder,
    read_race,
    start_race,
)

EVERY = 0.8  # seconds between drawings, as on the Train page
SAMPLES, SECONDS = "Equal samples", "Equal seconds"
_DASHED = "score-none"  # shares its method's colour with another racer

WHAT = (
    "Every algorithm here, from the same start, on 2,000 digits of 14 × 14 black-and-white pixels: "
    "half a minute on an idle machine. The curves show **log p(x) of 300 test digits**, by a ruler "
    "that asks no encoder, so that MCEM, which has none, can be held to it too."
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
        st.html(standings(now))


def _buttons(now: Race) -> None:
    if now.state == "running":
        st.button("Cancel", icon=":material/close:", on_click=_cancel)
        return
    label = "Race them here" if now.state == "never" else "Race again"
    st.button(label, icon=":material/flag:", type="primary", on_click=_start)


def _start() -> None:
    with told():
        start_race(race_folder())


def _cancel() -> None:
    with told():
        cancel_race(race_folder())


def _tell(now: Race) -> None:
    """What is going on, or what went wrong, in a sentence."""
    if now.state == "failed":
        st.warning(now.reason, icon=":material/error:")
    elif now.state == "interrupted":
        st.warning(STATES[now.state], icon=":material/error:")
    elif now.state == "cancelled":
        st.markdown(STATES[now.state])
    else:
        st.markdown(WHAT)
    for entry in now.entries:
        if entry.key in now.out:
            st.caption(f"{entry.title} {now.out[entry.key]}.")


def _chart(now: Race, by: str) -> None:
    option = curves_option(
        [_curve(entry, now.points.get(entry.key, []), by) for entry in now.entries],
        log_axis=by == SAMPLES,
        ink=INK_DARK if st.context.theme.type == "dark" else INK_LIGHT,
        total=now.course.samples if by == SAMPLES else 0,
    )
    option["xAxis"]["name"] = (
        "samples evaluated" if by == SAMPLES else "seconds of computing, measuring not counted"
    )
    option["legend"]["show"] = False  # the standings name every curve
    option["grid"]["top"] = 16
    st.echarts_chart(
        option,
        height=400,
        key=f"race-chart-{by}",
        alt="log p(x) of test digits while every algorithm learns; the standings say it in numbers",
    )


def _curve(entry: Entry, points: list[Point], by: str) -> Curve:
    at = [point.samples if by == SAMPLES else point.seconds for point in points]
    values = [point.log_p for point in points]
    return Curve(entry.title, at, values, colour(entry), dashed=entry.key == _DASHED)


def colour(entry: Entry) -> str:
    """The colour that the racer's method has in every figure."""
    return METHOD_COLOURS.get(entry.algorithm, QUIET)


def standings(now: Race) -> str:
    """A table as HTML, the leader first: name, log p(x), samples, seconds; digits stand still."""
    rows = []
    last = {key: points[-1] for key, points in now.points.items() if points}
    for entry in sorted(now.entries, key=lambda e: -last[e.key].log_p if e.key in last else 1e9):
        point = last.get(entry.key)
        cells = (
            (f"{point.log_p:.1f}".replace("-", "−"), f"{point.samples / 1000:.0f} k")
            + (f"{point.seconds:.1f} s",)
            if point
            else ("–", "–", "–")
        )
        style = "dashed" if entry.key == _DASHED else "solid"
        rows.append(
            "<tr><td style='width:24px'><span style='display:block;border-top:3px "
            f"{style} {colour(entry)}'></span></td><td>{escape(entry.title)}</td>"
            + "".join(f"<td style='text-align:right'>{cell}</td>" for cell in cells)
            + "</tr>"
        )
    head = "".join(
        f"<th style='text-align:right;font-weight:400'>{name}</th>"
        for name in ("nats", "samples", "time")
    )
    return (
        "<table class='standings' style='width:100%;border-collapse:collapse;font-size:14px;"
        "line-height:2;font-variant-numeric:tabular-nums;white-space:nowrap'>"
        f"<tr style='opacity:.75'><th></th><th></th>{head}</tr>{''.join(rows)}</table>"
    )
