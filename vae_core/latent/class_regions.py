"""Which class decoded images are taken for: over a plane of z, and along a path through it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent.manifold import Axis, manifold_coordinates
from vae_core.latent.metric import Decodes
from vae_core.latent.plane import Plane

_AT_ONCE = 500


# Images float [B, C, H, W] in [0, 1] → how probable each of K classes is, [B, K].
Probabilities = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class ClassRegions:
    """The classes of an n × n grid of a plane: `classes` int64 [n, n], `confidence` [n, n].

    Row 0 is the top, where the second coordinate is largest; both reach from −`extent` to `extent`,
    and an entry is that of the middle of its cell.
    """

    classes: Tensor
    confidence: Tensor
    extent: float


@dataclass(frozen=True)
class Crossing:
    """Where a path leaves the class `before` for `after`: after this share of it, 0 to 1."""

    at: float
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class ClassPath:
    """The classes along a path: `z` [T, J], `classes` int64 [T], `confidence` [T], and crossings.

    `first` and `last` are, for each point, how probable the class of the path's two ends is, [T].
    """

    z: Tensor
    classes: Tensor
    confidence: Tensor
    first: Tensor
    last: Tensor
    crossings: tuple[Crossing, ...]


@torch.inference_mode()
def class_regions(
    vae: Decodes,
    probabilities: Probabilities,
    plane: Plane,
    n: int = 96,
    extent: float = 3.0,
    cancelled: Callable[[], bool] = lambda: False,
    axis: Axis = "linear",
) -> ClassRegions:
    """What E[x|z] is taken for over a plane of two directions.

    Args:
        vae: decodes z.
        probabilities: of the classes of images, [B, C, H, W] → [B, K].
        plane: where in the latent space.
        n: cells on each side.
        extent: how far the grid reaches in either direction.
        cancelled: asked before each batch; once it answers True, an AtlasError ends the work.
        axis: on which scale of z the grid is even, as in ``manifold_coordinates``.

    Raises:
        AtlasError: the plane has another number of directions than two, or it was cancelled.
    """
    if len(plane.directions) != 2:
        raise AtlasError("Regions of classes lie on a plane of two directions.")
    along = manifold_coordinates(n, axis, extent)
    best = []
    for part in plane.grid(along, along).flatten(0, 1).split(_AT_ONCE):
        if cancelled():
            raise AtlasError("The regions were not wanted any more.")
        best.append(probabilities(vae.decode(part).mean).max(1))
    classes = torch.cat([each.indices for each in best])
    confidence = torch.cat([each.values for each in best])
    return ClassRegions(classes.view(n, n), confidence.view(n, n), extent)


@torch.inference_mode()
def class_path(vae: Decodes, probabilities: Probabilities, path: Tensor) -> ClassPath:
    """What E[x|z] is taken for along a path [T, J], T ≥ 2, and where that changes.

    A crossing lies between two points of different classes, where the straight lines between their
    probabilities of the two classes meet.
    """
    p = torch.cat([probabilities(vae.decode(part).mean) for part in path.split(_AT_ONCE)])
    confidence, classes = p.max(1)
    crossings = []
    for step in (classes.diff() != 0).nonzero().flatten().tolist():
        before, after = int(classes[step]), int(classes[step + 1])
        leads = p[step : step + 2, before] - p[step : step + 2, after]
        share = float(leads[0] / (leads[0] - leads[1]).clamp(min=1e-12))
        at = (step + min(1.0, max(0.0, share))) / (len(path) - 1)
        crossings.append(Crossing(at, before, after))
    return ClassPath(
        path, classes, confidence, p[:, classes[0]], p[:, classes[-1]], tuple(crossings)
    )
