"""The shortest path over a grid of a latent plane: global, instant, and a little angular."""

import heapq

import torch
from torch import Tensor

from vae_core.latent.metric import Decodes

# Half of the eight neighbours; the others are these, backwards. (rows, columns)
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


@torch.no_grad()
def grid_path(vae: Decodes, start: Tensor, end: Tensor, cells: int = 20) -> Tensor:
    """From start to end over a square grid, each node with its eight neighbours (Dijkstra).

    The grid is turned so that the straight line is a row of it. Its middle is half-way, and it
    reaches as far from there on all sides as start and end are apart. An edge is as long as the
    mean images of its two nodes are different.

    Args:
        vae: decodes a plane.
        start, end: [2].
        cells: between start and end, an even number.

    Returns:
        The nodes passed, [T, 2], ``start`` and ``end`` among them.
    """
    along = (end - start) / cells
    across = torch.stack([-along[1], along[0]])
    number = torch.arange(-cells, cells + 1, dtype=start.dtype)
    nodes = (start + end) / 2 + number[:, None, None] * across + number[:, None] * along
    side = len(nodes)
    blocks = nodes.flatten(0, 1).split(512)
    images = torch.cat([vae.decode(block).mean.flatten(1) for block in blocks])
    first = cells * side + cells // 2
    path = _shortest(_edges(images.view(side, side, -1)), first, first + cells)
    found = nodes.flatten(0, 1)[path]
    found[0], found[-1] = start, end
    return found


def _edges(images: Tensor) -> list[list[tuple[int, float]]]:
    """Each node's neighbours and how far they are. images [side, side, D]."""
    side = len(images)
    edges: list[list[tuple[int, float]]] = [[] for _ in range(side * side)]
    number = torch.arange(side * side).view(side, side)
    for down, right in _STEPS:
        # The nodes that have this neighbour, and those that are it.
        rows, columns = slice(0, side - down), slice(max(0, -right), side - max(0, right))
        to_rows, to_columns = slice(down, side), slice(max(0, right), side + min(0, right))
        far = (images[rows, columns] - images[to_rows, to_columns]).norm(dim=-1).flatten()
        ends = (number[rows, columns].flatten(), number[to_rows, to_columns].flatten())
        for a, b, distance in zip(*(t.tolist() for t in (*ends, far)), strict=True):
            edges[a].append((b, distance))
            edges[b].append((a, distance))
    return edges


def _shortest(edges: list[list[tuple[int, float]]], first: int, last: int) -> list[int]:
    """The nodes of the shortest path from first to last (Dijkstra)."""
    distance, before = {first: 0.0}, {first: first}
    waiting, settled = [(0.0, first)], set[int]()
    while waiting:
        so_far, node = heapq.heappop(waiting)
        if node == last:
            break
        if node in settled:
            continue
        settled.add(node)
        for neighbour, step in edges[node]:
            through = so_far + step
            if through < distance.get(neighbour, float("inf")):
                distance[neighbour], before[neighbour] = through, node
                heapq.heappush(waiting, (through, neighbour))
    path = [last]
    while path[-1] != first:
        path.append(before[path[-1]])
    return path[::-1]
