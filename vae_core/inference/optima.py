"""The places where log p(x, z) is highest, by climbing from several starts at once."""

import torch
from torch import Tensor

from vae_core.inference.decoding import rows_at_once
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.tempered import TemperedPosterior, standard_normal

_STEPS = 80
_FIRST_STEP, _LAST_STEP = 0.05, 0.001
_BETAS, _EPSILON = (0.9, 0.99), 1e-8  # of Adam


def climb(model: LatentVariableModel, x: Tensor, starts: Tensor) -> tuple[Tensor, Tensor]:
    """From each start to where log p(x, z) = log p(z) + log p(x|z) no longer rises.

    By Adam, whose steps do not depend on how steep the slope is: posteriors differ in width by a
    factor of a hundred. Ends within about a thousandth of an optimum.

    Args:
        model: gives p(x|z).
        x: images [B, …].
        starts: S of them for each image [B, S, J].

    Returns:
        The highest place that each came by [B, S, J], and log p(x, z) there, in nats [B, S].
    """
    each = starts.shape[1]
    rows = max(1, rows_at_once(x) // each)
    parts = [
        _climb(model, images.repeat_interleave(each, 0), begun.flatten(0, 1))
        for images, begun in zip(x.split(rows), starts.split(rows), strict=True)
    ]
    places, heights = (torch.cat(each) for each in zip(*parts, strict=True))
    return places.view_as(starts), heights.view(starts.shape[:2])


def _climb(model: LatentVariableModel, x: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Row by row. [R, J] → [R, J], [R]."""
    target = TemperedPosterior(model, x, standard_normal(z))
    state = target.state(z)
    best, height = state.z, target.log_density(state)
    first, second = torch.zeros_like(z), torch.zeros_like(z)
    for step in range(1, _STEPS + 1):
        gradient = target.gradient(state).nan_to_num(0.0, 0.0, 0.0)
        first = _BETAS[0] * first + (1 - _BETAS[0]) * gradient
        second = _BETAS[1] * second + (1 - _BETAS[1]) * gradient.square()
        size = _FIRST_STEP * (_LAST_STEP / _FIRST_STEP) ** (step / _STEPS)
        root = (second / (1 - _BETAS[1] ** step)).sqrt() + _EPSILON
        state = target.state(state.z + size * first / (1 - _BETAS[0] ** step) / root)
        now = target.log_density(state)
        higher = now > height
        best = torch.where(higher.unsqueeze(1), state.z, best)
        height = torch.where(higher, now, height)
    return best, height
