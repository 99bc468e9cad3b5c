"""What is to be seen of the images: their order, which of them, and which pictures."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.finding import both, find_field, found, of_class
from latent_atlas.ui.reconstruct.order import TITLES, Order, Ranks
from latent_atlas.ui.reconstruct.pictures import DRAWN, KINDS, Kind
from latent_atlas.ui.reconstruct.resized import Shape
from latent_atlas.ui.reconstruct.rows import names_of_classes
from latent_atlas.ui.reconstruct.selection import selected_indices
from latent_atlas.ui.reconstruct.state import draw_again, number, shuffle
from vae_core.data import Split

ALL = "All classes"
ALONE = "This split alone"


@dataclass(frozen=True)
class Chosen:
    """What was chosen.

    `wanted` is a class by its name or `ALL`, `beside` another split, and `size` the shape that all
    pictures are brought to.
    """

    order: Order
    wanted: str
    searched: str
    kind: Kind
    beside: str | None
    near: int
    size: Shape

    def among(self, comparison: Comparison, split: Split) -> Tensor | None:
        """The images of a split that are meant, int64 [n]; None for all."""
        names = comparison.data.class_names
        label = None if self.wanted == ALL else names.index(self.wanted)
        meant = both(of_class(split, label), found(self.searched, comparison.data, split))
        return both(meant, selected_indices(comparison))


def controls(comparison: Comparison, ranks: Ranks) -> Chosen:
    """Draw them, in a row that wraps."""
    near = number("near", -1)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        order: Order = st.selectbox(
            "Order",
            ranks.orders(),
            format_func=lambda name: f"Nearest to {near}" if name == "near" else TITLES[name],
            key="sort",
            bind="query-params",
            label_visibility="collapsed",
            width=176,
        )
        wanted = ALL
        if classes := names_of_classes(comparison.split.labels, comparison.data.class_names):
            wanted = st.selectbox(
                "Class",
                [ALL, *classes],
                key="class",
                bind="query-params",
                label_visibility="collapsed",
                width=128,
            )
        searched = find_field()
        beside = _beside(comparison)
        st.button("Shuffle", icon=":material/shuffle:", key="shuffle", on_click=shuffle)
        kind = st.segmented_control(
            "Picture",
            KINDS,
            default=KINDS[0],
            required=True,
            key="picture",
            bind="query-params",
            label_visibility="collapsed",
        )
        if kind in DRAWN:
            st.button("Draw again", icon=":material/casino:", key="draw-again", on_click=draw_again)
        size = _size(comparison)
    return Chosen(order, wanted, searched, kind, beside, near, size)


def _beside(comparison: Comparison) -> str | None:
    """Another split of the same data, to be shown beside the one that is compared on."""
    here = comparison.split.name
    others = [name for name, index in comparison.data.splits.items() if name != here and len(index)]
    if not others:
        return None
    chosen = st.selectbox(
        "Beside",
        [ALONE, *others],
        format_func=lambda name: name if name == ALONE else f"beside {name}",
        key="beside",
        bind="query-params",
        label_visibility="collapsed",
        width=168,
    )
    return None if chosen == ALONE else chosen


def _size(comparison: Comparison) -> Shape:
    """The common size of the pictures, where models of other sizes stand beside these."""
    own = comparison.data.image_shape
    shapes = [own, *(each.vae.architecture.image_shape for each in comparison.guests)]
    by_name = {size_and_colour(shape): shape for shape in shapes}
    if len(by_name) == 1:
        return own
    chosen = st.selectbox(
        "Common size",
        list(by_name),
        key="size",
        bind="query-params",
        label_visibility="collapsed",
        width=168,
    )
    return by_name[chosen]
