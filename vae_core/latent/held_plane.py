"""The plane of principal axes of encodings that change, held still from one look to the next.

PCA tells a plane and not how it lies: its axes change places, flip and spin between two states of a
network that hardly differ, and where two axes carry about the same, one plane takes turns with
another. Turned in itself so that the same images move least, and kept while no other holds clearly
more, it is a map that one can follow.
"""

import torch
from torch import Tensor

from vae_core.latent.encodings import Encodings

_FEWEST = 3  # images, for a plane to go through
_STAYS = 1.25  # times the variance of a shown direction is what another has to have
_RIDGE = 1e-9  # of all variance: dimensions that say nothing have none to divide by
_MEMORY = 0.95  # of a map, in the next one: a direction that comes back lies as it lay


class HeldPlane:
    """Remembers where the images lay, and turns the next plane to that."""

    def __init__(self) -> None:
        self._last: Tensor | None = None
        self._of_late: Tensor | None = None

    def directions(self, encodings: Encodings) -> Tensor | None:
        """Two directions of z at right angles that span two principal axes. [2, J].

        These are the first two, unless what was shown holds nearly as much. Of all directions that
        span them, they are those along which the means of the images, coordinates
        `mu @ directions.T` [N, 2], are nearest to where they lay of late. At the first call, and
        where there are other images, they are the principal axes themselves. None where images or
        dimensions are too few to have a plane.
        """
        mu = encodings.mu.double()
        if len(mu) < _FEWEST or mu.shape[1] < 2:
            return None
        centred = mu - mu.mean(0)
        covariance = centred.T @ centred / len(mu)
        last, of_late = self._last, self._of_late
        if last is None or of_late is None or len(last) != len(mu):
            axes = _first_two(covariance)
            axes *= axes.gather(1, axes.abs().argmax(1, keepdim=True)).sign()
            self._last = self._of_late = mu @ axes.T
            return axes.float()
        # The plane of these encodings that is most like the last map, and what it holds.
        cross = centred.T @ (last - last.mean(0)) / len(mu)
        ridge = _RIDGE * covariance.trace() + torch.finfo(torch.float64).tiny
        slopes = torch.linalg.solve(covariance + ridge * torch.eye(mu.shape[1]).double(), cross)
        shown = torch.linalg.qr(slopes).Q
        within = shown @ shown.T
        axes = _first_two(covariance + (_STAYS - 1) * within @ covariance @ within)
        points = mu @ axes.T
        turn = procrustes(points, of_late)
        self._last = points @ turn
        self._of_late = _MEMORY * of_late + (1 - _MEMORY) * self._last
        return (turn.T @ axes).float()


def procrustes(points: Tensor, target: Tensor) -> Tensor:
    """The rotation or reflection R that makes |points @ R − target| smallest. [k, k].

    Both are [N, k]. Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".
    """
    left, _, right = torch.linalg.svd(points.T @ target)
    return left @ right


def _first_two(covariance: Tensor) -> Tensor:
    """The two eigenvectors [2, J] of the largest eigenvalues."""
    vectors: Tensor = torch.linalg.eigh(covariance).eigenvectors
    return vectors[:, -2:].flip(1).T
