"""The learned manifold as a grid of decoded images (figure 4 of the paper)."""

from typing import Literal

import torch
from torch import Tensor

from vae_core.models import VAE

Axis = Literal["gaussian-cdf", "linear"]


def manifold_coordinates(n: int, axis: Axis, extent: float = 3.0) -> Tensor:
    """The centres of n equal cells along one axis of the plane, ascending. [n].

    On ``gaussian-cdf`` the cells divide the unit interval and z = Φ⁻¹((i + ½)/n), so that each
    holds the same prior mass; on ``linear`` they divide [−extent, extent].
    """
    u = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    z = torch.special.ndtri(u) if axis == "gaussian-cdf" else (2 * u - 1) * extent
    return z.float()


@torch.inference_mode()
def manifold_images(
    vae: VAE, n: int, axis: Axis, axes: tuple[int, int] = (0, 1), extent: float = 3.0
) -> Tensor:
    """E[x|z] over an n × n grid of the plane of two latent axes, the others at zero.

    For a model with one latent dimension the grid has a single row.

    Returns:
        float [rows, n, C, H, W] in [0, 1]; row 0 is the top, where the second axis is largest.
    """
    along = manifold_coordinates(n, axis, extent)
    latent_dim = vae.architecture.latent_dim
    rows = n if latent_dim > 1 else 1
    z = torch.zeros(rows, n, latent_dim)
    z[:, :, axes[0]] = along
    if latent_dim > 1:
        z[:, :, axes[1]] = along.flip(0)[:, None]
    images = [vae.decode(row).mean for row in z]
    return torch.stack(images)
