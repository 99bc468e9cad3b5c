"""The charts of a sweep: a click on a point of either shows the plane of its trial."""

from functools import partial
from typing import Any

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.sweep_drawing import parallel_figure, rate_distortion_figure
from latent_atlas.reports.sweep_figures import parallel_data, rate_distortion_data
from latent_atlas.ui.plotly_ink import accent, is_dark, put_ink
from latent_atlas.ui.sweeps.reading import choose_trial
from vae_core.sweeps import Table

PARALLEL_HEIGHT, PLAIN_HEIGHT = 400, 340  # pixels
Figure = dict[str, Any]


def parallel_chart(table: Table, chosen: str | None, key: str) -> None:
    """Parallel coordinates of what varies; nothing where there is nothing to draw yet."""
    if (data := parallel_data(table)) is None:
        return
    label = data.axes[-1].label
    st.markdown(
        f"**Each line is a trial, from what was set to what came of it**  \n:small[:gray[Up is "
        f"better on the last axis, {label}; trials of one value lie in that order, too. Click a "
        "point to see its plane.]]"
    )
    figure = parallel_figure(data, dark=is_dark(), chosen=chosen, accent=accent())
    _draw(figure, PARALLEL_HEIGHT, f"parallel-{key}", f"What each trial set and its {label}")


def rate_distortion_chart(table: Table, chosen: str | None, key: str) -> None:
    """Rate against distortion with their ±; nothing where no trial has both yet."""
    if (data := rate_distortion_data(table)) is None:
        return
    st.markdown(
        "**How long the code is, and what it loses**  \n:small[:gray[The ELBO is the same along "
        "each dotted line, and better towards the lower left. ± in 95 of 100 cases, over images.]]"
    )
    figure = rate_distortion_figure(data, dark=is_dark(), chosen=chosen, accent=accent())
    _draw(figure, PLAIN_HEIGHT, f"rate-distortion-{key}", "Rate against distortion of each trial")


def _draw(figure: Figure, height: int, key: str, alt: str) -> None:
    put_ink(figure["layout"])
    st.plotly_chart(
        figure,
        height=height,
        key=key,
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        on_select=partial(_pick, key),
        selection_mode="points",
        alt=alt,
    )


def _pick(key: str) -> None:
    """Callback: the trial of the point that was clicked is shown."""
    points = st.session_state[key].selection.points
    if points and (run := points[0].get("customdata")):
        choose_trial(run[0] if isinstance(run, list) else str(run))
        st.rerun()
