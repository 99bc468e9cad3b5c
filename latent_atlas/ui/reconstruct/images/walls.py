"""The wall of a split: a page of its images, and the ledger of the one that is selected."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from torch import Tensor

from latent_atlas.ui import address
from latent_atlas.ui.reconstruct.image_facts import facts_address
from latent_atlas.ui.reconstruct.images.controls import Chosen
from latent_atlas.ui.reconstruct.images.measured_split import MeasuredSplit, shown_name
from latent_atlas.ui.reconstruct.order import page_holding, page_of
from latent_atlas.ui.reconstruct.rows import WITH_ERRORS, wall_data
from latent_atlas.ui.reconstruct.state import number, show_near
from latent_atlas.ui.reconstruct.wall import wall

CARDS = 24


def split_wall(one: MeasuredSplit, indices: Tensor, chosen: Chosen, linked: int) -> int:
    """Draw it for the images at `indices`, int64 [n]; returns the selected one, or -1 for none.

    `linked` is the image that the address names.
    """
    comparison = one.comparison
    split, data = comparison.split, comparison.data
    key = f"wall-{split.name}-{address.turn()}"
    stage = st.container()
    cards = CARDS if len(one.jobs) <= WITH_ERRORS else CARDS // 3
    # A new order or class is seen from its start: the key holds them. A link opens where its image
    # is.
    arriving = key not in st.session_state
    page = st.pagination(
        max(1, -(-len(indices) // cards)),
        default=page_holding(indices, linked, cards) if arriving else 1,
        key=f"page {address.turn()} {comparison.columns[0].entry.key} {data.name} {split.name} "
        f"{chosen.order} {chosen.wanted} {chosen.near} {chosen.searched} {number('seed')}",
    )
    shown = page_of(indices, page, cards)
    with stage:
        selected = wall(_content(one, shown, chosen), linked, key, show_near)
    if selected is None:
        return linked
    return selected if selected in shown else -1


def _content(one: MeasuredSplit, shown: Tensor, chosen: Chosen) -> dict[str, Any]:
    """What the wall is told of the images at `shown`: kept, for most reruns change none of it."""
    comparison = one.comparison
    split, class_names, draw = comparison.split, comparison.data.class_names, number("draw")
    columns = (*comparison.columns, *comparison.guests)
    # With the last of the split comes how much its numbers vary with the draws.
    measured = [
        (subject.bounds_key(), job.result is not None)
        for subject, job in zip(one.subjects, one.jobs, strict=True)
    ]
    named = [] if split.labels is None else [class_names[int(n)] for n in split.labels[shown]]
    key = (measured, [each.title for each in columns], shown.tolist(), named, draw, chosen)

    def made() -> dict[str, Any]:
        return wall_data(
            split,
            shown,
            one.shown(shown),
            treatment=comparison.treatment,
            class_names=class_names,
            kind=chosen.kind,
            draw=draw,
            facts=[
                facts_address(
                    each.entry.digest,
                    shown_name(comparison, each),
                    split.name,
                    comparison.treatment,
                )
                for each in columns
            ],
            size=chosen.size,
        )

    return _kept(repr(key), made)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(key: str, _made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return _made()
