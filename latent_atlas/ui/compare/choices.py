"""The choices on the comparison: all of them are in the address, so that a link restores them."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.compare.groups import EACH, Varying, ways
from latent_atlas.ui.compare.measured import PARTS, Part, common_quantities, measured
from latent_atlas.ui.compare.overlays import PART_NAMES, Choices
from latent_atlas.ui.compare.zoom import zoomed_to
from latent_atlas.ui.segments import segments
from latent_atlas.ui.train.along import TITLES, Along
from vae_core.runs import Run, Smoothing
from vae_core.sentences import counted

# As people read them, and as the address has them.
_SMOOTHINGS: dict[str, Smoothing | None] = {
    "not smoothed": None,
    **{f"exponential {w:g}": Smoothing("exponential", w) for w in (0.6, 0.9, 0.97)},
    **{f"mean of {counted(n, 'point')}": Smoothing("window", n) for n in (5, 15, 51)},
}
_OVERLAY, _MULTIPLES = "overlay", "small multiples"
_LINEAR, _LOG = "linear", "log"


def choices(runs: Sequence[Run], varying: Varying) -> Choices:
    """Draw the choices above the charts and return what is chosen."""
    quantities = {each.name: each for each in common_quantities(runs)}
    offered = ways(varying)
    with st.container(horizontal=True, vertical_alignment="center"):
        quantity = st.selectbox(
            "Quantity",
            list(quantities),
            format_func=lambda name: quantities[name].label,
            key="quantity",
            bind="query-params",
            label_visibility="collapsed",
            width=160,
        )
        parts = [part for part in PARTS if any(measured(run).has(part) for run in runs)]
        part: Part = segments("Images", parts or list(PARTS), "part", PART_NAMES.__getitem__)
        along: Along = segments("Along", list(TITLES), "x")
        scale = segments("Axis", [_LINEAR, _LOG], "scale")
        way = st.selectbox(
            "Lines",
            list(offered),
            format_func=lambda name: offered[name],
            key="lines",
            bind="query-params",
            label_visibility="collapsed",
            width=200,
        )
        smoothing = st.selectbox(
            "Smoothing",
            list(_SMOOTHINGS),
            key="smoothing",
            bind="query-params",
            label_visibility="collapsed",
            width=200,
        )
        view = segments("View", [_OVERLAY, _MULTIPLES], "view")
    return Choices(
        quantity=quantities[quantity],
        part=part,
        along=along,
        log_axis=scale == _LOG,
        way=way if way in offered else EACH,
        smoothing=_SMOOTHINGS[smoothing],
        multiples=view == _MULTIPLES,
        window=zoomed_to(along),
    )
