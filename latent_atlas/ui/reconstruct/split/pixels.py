"""Whether pixels are what the models say that they are: drawn, and the numbers behind it."""

from collections.abc import Callable
from functools import partial
from typing import Any

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.colours import LINE_COLOURS, QUIET_DARK, QUIET_LIGHT
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.measure import SAMPLES, Subject
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.selection import subject_of
from latent_atlas.ui.reconstruct.split.standing import (
    follow,
    go_on,
    tell_failures,
    visitor,
    wanted,
)
from vae_core.evaluation import Watch
from vae_core.evaluation.calibration import MOST_IMAGES, Calibration, Spread, calibration
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

_HEIGHT = 320


def pixels(comparison: Comparison) -> None:
    """Draw how the pixels of each model are calibrated; measures them in the background."""
    subjects = [subject_of(comparison, column) for column in comparison.columns]
    keys = [subject.key(f"pixels {SAMPLES} {MOST_IMAGES}") for subject in subjects]
    jobs = [
        wanted(key, partial(_asked, key, subject))
        for key, subject in zip(keys, subjects, strict=True)
    ]
    if any(job.active for job in jobs):
        follow(keys, jobs, "split-pixels-cancel", lambda: "Looking at their pixels")
        return
    tell_failures(comparison, jobs)
    if any(job.state == "cancelled" for job in jobs):
        st.button("Look at their pixels", key="split-pixels", on_click=go_on, args=(keys,))
    found = {place: job.result for place, job in enumerate(jobs) if job.result is not None}
    if not found:
        return
    spreads = {place: each.spread for place, each in found.items() if each.spread is not None}
    places = st.columns(2 if spreads else [3, 2])
    with places[0]:
        st.plotly_chart(
            reliability_figure(found),
            height=_HEIGHT,
            key="split-reliability",
            config={"displayModeBar": False},
            alt="How far pixels are from what the models say that they are",
        )
    with places[1]:
        if spreads:
            st.plotly_chart(
                transform_figure(spreads),
                height=_HEIGHT,
                key="split-transform",
                config={"displayModeBar": False},
                alt="Where pixels lie in the distributions that the models give them",
            )
        else:
            st.markdown(_errors(comparison, found))
    if spreads:
        st.markdown(_errors(comparison, found))
        st.markdown(_coverage(comparison, spreads))
    images = min(each.images for each in found.values())
    st.caption(
        f"Of {counted(images, 'image')}, at {SAMPLES} draws of z from q(z|x): what the model says "
        "of an image that its encoder has seen. The error is averaged over pixels, and never below "
        "0: noise alone gives some. ± in 95 of 100 cases, over images."
    )


def reliability_figure(found: dict[int, Calibration]) -> dict[str, Any]:
    """How far pixels are from what each model says, by what it says, as Plotly JSON; 0 is right.

    The difference and not the thing itself: beside a diagonal no such difference is seen.
    """
    traces: list[dict[str, Any]] = []
    top = 0.01
    for place, each in found.items():
        means = each.means
        here = [n for n, pixels in enumerate(means.pixels.tolist()) if pixels]
        gaps = [float(means.observed[n] - means.predicted[n]) for n in here]
        reach = [float(means.half_widths[n].nan_to_num(0.0)) for n in here]
        # A bin of a few pixels of one image is no reason to make the others small.
        many = sum(means.pixels.tolist()) / 1000
        seen = [n for n, k in enumerate(here) if float(means.pixels[k]) >= many]
        top = max(top, *(abs(gaps[n]) + reach[n] for n in seen), 0.0)
        traces.append(
            {
                "x": [float(means.predicted[n]) for n in here],
                "y": gaps,
                "error_y": {"type": "data", "array": reach, "thickness": 1, "width": 0},
                "mode": "lines+markers",
                "name": letter(place),
                "text": [
                    f"{letter(place)} says {decimal(float(means.predicted[n]), 3)}: they are "
                    f"{with_error(float(means.observed[n]), float(means.half_widths[n]))}, "
                    f"{counted(int(means.pixels[n]), 'pixel')}"
                    for n in here
                ],
                "hoverinfo": "text",
                **_style(place),
            }
        )
    names = ("what the model says of a pixel", "what it is, less what it says")
    figure = _figure(traces, *names, (0, 1), (-1.1 * top, 1.1 * top))
    figure["layout"]["shapes"] = [_level(0)]
    return figure


