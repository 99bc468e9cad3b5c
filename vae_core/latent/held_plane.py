"""The plane of principal axes of encodings that change, held still from one look to the next.

PCA tells a plane and not how it lies: its axes change places, flip and spin between two states of a
network that hardly differ. Turned in itself, so that the same images move least, it is the same
plane and a map that one can follow.
"""

import torch
from torch import Tensor

from vae_core.latent.encodings import Encodings
from vae_core.latent.projection import principal_axes

_FEWEST = 3  # images, for a plane to go through


class HeldPlane:
    """Remembers where the images lay, and turns the next plane to that."""

    def __init__(self) -> None:
        self._before: Tensor | None = None

    def directions(self, encodings: Encodings) -> Tensor | None:
        """Two directions of z at right angles that span the first two principal axes. [2, J].

        Of all that do, those along which the means of these images, coordinates `mu @ directions.T`
        [N, 2], are nearest to what they were at the last call. At the first one, and where there
        are other images, they are the principal axes themselves. None where images or dimensions
        are too few to have a plane.
        """
        if len(encodings.mu) < _FEWEST or encodings.mu.shape[1] < 2:
            return None
        axes = principal_axes(encodings).components[:2].double()
        points = encodings.mu.double() @ axes.T
        if self._before is not None and self._before.shape == points.shape:
            turn = procrustes(points, self._before)
            axes, points = turn.T @ axes, points @ turn
        self._before = points
        return axes.float()


def procrustes(points: Tensor, target: Tensor) -> Tensor:
    """The rotation or reflection R that makes |points @ R − target| smallest. [k, k].

    Both are [N, k]. Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".
    """
    left, _, right = torch.linalg.svd(points.T @ target)
    return left @ right
