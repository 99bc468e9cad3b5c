"""One split under all models compared: every image measured once, and what it is put in order by.

Shuffling, sorting and searching then only pick from these numbers.
"""

from dataclasses import dataclass

from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.measure import measured
from latent_atlas.ui.reconstruct.nearness import distances
from latent_atlas.ui.reconstruct.order import Ranks
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
    """Measure all images of the split, or take what was measured before."""
    split, columns = comparison.split, []
    for each in comparison.columns:
        found = measured(
            each.entry.digest,
            comparison.data.name,
            split.name,
            comparison.treatment,
            each.vae,
            split.images,
        )
        columns.append(Measured(each.title, each.vae, found.bounds, found.draw_variance))
    return MeasuredSplit(comparison, columns)
