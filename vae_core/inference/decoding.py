"""How much to decode at once, and many images at the same z."""

from typing import cast

import torch
from torch import Tensor

from vae_core.inference.elbo import Likelihood

# Pixels decoded at once: 2 MB of float32 in each of the tensors that a likelihood passes through.
# Larger blocks are no longer near the core's caches, and take up to three times as long.
PIXELS_AT_ONCE = 2**19


def rows_at_once(x: Tensor) -> int:
    """How many images of the size of x [B, …] to decode at once, so that memory stays bounded."""
    return max(1, PIXELS_AT_ONCE // x[0].numel())


def table(likelihood: Likelihood, x: Tensor, count: int) -> Tensor:
    """log p(x_b|z_g) of every image at each of ``count`` z. [B, …] → [G, B]."""
    at_once = getattr(likelihood, "log_prob_table", None)
    if at_once is not None:
        return cast("Tensor", at_once(x))
    return torch.stack([likelihood.log_prob(image.expand(count, *image.shape)) for image in x], 1)
