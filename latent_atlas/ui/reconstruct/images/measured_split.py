"""One split under all models compared: every image measured once, and what it is put in order by.

Shuffling, sorting and searching then only pick from these numbers.
"""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.measure import measured
from latent_atlas.ui.reconstruct.nearness import distances
from latent_atlas.ui.reconstruct.order import Ranks
from latent_atlas.ui.reconstruct.resized import Shape, resized, resized_name
from latent_atlas.ui.reconstruct.rows import Measured


@dataclass(frozen=True, eq=False)
class MeasuredSplit:
    """A comparison with the numbers of its columns."""

    comparison: Comparison
    columns: list[Measured]

    @property
    def comparable(self) -> list[Measured]:
        """The columns whose nats may be held against those of the first one, itself among them."""
        return [each for each in self.columns if each.compares_with(self.columns[0])]

    def ranks(self, near: int = -1) -> Ranks:
        """What the images are put in order by; `near` is the chosen one, if there is one."""
        costs = [-each.bounds.elbo for each in self.comparable]
        distance: Tensor | None = None
        if 0 <= near < len(self.comparison.split):
            distance = distances(self.comparison, near)
        return Ranks(costs, self.columns[0].bounds.rate, distance)


def measured_split(comparison: Comparison) -> MeasuredSplit:
    """Measure all images of the split, or take what was measured before.

    Guests are measured on these images at their own size. Raises AtlasError where that cannot be.
    """
    split, columns = comparison.split, []
    for each in (*comparison.columns, *comparison.guests):
        shape, name, other = each.vae.architecture.image_shape, shown_name(comparison, each), None
        if shape != comparison.data.image_shape:
            other = _resized(name, split.name, shape, split.images)
        images = split.images if other is None else other
        found = measured(
            each.entry.digest, name, split.name, comparison.treatment, each.vae, images
        )
        one = Measured(each.title, each.vae, found.bounds, found.draw_variance, other)
        columns.append(one)
    return MeasuredSplit(comparison, columns)


def shown_name(comparison: Comparison, column: Column) -> str:
    """What the images are called as a model reads them."""
    shape = column.vae.architecture.image_shape
    data = comparison.data
    return data.name if shape == data.image_shape else resized_name(data.name, shape)


@st.cache_resource(max_entries=4, show_spinner=False)
def _resized(name: str, split: str, shape: Shape, _images: Tensor) -> Tensor:
    """Images at another size, kept by their names, as their bounds are."""
    return resized(_images, shape)