def transform_figure(found: dict[int, Spread]) -> dict[str, Any]:
    """The probability integral transform under each model, as Plotly JSON; flat is right."""
    traces: list[dict[str, Any]] = []
    top = 2.0
    for place, spread in found.items():
        heights = spread.heights.tolist()
        top = max(top, *heights)
        traces.append(
            {
                "x": spread.edges.tolist(),
                "y": [*heights, heights[-1]],
                "mode": "lines",
                "name": letter(place),
                **_style(place),
            }
        )
        traces[-1]["line"]["shape"] = "hv"
    figure = _figure(
        traces, "P(X ≤ x): where pixels lie", "how many, 1 is right", (0, 1), (0, 1.05 * top)
    )
    figure["layout"]["shapes"] = [_level(1)]
    return figure


def _asked(key: str, subject: Subject) -> Job[Calibration]:
    def work(watch: Watch, publish: Callable[[Calibration], None]) -> Calibration:
        some = subject.images[:: -(-len(subject.images) // MOST_IMAGES)]
        return calibration(
            subject.vae, some, treatment=subject.treatment, samples=SAMPLES, watch=watch
        )

    return measuring.ask(key, work, visitor())


def _errors(comparison: Comparison, found: dict[int, Calibration]) -> str:
    rows = [
        f"| {letter(place)} {escaped(comparison.columns[place].title)} "
        f"| {with_error(each.means.error, each.means.half_width)} |"
        for place, each in found.items()
    ]
    return "\n".join(["| model | expected calibration error |", "|:--|--:|", *rows])


def _coverage(comparison: Comparison, found: dict[int, Spread]) -> str:
    first = next(iter(found.values()))
    levels = [f"{decimal(100 * level, 0)} %" for level in first.levels.tolist()]
    rows = [
        f"| {letter(place)} {escaped(comparison.columns[place].title)} | "
        + " | ".join(
            f"{with_error(100 * covered, 100 * half_width)} %"
            for covered, half_width in zip(
                spread.covered.tolist(), spread.covered_half_widths.tolist(), strict=True
            )
        )
        + " |"
        for place, spread in found.items()
    ]
    head = f"| within the central | {' | '.join(levels)} |"
    return "\n".join([head, "|:--" + "|--:" * len(levels) + "|", *rows])


def _level(height: float) -> dict[str, Any]:
    line = {"color": _quiet(), "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 1, "y0": height, "y1": height, "line": line}


def _style(place: int) -> dict[str, Any]:
    colour = LINE_COLOURS[place % len(LINE_COLOURS)]
    dash = "solid" if place < len(LINE_COLOURS) else "dash"
    return {
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "size": 5},
    }


def _figure(
    traces: list[dict[str, Any]],
    x: str,
    y: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> dict[str, Any]:
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": "rgba(128,128,128,0.2)",
        "tickfont": {"color": _quiet()},
    }
    return {
        "data": traces,
        "layout": {
            "xaxis": axis | {"title": {"text": x, "font": {"color": _quiet()}}, "range": x_range},
            "yaxis": axis | {"title": {"text": y, "font": {"color": _quiet()}}, "range": y_range},
            "font": {"color": _quiet(), "size": 13},
            "legend": {"orientation": "h", "y": 1.12, "x": 0},
            "hovermode": "closest",
            "margin": {"l": 56, "r": 8, "t": 32, "b": 48},
        },
    }


def _quiet() -> str:
    return QUIET_DARK if st.context.theme.type == "dark" else QUIET_LIGHT
