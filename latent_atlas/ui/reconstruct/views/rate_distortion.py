"""Rate against distortion: each model a point, each β of a sweep a point of a curve."""

from functools import partial

import streamlit as st

from latent_atlas.reports.rate_distortion import Scale, in_sight
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.parameters import one_of, segments
from latent_atlas.ui.reconstruct.rate_distortion import words
from latent_atlas.ui.reconstruct.rate_distortion.candidates import Candidate, compared, others
from latent_atlas.ui.reconstruct.rate_distortion.chart import LOADED, Loaded, chart, figure_data
from latent_atlas.ui.reconstruct.rate_distortion.measuring import follow, known
from latent_atlas.ui.reconstruct.rate_distortion.standing import (
    Parts,
    Standing,
    parts_of,
    spectrum,
)
from latent_atlas.ui.reconstruct.state import RIVALS, compare_with
from latent_atlas.ui.reconstruct.view import Kept, View, show
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.models import Nats

SCALES: dict[str, Scale] = {"nats": "nats", "squares": "squared error"}
_SCALES = {"nats": "Nats", "squares": "Squared error"}
THESE, ALL = "these", "all"
_WHICH = {THESE: "These models", ALL: "All of these data"}
_DISTORTION, _MODELS = "distortion", "models"  # in the address
_PILLS = "rate-distortion-columns"


def title(comparison: Comparison) -> str:
    """What there is to see."""
    return "How long the code is, and what the copies lose"


def draw(comparison: Comparison) -> Kept:
    """The chart, what is known of each model, and the models that can be put into the columns."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        scale = SCALES[segments(_DISTORTION, "Distortion", _SCALES)]
        which = segments(_MODELS, "Models", _WHICH)
    trained_on = loaded(comparison.columns[0].entry).training.split
    parts = parts_of(comparison.data, comparison.split, comparison.treatment, trained_on)
    columns = compared(comparison)
    follow([each.entry for each in columns], parts)
    rest = others(comparison) if which == ALL else []
    if all(known(each.entry, parts) is not None for each in columns):
        follow([each.entry for each in rest], parts)
    found = _measured([*columns, *rest], parts)
    measured = [(each, standing) for each, standing in found if standing.finite]
    if lost := [each.title for each, standing in found if each.letter and not standing.finite]:
        st.caption(escaped_message(words.diverged(lost)))
    if not measured:
        return {}
    drawn, apart = _on_scale(measured, scale, comparison.columns[0].nats)
    if drawn:
        _chart(comparison, drawn, parts, scale)
    if apart:
        st.caption(escaped_message(words.elsewhere([each.title for each, _ in apart])))
    if rest:
        guests = [guest.entry.key for guest in comparison.guests]
        _pills(columns, [each for each, _ in measured], guests)
    _way_back(columns)
    st.html(words.table([(c, s) for c, s in measured if c.letter], parts))
    if parts.train is not None:
        st.caption(words.rule())
    return {}


def _measured(candidates: list[Candidate], parts: Parts) -> list[tuple[Candidate, Standing]]:
    """Those that have been measured."""
    found = []
    for each in candidates:
        (standing,) = known(each.entry, parts) or (None,)
        if standing is not None:
            found.append((each, standing))
    return found


Some = list[tuple[Candidate, Standing]]


def _on_scale(measured: Some, scale: Scale, nats: Nats) -> tuple[Some, Some]:
    """Those on the scale of the first model, and those of the columns that are not."""
    if scale == "squared error":
        return measured, []
    drawn = [(c, s) for c, s in measured if s.nats == nats]
    return drawn, [(c, s) for c, s in measured if s.nats != nats and c.letter]


def _chart(comparison: Comparison, drawn: Some, parts: Parts, scale: Scale) -> None:
    st.caption(escaped(words.reading(scale, parts)))
    data = figure_data(drawn, parts, scale)
    chart(data, [each.entry.key for each in (*comparison.columns, *comparison.guests)])
    if beyond := len(data.points) - len(in_sight(data)):
        st.caption(words.outside(beyond))
    looked_at = spectrum(parts, parts.test).images
    told = words.bounded(
        scale, [s for _, s in drawn], bounds=bool(data.bounds), looked_at=looked_at
    )
    if told:
        st.caption(escaped(told))


def _pills(columns: list[Candidate], candidates: list[Candidate], guests: list[str]) -> None:
    """What a click on a point does, for the keyboard too; the keys of `guests` stay."""
    first, *beside = columns
    titles = {c.entry.key: c.title for c in candidates if c.entry.key != first.entry.key}
    put(_PILLS, [each.entry.key for each in beside if each.entry.key in titles])
    st.pills(
        "In the columns, beside the first (a click on a point adds it, too)",
        list(titles),
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=_PILLS,
        on_change=on_choice(_PILLS, partial(_choose, guests)),
    )


def _choose(guests: list[str]) -> None:
    """Callback: the models that are pressed are compared."""
    compare_with([*st.session_state[_PILLS], *guests][:RIVALS])


def _way_back(columns: list[Candidate]) -> None:
    """After a click on a point: to the images of its model, or back to the columns before."""
    last = st.session_state.get(LOADED)
    loaded_one = next((each for each in columns if last and each.entry.key == last.key), None)
    if last is None or loaded_one is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(escaped(f"{loaded_one.letter} {loaded_one.title} is in the columns now."))
        st.button(
            "See its images",
            icon=":material/image:",
            key="rate-distortion-images",
            on_click=show,
            args=("images",),
        )
        st.button(
            "Take it out again",
            icon=":material/undo:",
            key="rate-distortion-undo",
            on_click=_undo,
            args=(last,),
        )


def _undo(last: Loaded) -> None:
    """Callback: the columns as they were."""
    st.session_state.pop(LOADED, None)
    compare_with(last.before)


VIEW = View(
    "rate-distortion",
    "Rate–distortion",
    60,
    title,
    draw,
    (one_of(_DISTORTION, _SCALES), one_of(_MODELS, _WHICH)),
)
