"""Flat views of a latent space of many dimensions: principal axes, and t-SNE.

Each point of a plane of principal axes is a z, and decoding works everywhere. t-SNE only places the
encodings: between them there is no z, and what is decoded is the nearest of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.density import seeded_subset
from vae_core.latent.encodings import Encodings
from vae_core.latent.nearest import Nearest, nearest_points
from vae_core.latent.plane import Plane

# Fewer than this have no neighbourhoods to keep.
_FEWEST_POINTS = 10


@dataclass(frozen=True)
class PrincipalAxes:
    """Principal components of the encodings' means.

    Attributes:
        mean: [J].
        components: [k, J], orthonormal rows, most variance first, k = min(N, J). The entry of
            largest size in each is positive, so that a view never flips from one run to the next.
        variance: [k], along each component, divided by N.
    """

    mean: Tensor
    components: Tensor
    variance: Tensor

    @property
    def explained(self) -> Tensor:
        """The share of all variance along each component; zeros if there is none. [k]."""
        return self.variance / self.variance.sum().clamp(min=1e-30)

    def project(self, z: Tensor) -> Tensor:
        """Coordinates along the components. [..., J] → [..., k]."""
        return (z - self.mean) @ self.components.T

    def plane(self, axes: tuple[int, int] = (0, 1)) -> Plane:
        """The plane of two components through the mean; ``Plane.lift`` maps back to z."""
        return Plane(self.mean, self.components[list(axes)])


@torch.no_grad()
def principal_axes(encodings: Encodings) -> PrincipalAxes:
    """PCA of mu by singular values in float64, exact."""
    mu = encodings.mu.double()
    mean = mu.mean(0)
    # mu − mean = QR, so R has the same right singular vectors and is small.
    R = torch.linalg.qr(mu - mean, mode="r").R
    _, singular, components = torch.linalg.svd(R, full_matrices=False)
    largest = components.gather(1, components.abs().argmax(1, keepdim=True))
    components = torch.where(largest < 0, -components, components)
    return PrincipalAxes(mean.float(), components.float(), (singular**2 / len(mu)).float())


@dataclass(frozen=True)
class Embedding:
    """Some encodings, placed on a sheet of paper.

    Attributes:
        points: float32 [n, 2]; only neighbourhoods mean something, not distances or directions.
        index: int64 [n], which encodings they are.
    """

    points: Tensor
    index: Tensor

    def nearest(self, at: Tensor) -> Nearest:
        """The encodings (``index`` into all of them) placed nearest to points [M, 2]. [M, 1]."""
        found = nearest_points(self.points, at)
        return Nearest(self.index[found.index], found.distance)


def tsne(
    encodings: Encodings, limit: int = 2000, seed: int = 0, perplexity: float = 30.0
) -> Embedding:
    """t-SNE of mu (van der Maaten & Hinton 2008), started from its principal axes.

    Seconds of work for a few thousand encodings, so a seeded subset of at most ``limit`` is placed.

    Raises:
        AtlasError: fewer than ten encodings.
    """
    # Importing scikit-learn takes seconds, and only this function needs it.
    from sklearn.manifold import TSNE

    index = seeded_subset(len(encodings.mu), limit, seed)
    if len(index) < _FEWEST_POINTS:
        raise AtlasError(
            f"t-SNE needs at least {_FEWEST_POINTS} encodings, and there are {len(index)}: "
            "choose a larger dataset, or principal axes."
        )
    placing = TSNE(perplexity=min(perplexity, (len(index) - 1) / 3), init="pca", random_state=seed)
    points = placing.fit_transform(encodings.mu[index].numpy())
    return Embedding(torch.from_numpy(points).float(), index)
