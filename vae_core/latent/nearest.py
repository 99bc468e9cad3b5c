"""The nearest real images, by where they are encoded or by how they look: brute force, exact."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.latent.encodings import Encodings

# Values of the largest temporary: 8 MB of float32.
_VALUES_AT_ONCE = 2**21


@dataclass(frozen=True)
class Nearest:
    """The k nearest of N candidates to each of M queries, nearest first.

    Attributes:
        index: int64 [M, k] into the candidates.
        distance: float32 [M, k], Euclidean.
    """

    index: Tensor
    distance: Tensor


@torch.no_grad()
def nearest_encodings(encodings: Encodings, z: Tensor, k: int = 1) -> Nearest:
    """The encodings whose means lie nearest to z [M, J]; k is cut to the number that there is."""
    return nearest_points(encodings.mu, z, k)


@torch.no_grad()
def nearest_points(points: Tensor, queries: Tensor, k: int = 1) -> Nearest:
    """The nearest of ``points`` [N, d] to each of ``queries`` [M, d]."""
    index, distance = [], []
    for block in queries.split(max(1, _VALUES_AT_ONCE // len(points))):
        found = _distances(block, points).topk(min(k, len(points)), largest=False)
        index.append(found.indices)
        distance.append(found.values)
    return Nearest(torch.cat(index), torch.cat(distance))


@torch.no_grad()
def count_within(encodings: Encodings, z: Tensor, radius: float) -> Tensor:
    """How many encodings have their mean within ``radius`` of z [M, J]. int64 [M]."""
    blocks = z.split(max(1, _VALUES_AT_ONCE // len(encodings.mu)))
    return torch.cat([(_distances(b, encodings.mu) <= radius).sum(1) for b in blocks])


@torch.no_grad()
def nearest_images(images: Tensor, x: Tensor, k: int = 1) -> Nearest:
    """The images that differ least from x, pixel by pixel.

    Args:
        images: uint8 [N, C, H, W].
        x: float [M, C, H, W] in [0, 1], such as the decoder's means.
        k: how many; cut to N.

    Returns:
        Distances are root sums of squared differences of pixels in [0, 1].
    """
    queries = x.flatten(1)
    k, kept = min(k, len(images)), Nearest(torch.empty(len(x), 0).long(), torch.empty(len(x), 0))
    rows = max(1, _VALUES_AT_ONCE // queries.shape[1])
    for start in range(0, len(images), rows):
        block = images[start : start + rows].flatten(1).float().div_(255)
        # |x|² is the same for all candidates and can wait until the few are known.
        score = (block**2).sum(1) - 2 * queries @ block.T
        best = score.topk(min(k, len(block)), largest=False)
        index = torch.cat([kept.index, best.indices + start], 1)
        scores = torch.cat([kept.distance, best.values], 1)
        order = scores.topk(min(k, scores.shape[1]), largest=False)
        kept = Nearest(index.gather(1, order.indices), order.values)
    found = images[kept.index].float().div_(255).flatten(2)
    return Nearest(kept.index, (found - queries[:, None]).norm(dim=2))


def _distances(a: Tensor, b: Tensor) -> Tensor:
    # By differences: the expanded square loses the digits of small distances.
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")
