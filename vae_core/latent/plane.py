"""Planes in the latent space: what of it is seen at once, and where a grid of it lies."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Plane:
    """The points origin + u·directions[0] + v·directions[1] of a latent space.

    Attributes:
        origin: [J].
        directions: [2, J], or [1, J] for the line that a space of one dimension is.
    """

    origin: Tensor
    directions: Tensor

    @classmethod
    def of_axes(
        cls, latent_dim: int, axes: tuple[int, int] = (0, 1), at: Tensor | None = None
    ) -> "Plane":
        """The plane of two latent dimensions; the others stay as in ``at`` [J], or at zero.

        A space of one dimension has its one axis, whatever ``axes`` says.
        """
        origin = torch.zeros(latent_dim) if at is None else at.clone()
        chosen = list(axes) if latent_dim > 1 else [0]
        origin[chosen] = 0
        return cls(origin, torch.eye(latent_dim)[chosen])

    def lift(self, points: Tensor) -> Tensor:
        """Where points of the plane (u, v) [..., 2] lie in the latent space. [..., J]."""
        return self.origin + points[..., : len(self.directions)] @ self.directions

    def grid(self, across: Tensor, up: Tensor) -> Tensor:
        """The latent points of a grid, evenly spaced or not (see ``manifold_coordinates``).

        Args:
            across: first coordinates [cols], ascending: left to right.
            up: second coordinates [rows], ascending: *bottom to top*.

        Returns:
            [rows, cols, J]; row 0 is the top, where the second coordinate is largest, as in
            ``manifold_images``. A line has one row.
        """
        if len(self.directions) == 1:
            return self.lift(across[None, :, None])
        v, u = torch.meshgrid(up.flip(0), across, indexing="ij")
        return self.lift(torch.stack([u, v], -1))
