"""The latent space as a place: where images land in it, and what its points decode to."""

from vae_core.latent.attributes import attribute_vector
from vae_core.latent.class_regions import (
    ClassPath,
    ClassRegions,
    Crossing,
    class_path,
    class_regions,
)
from vae_core.latent.density import AggregatePosterior
from vae_core.latent.encodings import Encodings, encode_images
from vae_core.latent.geodesic import geodesic
from vae_core.latent.held_plane import HeldPlane
from vae_core.latent.manifold import Axis, manifold_coordinates, manifold_images
from vae_core.latent.maps import ClassMap, class_map, hole_map, magnification_map
from vae_core.latent.metric import Metric, magnification, pullback_metric
from vae_core.latent.nearest import Nearest, count_within, nearest_encodings, nearest_images
from vae_core.latent.paths import constant_speed, length, line, slerp
from vae_core.latent.plane import Plane
from vae_core.latent.projection import Embedding, PrincipalAxes, principal_axes, tsne
from vae_core.latent.separation import midpoints, roc_area
from vae_core.latent.support import Support, SupportMeter
from vae_core.latent.support_levels import SupportLevel, support_level, support_sentence
from vae_core.latent.traversals import Activity, activity, traversals, walked_means

__all__ = [
    "Activity",
    "AggregatePosterior",
    "Axis",
    "ClassMap",
    "ClassPath",
    "ClassRegions",
    "Crossing",
    "Embedding",
    "Encodings",
    "HeldPlane",
    "Metric",
    "Nearest",
    "Plane",
    "PrincipalAxes",
    "Support",
    "SupportLevel",
    "SupportMeter",
    "activity",
    "attribute_vector",
    "class_map",
    "class_path",
    "class_regions",
    "constant_speed",
    "count_within",
    "encode_images",
    "geodesic",
    "hole_map",
    "length",
    "line",
    "magnification",
    "magnification_map",
    "manifold_coordinates",
    "manifold_images",
    "midpoints",
    "nearest_encodings",
    "nearest_images",
    "principal_axes",
    "pullback_metric",
    "roc_area",
    "slerp",
    "support_level",
    "support_sentence",
    "traversals",
    "tsne",
    "walked_means",
]
