"""What a linear model of the form's data would keep, before anything is trained.

One quiet sentence above the button that starts, and on demand each dimension. The spectrum of the
data is found in the background, once for all visitors; β, the dimensions and the likelihood then
take no time.
"""

from functools import partial

import streamlit as st

from latent_atlas.reports.colours import line_colour
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT, UPRIGHT_NAME, bar_axes
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.split.standing import EVERY, visitor, wanted
from latent_atlas.ui.shared_moments import Option
from latent_atlas.ui.train.fields import form_values, read_config
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data import DatasetInfo, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.evaluation.collapse_forecast import CollapseForecast
from vae_core.numerals import decimal
from vae_core.runs import RunConfig
from vae_core.runs.forecast import (
    KnownSpectrum,
    encodes,
    forecast,
    known_spectrum,
    unforeseeable,
)
from vae_core.sentences import counted

MOST = 50  # dimensions that are drawn
_AWAITED = "Looking how many dimensions a linear model of these data would keep…"


def forecast_line() -> None:
    """Draw the sentence on the run in the form; nothing where that is no run, or has no code."""
    try:
        config = read_config(form_values())
    except AtlasError:
        return  # whoever starts it is told
    here = {info.name: info for info in visible_datasets() if info.present}
    if config.dataset not in here or not encodes(config):
        return
    if (why := unforeseeable(config)) is not None:
        st.caption(escaped(f"Which dimensions it will keep cannot be said before: {why}."))
        return
    job = _spectrum(here[config.dataset], config.split, config.treatment)
    if job.active:
        st.fragment(_wait, run_every=EVERY)(job)
    elif job.result is not None:  # what could not be read, whoever starts it is told
        _tell(config, job.result)


def _spectrum(info: DatasetInfo, split: str, treatment: Treatment) -> Job[KnownSpectrum]:
    """The job that finds it, by what the data are: files that were replaced are others."""
    key = f"spectrum {info.name} {info.where} {info.counts} {split} {treatment}"

    def work(watch: object, publish: object) -> KnownSpectrum:
        return known_spectrum(load_dataset(info.name).split(split).images, treatment)

    return wanted(key, partial(measuring.ask, key, work, visitor()))


def _wait(job: Job[KnownSpectrum]) -> None:
    job.look(visitor())
    if not job.active:
        st.rerun()
    st.caption(_AWAITED)


def _tell(config: RunConfig, known: KnownSpectrum) -> None:
    told = forecast(config, known)
    if told.found is None:
        st.caption(escaped(told.sentence))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(escaped(told.sentence), width="content")
        with st.popover("Each dimension", key="new-forecast"):
            st.echarts_chart(
                forecast_option(told.found, ink=INK_DARK if is_dark() else INK_LIGHT),
                height=200,
                key="new-forecast-chart",
                alt="A of each dimension of a linear model of these data",
            )
            st.caption(escaped(_rule(told.found, known.spectrum.images)))


def _rule(found: CollapseForecast, images: int) -> str:
    close = (
        f" {counted(found.close, 'λ')} within 5 % of that may go either way." if found.close else ""
    )
    return (
        f"A = max(0, 1 − βσ²/λ) by rank, where λ are the variances of {counted(images, 'image')} "
        f"along their principal axes and βσ² = {found.threshold:.3g}; a dimension is kept where "
        f"A > 0.01.{close} Exact for a linear model; a deep one begins so and can end elsewhere: "
        "Diagnose draws both once it is trained."
    )


def forecast_option(found: CollapseForecast, *, ink: str) -> Option:
    """The option of a bar for each A_j, the largest first."""
    bars = [
        [place, value, f"{place + 1}: A = {decimal(value, 3)}, λ = {eigenvalue:.3g}"]
        for place, (value, eigenvalue) in enumerate(
            list(zip(found.variance, found.eigenvalues, strict=True))[:MOST]
        )
    ]
    grid = margins(["0.0"], top=12, right=8, bottom=44)
    grid["left"] += UPRIGHT_NAME
    ranks = [f"{place + 1}" for place in range(len(bars))]
    axes = bar_axes(ranks, "dimension, by rank", "A", left=grid["left"], ink=ink)
    axes["yAxis"] |= {"max": 1, "splitNumber": 2}
    return {
        "animation": False,
        "grid": grid,
        "tooltip": {"confine": True},
        **axes,
        "series": [
            {
                "type": "bar",
                "data": bars,
                "barMaxWidth": 32,
                "dimensions": ["dimension", "A", {"name": "told", "type": "ordinal"}],
                "encode": {"x": 0, "y": 1, "tooltip": [2]},
                "itemStyle": {"color": line_colour(1)},
            }
        ],
    }
