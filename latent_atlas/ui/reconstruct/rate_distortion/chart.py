"""The chart of models between rate and distortion; a click on a point puts it into the columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.rate_distortion import (
    Line,
    ModelPoint,
    Place,
    RateDistortion,
    Scale,
    joined,
    linear_lines,
    rate_distortion_plot,
)
from latent_atlas.ui.plotly_ink import put_ink
from latent_atlas.ui.reconstruct.rate_distortion import words
from latent_atlas.ui.reconstruct.rate_distortion.candidates import Candidate, curves
from latent_atlas.ui.reconstruct.rate_distortion.standing import Parts, Standing, spectrum
from latent_atlas.ui.reconstruct.state import RIVALS, compare_with
from vae_core.evaluation.rate_distortion import OperatingPoint
from vae_core.sentences import counted

KEY = "rate-distortion"
LOADED = f"{KEY}-loaded"  # in the session: what was loaded last
HEIGHT = 460  # pixels


@dataclass(frozen=True)
class Loaded:
    """A model that a click has put into the columns, and those beside the first `before`."""

    key: str
    before: tuple[str, ...]


Measured = Sequence[tuple[Candidate, Standing]]


def figure_data(measured: Measured, parts: Parts, scale: Scale) -> RateDistortion:
    """What is drawn of the models measured, on one scale."""
    points = tuple(_point(each, standing, parts, scale) for each, standing in measured)
    places = {point.key: point.test for point in points}
    made = tuple(
        joined(curve.label, [(beta, places[key]) for beta, key in curve.at])
        for curve in curves([each.entry for each, _ in measured])
    )
    return RateDistortion(
        scale=scale, points=points, curves=made, bounds=_bounds(measured, parts, scale)
    )


def chart(data: RateDistortion, loaded: Sequence[str]) -> None:
    """Draw it; `loaded` are the keys of the models compared, the first one first."""
    figure = rate_distortion_plot(data)
    put_ink(figure["layout"])
    st.plotly_chart(
        figure,
        height=HEIGHT,
        key=KEY,
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        on_select=partial(_pick, list(loaded)),
        selection_mode="points",
        alt=f"Rate against distortion: {counted(len(data.points), 'model')}",
    )


def _pick(loaded: Sequence[str]) -> None:
    """Callback: the model of the point that was clicked stands in the columns."""
    points = st.session_state[KEY].selection.points
    if points and (told := points[0].get("customdata")):
        key = str(told[0] if isinstance(told, list) else told)
        if key not in loaded:
            st.session_state[LOADED] = Loaded(key, tuple(loaded[1:]))
            compare_with([*loaded[1:RIVALS], key])


def _point(each: Candidate, standing: Standing, parts: Parts, scale: Scale) -> ModelPoint:
    return ModelPoint(
        key=each.entry.key,
        letter=each.letter,
        told=words.told_of(each.title, standing, parts),
        test=_place(standing.test, scale),
        train=None if standing.train is None else _place(standing.train, scale),
    )


def _place(at: OperatingPoint, scale: Scale) -> Place:
    height = at.distortion if scale == "nats" else at.squared_error
    return Place(
        rate=at.rate.value,
        rate_half_width=at.rate.half_width,
        distortion=height.value,
        distortion_half_width=height.half_width,
    )


def _bounds(measured: Measured, parts: Parts, scale: Scale) -> tuple[Line, ...]:
    """The lines of linear codes on the test images; in nats for Gaussians of one σ only."""
    allowed = [(c, s) for c, s in measured if scale == "squared error" or s.one_sigma]
    rates = [at.rate.value for _, s in measured for at in (s.test, s.train) if at is not None]
    own = [s.dims for c, s in allowed if c.letter]
    sizes = [s.dims for _, s in allowed]
    return linear_lines(spectrum(parts, parts.test), sizes, own, max(rates), scale)
