"""`sprites`: drawn shapes of which everything is known, after dSprites.

Every combination of five factors is drawn once: 3 shapes, 4 scales, 12 orientations and 12 x 12
positions, 20,736 images of 28 x 28. The shapes are a heart, an L and an arrow rather than the
square and ellipse of dSprites, which look the same again after a quarter or half turn: their
orientation could not be told from the picture.
"""

from pathlib import Path

import numpy as np
import torch

from vae_core.data.dataset import Dataset, Factors
from vae_core.data.source import Source

SIDE = 28
NAMES = ("shape", "scale", "orientation", "x", "y")
SIZES = (3, 4, 12, 12, 12)
COUNT = 3 * 4 * 12 * 12 * 12
TEST = 2_736
SCALES = (0.5, 2 / 3, 5 / 6, 1.0)
STAMP = SIDE - 12 + 1  # pixels square that a sprite is drawn on, and then moved by whole pixels
RADIUS = STAMP / 2 - 0.5  # pixels from the middle of the largest sprite to its farthest point
FINE = 8  # points per pixel and direction that decide how much of the pixel is covered
LICENCE = "CC0: drawn by this program"
PROVENANCE = (
    "Drawn by this program in the manner of dSprites (L. Matthey, I. Higgins, D. Hassabis, "
    "A. Lerchner, 2017), with a heart, an L and an arrow on a full grid of five factors."
)


def _heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([x, y], axis=1)


# Corners in order, y upwards; only their proportions count.
SHAPES: dict[str, np.ndarray] = {
    "heart": _heart(),
    "L": np.array([(-2, 3), (-0.5, 3), (-0.5, -1.5), (2, -1.5), (2, -3), (-2, -3)]),
    "arrow": np.array([(0, 3), (2.4, 0), (0.8, 0), (0.8, -3), (-0.8, -3), (-0.8, 0), (-2.4, 0)]),
}


def _load(_: Path) -> Dataset:
    values = np.stack(np.unravel_index(np.arange(COUNT), SIZES), axis=1)
    # RandomState, not Generator: NumPy promises that its stream never changes.
    order = torch.from_numpy(np.random.RandomState(0).permutation(COUNT))
    factors = torch.from_numpy(values.astype(np.int64))
    return Dataset(
        name="sprites",
        title=SOURCE.title,
        images=torch.from_numpy(draw()),
        labels=factors[:, 0].clone(),
        class_names=tuple(SHAPES),
        splits={"train": order[:-TEST], "test": order[-TEST:]},
        provenance=PROVENANCE,
        licence=LICENCE,
        factors=Factors(NAMES, SIZES, factors),
    )


def draw() -> np.ndarray:
    """uint8 [20736, 1, 28, 28], the factors counting up as in `numpy.unravel_index`.

    Position (0, 0) is at the top left; orientation turns anticlockwise in steps of 30 degrees.
    """
    images = np.zeros((*SIZES, SIDE, SIDE), dtype=np.uint8)
    for s, corners in enumerate(SHAPES.values()):
        centred = corners - (corners.max(axis=0) + corners.min(axis=0)) / 2
        unit = centred / np.linalg.norm(centred, axis=1).max()
        for k, scale in enumerate(SCALES):
            for turn in range(SIZES[2]):
                stamp = _stamp(scale * RADIUS * _turned(unit, turn * 2 * np.pi / SIZES[2]))
                for x in range(SIZES[3]):
                    for y in range(SIZES[4]):
                        images[s, k, turn, x, y, y : y + STAMP, x : x + STAMP] = stamp
    return images.reshape(COUNT, 1, SIDE, SIDE)


def _turned(corners: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return corners @ np.array([[cos, sin], [-sin, cos]])


def _stamp(corners: np.ndarray) -> np.ndarray:
    """uint8 [17, 17]: the share of each pixel that the polygon covers, 255 being all of it.

    `corners` [n, 2] are in pixels from the middle, y upwards.
    """
    at = (np.arange(STAMP * FINE) + 0.5) / FINE - STAMP / 2
    x, y = at[None, :], -at[:, None]
    inside = np.zeros((len(at), len(at)), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        # Even-odd rule: a point is inside if an odd number of edges cross the ray to its right.
        crosses = (y0 > y) != (y1 > y)
        rise = y1 - y0 if y1 != y0 else 1.0  # a level edge crosses no level ray
        inside ^= crosses & (x < x0 + (y - y0) / rise * (x1 - x0))
    covered = inside.reshape(STAMP, FINE, STAMP, FINE).mean(axis=(1, 3))
    return np.rint(255 * covered).astype(np.uint8)


SOURCE = Source(
    name="sprites",
    title="Sprites with known factors",
    image_shape=(1, SIDE, SIDE),
    counts={"train": COUNT - TEST, "test": TEST},
    licence=LICENCE,
    remedy="",
    where=lambda _: "drawn by the program",
    locate=lambda _: [Path(__file__)],
    load=_load,
    order=30,
    likeness="light-on-dark",
)
