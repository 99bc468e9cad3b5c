"""A digit in the middle of 28 × 28 pixels, as the makers of MNIST put theirs there.

Their rule: scale the digit into 20 × 20 pixels, proportions kept and edges smoothed, and move it so
that its centre of mass is in the middle. Of the 12,000 images of MNIST that come with this program,
11,998 come back from this unchanged; the other two were cut off at the border when they were made.
"""

import math

import numpy as np
from PIL import Image

from vae_core.data.own.fitting import shrunk_or_enlarged

SIDE, BOX = 28, 20
# Of MNIST's images the centre of mass lies from here to one pixel further, in both directions.
_CENTRE = 13.5
# On a photograph, what is darker than its paper by less than this share of the ink is paper.
_PAPER_SHARE = 0.25


def light_on_dark(levels: np.ndarray) -> tuple[np.ndarray, bool]:
    """uint8 [H, W] or [H, W, 3] with a dark border, and whether it had to be turned over.

    A picture whose border is light is taken for ink on paper.
    """
    paper = float(np.median(_rim(levels)))
    return (255 - levels, True) if paper > 127 else (levels, False)


def ink_alone(levels: np.ndarray) -> np.ndarray:
    """Light ink on a dark ground, uint8 [H, W], with nothing but the ink on it.

    A ground that is black is left as it is. Any other is taken away, and the ink made as light as
    it was: paper that was photographed has a grain, whose every speck would count as ink.
    """
    paper = float(np.percentile(_rim(levels), 95))
    lightest = float(levels.max())
    if paper == 0 or lightest <= paper:
        return levels if paper == 0 else np.zeros_like(levels)
    solid = float(np.median(levels[levels > (paper + lightest) / 2]))
    floor = paper + _PAPER_SHARE * (solid - paper)
    ink = (levels.astype(np.float64) - floor) * (255 / (solid - floor))
    return np.rint(ink.clip(0, 255)).astype(np.uint8)


def centred(ink: np.ndarray) -> np.ndarray:
    """uint8 [H, W], light ink on black, as uint8 [28, 28]; nothing drawn gives all black."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    placed = np.zeros((SIDE, SIDE), np.uint8)
    if not len(rows):
        return placed
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    digit = np.asarray(shrunk_or_enlarged(Image.fromarray(cut), width, height))
    top, left = _first(digit.sum(axis=1, dtype=float)), _first(digit.sum(axis=0, dtype=float))
    placed[top : top + height, left : left + width] = digit
    return placed


def _first(ink: np.ndarray) -> int:
    """Where the first of these rows (or columns) goes, so that their mean lies in the middle."""
    total = ink.sum()
    mean = float((ink * np.arange(len(ink))).sum() / total) if total else (len(ink) - 1) / 2
    return min(max(0, math.ceil(_CENTRE - mean)), SIDE - len(ink))


def _rim(levels: np.ndarray) -> np.ndarray:
    return np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
