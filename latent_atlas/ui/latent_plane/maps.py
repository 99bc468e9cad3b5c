"""What the plane shows beneath and beside its points, as small binary files: support and maps.

    support        log density of encodings, all dimensions, there: how well the images back it
    holes          log q(z)/p(z) in nats of the shown dimensions, the others averaged out
    magnification  √det G: how much image a unit of the plane's area holds
    classes        the likeliest class, and its share

Support and magnification belong to what is decoded, so they are of the slice where all that the
plane does not show stays at the base, zero as a rule. Holes and classes lie beneath the dots, so
they are of what the dots show, whatever the base.
"""

import re
from dataclasses import asdict, dataclass, replace
from typing import Literal, cast

import torch
from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import first_encodings, label_column, point_order
from latent_atlas.ui.latent_plane.projections import Projection
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.latent import (
    AggregatePosterior,
    Axis,
    Plane,
    SupportMeter,
    class_map,
    hole_map,
    magnification_map,
    manifold_coordinates,
)
from vae_core.latent.density import ProjectedPosterior
from vae_core.latent.support import TELLS_NOTHING
from vae_core.latent.support_levels import LEVELS
from vae_core.models import VAE

Kind = Literal["support", "holes", "magnification", "classes"]

AXES: dict[str, Axis] = {"z": "linear", "cdf": "gaussian-cdf"}
# The extents that the plane takes (plane/model.js): nobody asks for maps without end.
EXTENT = r"[3-7](?:\.5)?|8"
_ASKED = re.compile(rf"(support|holes|magnification|classes)-({'|'.join(AXES)})-({EXTENT})")
_CELLS = {"support": 150, "holes": 150, "magnification": 100, "classes": 150}
# Far out, where images are few, a coarser mixture would be islands; this one takes 2 s a map.
_COMPONENTS = 6_000
# Percentiles and densities of so many images are near those of all; a slow encoder is done in 2 s.
_MOST_JUDGED = 12_000


@dataclass(frozen=True)
class Asked:
    """One map: what of, on which scale of the axes, and how far these reach."""

    kind: Kind
    axis: Axis
    extent: float

    @property
    def sliced(self) -> bool:
        """Whether it is of what is decoded, and so depends on the base."""
        return self.kind in ("support", "magnification")

    def coordinates(self) -> Tensor:
        """The centres of the map's cells along each axis, ascending. [cells]."""
        return manifold_coordinates(_CELLS[self.kind], self.axis, self.extent)


@dataclass(frozen=True)
class Judge:
    """What a model made of a dataset's images, a fair sample of them.

    `labels` is int64 [N], None without classes.
    """

    vae: VAE
    meter: SupportMeter
    labels: Tensor | None

    def density(self, by: Projection) -> AggregatePosterior | ProjectedPosterior:
        """q of the shown coordinates, the others averaged out."""
        if by.axes is not None:
            return self.meter.aggregate.marginal(by.axes)
        return self.meter.aggregate.projected(by.plane.directions)


def asked_map(text: str) -> Asked:
    """The map that an address names, `holes-cdf-3.5`. Raises AtlasError for anything else."""
    if not (found := _ASKED.fullmatch(text)):
        raise AtlasError("There is no such map of the plane: reload the page.")
    kind, axis, extent = found.groups()
    return Asked(cast(Kind, kind), AXES[axis], float(extent))


def judge(vae: VAE, dataset: Dataset) -> Judge:
    """Encode at most 12,000 of the plane's points, in their order, and fit their density."""
    chosen = point_order(dataset)[:_MOST_JUDGED]
    labels = None if dataset.labels is None else dataset.labels[chosen].long()
    encodings = first_encodings(vae, dataset, _MOST_JUDGED)
    return Judge(vae, SupportMeter(encodings, _COMPONENTS), labels)


def judged_by(judge: Judge, dataset: Dataset, column: int) -> Judge:
    """The same with the labels of another column, from 0. Raises AtlasError without such."""
    labels = label_column(dataset, column).labels[point_order(dataset)[:_MOST_JUDGED]]
    return replace(judge, labels=labels.long())


def map_bytes(judge: Judge, asked: Asked, by: Projection, base: Tensor | None = None) -> bytes:
    """A map of a plane as safetensors, row 0 at the top; a model of one dimension has one row.

    `values` is float32 [rows, cols]. `support` adds `levels` float32 [101], the log densities
    below which 0, 1, … 100 % of the images' draws are, and in its header how the page has to show
    that: `scale`, the table of levels, and `note`, a sentence or none. `classes` has uint8
    `classes` [rows, cols] and, as its values, the share of that class. `base` [J] says where all
    stays that is not shown.

    Raises AtlasError where the classes of the data are none, or more than 256.
    """
    along = asked.coordinates()
    shown = by.at(base)
    flat = Plane.of_axes(len(by.plane.directions))
    tensors: dict[str, Tensor]
    header: dict[str, object] = {}
    if asked.kind == "support":
        density = judge.meter.log_prob(shown.grid(along, along).flatten(0, 1))
        tensors = {"values": density.view(-1, len(along)), "levels": judge.meter.percentiles}
        header = {"scale": [asdict(level) for level in LEVELS], "note": limits(judge.meter)}
    elif asked.kind == "holes":
        tensors = {"values": hole_map(judge.density(by), flat, along, along)}
    elif asked.kind == "magnification":
        tensors = {"values": magnification_map(judge.vae, shown, along, along)}
    else:
        if judge.labels is None or int(judge.labels.max()) > 255:
            raise AtlasError("These data have no classes to draw regions of.")
        found = class_map(judge.density(by), judge.labels, flat, along, along)
        tensors = {"values": found.share, "classes": found.classes.to(torch.uint8)}
    return checkpoint_bytes({name: each.contiguous() for name, each in tensors.items()}, header)


def limits(meter: SupportMeter) -> str:
    """What support does not tell of this model, in a sentence; empty where nothing is known."""
    if meter.averages_area > TELLS_NOTHING:
        return ""
    return "Support does not see through a blend of two images: it counts as a real one does."
