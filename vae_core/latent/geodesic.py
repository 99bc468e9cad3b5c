"""Geodesics: the paths along which the decoded image changes least in all.

From each anchor to the next, the energy Σ |f(z_{t+1}) − f(z_t)|² of a chain of points is minimised
by L-BFGS, which at its minimum also makes all steps equal. Minima are local, so there are several
beginnings: the straight line, and the shortest path over a grid of the plane around it (in more
than two dimensions, the great circle instead). Of all of them, before and after, the shortest is
kept; the line is among them, and so a geodesic is never longer than the line.
"""

from itertools import pairwise

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.grid_path import grid_path
from vae_core.latent.metric import Decodes
from vae_core.latent.paths import constant_speed, joined, length, line, slerp
from vae_core.latent.quasi_newton import minimised

_ITERATIONS = 60


def geodesic(vae: Decodes, anchors: Tensor, steps: int = 32) -> Tensor:
    """The shortest path found through ``anchors``, leg by leg.

    A longer way round that no beginning leads to is not found. The way back is the same way.

    Args:
        vae: decodes z; its mean images are what is measured.
        anchors: [K, J], K ≥ 2.
        steps: of each leg, whose inner points are moved; 20 to 50 are enough.

    Returns:
        [(K − 1) · steps + 1, J]; each leg's ``length`` is at most that of the straight leg.

    Raises:
        AtlasError: fewer than two points.
    """
    if len(anchors) < 2:
        raise AtlasError("A path needs at least two points.")
    return joined([_leg(vae, torch.stack(ends), steps) for ends in pairwise(anchors)])


def _leg(vae: Decodes, ends: Tensor, steps: int) -> Tensor:
    # One direction is worked on, whichever was asked for.
    backward = ends[0].tolist() > ends[1].tolist()
    ends = ends.flip(0) if backward else ends
    begin = line(ends, steps)
    seeds = [begin]
    if ends.shape[1] == 2:
        seeds.append(constant_speed(vae, grid_path(vae, ends[0], ends[1]), steps + 1))
    elif ends.shape[1] > 2:
        seeds.append(slerp(ends, steps))
    candidates = seeds + [_relaxed(vae, seed) for seed in seeds]
    # ``min`` keeps the first of equals, which is the line.
    best = min(candidates, key=lambda path: length(vae, path))
    return best.flip(0) if backward else best


def _relaxed(vae: Decodes, path: Tensor) -> Tensor:
    """A chain of points between fixed ends after minimising its energy."""
    first, last = path[:1], path[-1:]

    def energy(at: Tensor) -> tuple[float, Tensor]:
        with torch.inference_mode(False), torch.enable_grad():
            inner = at.clone().requires_grad_()
            images = vae.decode(torch.cat([first, inner, last])).mean.flatten(1)
            found = (images.diff(dim=0) ** 2).sum() * (len(path) - 1)
            (gradient,) = torch.autograd.grad(found, inner)
        return float(found.detach()), gradient

    return torch.cat([first, minimised(energy, path[1:-1], _ITERATIONS), last])
