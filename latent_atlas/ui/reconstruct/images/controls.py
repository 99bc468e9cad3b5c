"""What is to be seen of the images: their order, which of them, and which pictures."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.finding import both, found, of_class
from latent_atlas.ui.reconstruct.order import TITLES, Order, Ranks
from latent_atlas.ui.reconstruct.parameters import among, counter, image, menu, one_of, segments
from latent_atlas.ui.reconstruct.pictures import DRAWN, KINDS, Kind
from latent_atlas.ui.reconstruct.resized import Shape
from latent_atlas.ui.reconstruct.search import FIND, search_field
from latent_atlas.ui.reconstruct.selection import selected_indices
from latent_atlas.ui.reconstruct.state import draw_again, number, shuffle
from vae_core.data import Split
from vae_core.numerals import decimal

ALL = "All classes"
ALONE = "This split alone"
_PICTURES: dict[str, Kind] = dict(
    zip(("mean", "sample", "sample-x", "deviation"), KINDS, strict=True)
)


@dataclass(frozen=True)
class Chosen:
    """What was chosen.

    `wanted` is a class by its name or `ALL`, `label` its number, `beside` another split, and `size`
    the shape that all pictures are brought to.
    """

    order: Order
    wanted: str
    label: int | None
    searched: str
    kind: Kind
    beside: str | None
    near: int
    size: Shape

    def among(self, comparison: Comparison, split: Split) -> Tensor | None:
        """The images of a split that are meant, int64 [n]; None for all."""
        meant = both(of_class(split, self.label), found(self.searched, comparison.data, split))
        return both(meant, selected_indices(comparison))


def controls(comparison: Comparison, ranks: Ranks) -> Chosen:
    """Draw them, in a row that wraps."""
    near = number("near", -1)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        titles: dict[Order, str] = {**TITLES, "near": f"Nearest to {decimal(near, 0)}"}
        offered = {name: titles[name] for name in ranks.orders()}
        order = menu("sort", "Order", offered, width=176)
        wanted, label = ALL, ""
        if classes := _classes(comparison):
            label = menu("class", "Class", classes, width=128)
            wanted = classes[label]
        searched = search_field()
        beside = _beside(comparison)
        st.button("Shuffle", icon=":material/shuffle:", key="shuffle", on_click=shuffle)
        kind = _PICTURES[segments("picture", "Picture", _PICTURES)]
        if kind in DRAWN:
            st.button("Draw again", icon=":material/casino:", key="draw-again", on_click=draw_again)
        size = _size(comparison)
    number_of_class = int(label) if label else None
    return Chosen(order, wanted, number_of_class, searched, kind, beside, near, size)


def _beside(comparison: Comparison) -> str | None:
    """Another split of the same data, to be shown beside the one that is compared on."""
    splits = _splits(comparison)
    return (menu("beside", "Beside", splits, width=168) or None) if len(splits) > 1 else None


def _size(comparison: Comparison) -> Shape:
    """The common size of the pictures, where models of other sizes stand beside these."""
    shapes = _shapes(comparison)
    if len(shapes) == 1:
        return comparison.data.image_shape
    return shapes[menu("size", "Common size", _sizes(comparison), width=168)]


def _classes(comparison: Comparison) -> dict[str, str]:
    """The classes that occur, by their numbers; empty without labels."""
    labels, names = comparison.split.labels, comparison.data.class_names
    present = [] if labels is None else labels.unique().tolist()
    return {"": ALL, **{str(label): names[label] for label in present}} if present else {}


def _splits(comparison: Comparison) -> dict[str, str]:
    here, splits = comparison.split.name, comparison.data.splits
    others = [name for name, index in splits.items() if name != here and len(index)]
    return {"": ALONE, **{name: f"beside {name}" for name in others}}


def _shapes(comparison: Comparison) -> dict[str, Shape]:
    """The sizes of the images and of what the models read, by what the address calls them."""
    own = comparison.data.image_shape
    shapes = [own, *(each.vae.architecture.image_shape for each in comparison.guests)]
    return {"x".join(map(str, shape)): shape for shape in shapes}


def _sizes(comparison: Comparison) -> dict[str, str]:
    return {key: size_and_colour(shape) for key, shape in _shapes(comparison).items()}


PARAMETERS = (
    one_of("sort", TITLES),
    among("class", _classes),
    FIND,
    one_of("picture", _PICTURES),
    among("beside", _splits),
    among("size", _sizes),
    image("near"),
    counter("seed"),
    counter("draw"),
)
