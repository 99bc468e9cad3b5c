"""Paths through the latent space: straight lines, great circles, and steps of equal size.

A path is a tensor [T, J] of points, joined by straight lines. Its length is measured in what it
decodes to: Σ |f(z_{t+1}) − f(z_t)| of the mean images f, in pixel values, over many small steps.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.metric import Decodes

# Below this angle, and this close to half a turn, slerp divides 0 by 0.
_SMALLEST_ANGLE = 1e-4
# Small steps in each leg of a path when its length is measured.
_STEPS_PER_LEG = 8
# Rounds of making frames equally different.
_ROUNDS = 40
_IMAGES_AT_ONCE = 512


def line(anchors: Tensor, steps: int = 32) -> Tensor:
    """Straight from each point to the next.

    Args:
        anchors: the points to pass, [K, J], K ≥ 2.
        steps: equal steps from one anchor to the next.

    Returns:
        [(K − 1) · steps + 1, J].

    Raises:
        AtlasError: fewer than two points.
    """
    t = _parts(anchors, steps)[:, None]
    legs = [(1 - t) * a + t * b for a, b in pairwise(anchors)]
    return joined(legs)


def slerp(anchors: Tensor, steps: int = 32) -> Tensor:
    """Along great circles about the origin: sin((1 − t)ω)/sin ω · a + sin(tω)/sin ω · b.

    ω is the angle between a and b. In many dimensions the prior's mass lies in a shell, which this
    stays in and the straight line leaves; on a plane it has no such merit. Where the angle is
    nearly 0 or half a turn, or an anchor is the origin, the leg is straight. Arguments, result and
    errors are those of ``line``.
    """
    t = _parts(anchors, steps)[:, None].double()
    legs = [_arc(a, b, t) for a, b in pairwise(anchors.double())]
    return joined(legs).to(anchors.dtype)


@torch.no_grad()
def length(vae: Decodes, path: Tensor) -> float:
    """How far the mean image travels along the path, in pixel values: Σ |f(z_{t+1}) − f(z_t)|."""
    return float(_chords(vae, _refined(path)).sum())


@torch.no_grad()
def constant_speed(vae: Decodes, path: Tensor, frames: int) -> Tensor:
    """Points of the same path whose decoded images are equally far apart, each from the next.

    Every frame then changes as much as any other, instead of nothing for a while and all at once.
    The ends stay; inner anchors need not be among the frames. A path on which nothing changes is
    divided evenly.

    Args:
        vae: decodes the points.
        path: [T, J].
        frames: how many, at least 2.

    Returns:
        [frames, J].

    Raises:
        AtlasError: fewer than two frames.
    """
    if frames < 2:
        raise AtlasError(f"A path has at least 2 frames, not {frames}.")
    fine = _refined(path)
    travelled = _travelled(_chords(vae, fine))
    target = torch.linspace(0, 1, frames, dtype=torch.float64)
    whole = torch.arange(len(fine), dtype=torch.float64)
    at = _interpolated(target, travelled, whole)
    # Equal lengths along the path are not yet equal differences between frames: a chord cuts what
    # the path bends around. Each round moves the frames by what the chords still differ.
    best, least = at, math.inf
    for _ in range(_ROUNDS):
        chords = _chords(vae, _points_at(fine, at))
        spread = float(chords.max() - chords.min())
        if spread < least:
            best, least = at, spread
        # Half of the way, because the whole of it may swing from side to side for ever.
        at = 0.5 * (at + _interpolated(target, _travelled(chords), at))
    return _points_at(fine, best)


def _parts(anchors: Tensor, steps: int) -> Tensor:
    if anchors.dim() != 2 or len(anchors) < 2:
        raise AtlasError("A path needs at least two points.")
    return torch.linspace(0, 1, steps + 1)


def joined(legs: list[Tensor]) -> Tensor:
    """Legs that begin where the one before ends, as one path."""
    return torch.cat([legs[0], *(leg[1:] for leg in legs[1:])])


def _arc(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    norms = float(a.norm() * b.norm())
    # From the chord of the unit vectors: the arc cosine loses small angles.
    angle = 0.0
    if norms > 0:
        u, v = a / a.norm(), b / b.norm()
        angle = 2 * math.atan2(float((u - v).norm()), float((u + v).norm()))
    if angle < _SMALLEST_ANGLE or math.pi - angle < _SMALLEST_ANGLE:
        return (1 - t) * a + t * b
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / math.sin(angle)


def _refined(path: Tensor) -> Tensor:
    return line(path, _STEPS_PER_LEG)


def _chords(vae: Decodes, path: Tensor) -> Tensor:
    """|f(z_{t+1}) − f(z_t)| for t = 1 … T − 1. [T − 1], float64."""
    found = [torch.empty(0, dtype=torch.float64)]
    for start in range(0, len(path) - 1, _IMAGES_AT_ONCE):
        # One image is shared by neighbouring blocks.
        images = vae.decode(path[start : start + _IMAGES_AT_ONCE + 1]).mean.flatten(1)
        found.append(images.diff(dim=0).norm(dim=1).double())
    return torch.cat(found)


def _travelled(chords: Tensor) -> Tensor:
    """The share of the whole length behind each point, ascending from 0 to 1. [T]."""
    total = torch.cat([torch.zeros(1, dtype=torch.float64), chords.cumsum(0)])
    if total[-1] == 0:
        return torch.linspace(0, 1, len(total), dtype=torch.float64)
    return total / total[-1]


def _interpolated(at: Tensor, known: Tensor, values: Tensor) -> Tensor:
    """The piecewise linear function with ``values`` at ``known`` (ascending), at ``at``."""
    right = torch.searchsorted(known, at).clamp(1, len(known) - 1)
    left = right - 1
    width = (known[right] - known[left]).clamp(min=1e-300)
    share = ((at - known[left]) / width).clamp(0, 1)
    return values[left] + share * (values[right] - values[left])


def _points_at(path: Tensor, at: Tensor) -> Tensor:
    """Points of a path at fractional indices."""
    left = at.floor().long().clamp(0, len(path) - 2)
    share = (at - left).to(path.dtype)[:, None]
    return (1 - share) * path[left] + share * path[left + 1]
