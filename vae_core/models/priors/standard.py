"""N(0, I), which the paper gives every z: p(z) where nothing else is said."""

import torch
from torch import Generator, Tensor

from vae_core.models.posteriors import HALF_LOG_TWO_PI


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """log N(z; 0, I) in nats, summed over the last dimension. [B, J] → [B]."""
    return standard_normal_log_prob_per_dim(z).sum(-1)


def standard_normal_log_prob_per_dim(z: Tensor) -> Tensor:
    """log N(z_j; 0, 1) of each dimension in nats. [B, J]."""
    return -HALF_LOG_TWO_PI - 0.5 * z**2


def sample_standard_normal(
    count: int, latent_dim: int, generator: Generator | None = None
) -> Tensor:
    """``count`` draws of z ~ N(0, I). [count, J]."""
    return torch.randn(count, latent_dim, generator=generator)
