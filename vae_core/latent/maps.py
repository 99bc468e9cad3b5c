"""Maps over a plane of the latent space: holes, magnification and class regions.

Each takes a plane and the coordinates of a grid on it (ascending, evenly spaced or not, such as
``manifold_coordinates`` gives for Φ(z)), and returns [rows, cols] with row 0 at the top.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.latent.density import AggregatePosterior, Mixture, ProjectedPosterior, relative_
from vae_core.latent.metric import Decodes, Metric, magnification
from vae_core.latent.plane import Plane
from vae_core.models import standard_normal_log_prob


@dataclass(frozen=True)
class ClassMap:
    """The likeliest class at each point of a grid.

    Attributes:
        classes: int64 [rows, cols].
        share: float32 [rows, cols], the posterior probability of that class, 1/classes to 1.
    """

    classes: Tensor
    share: Tensor


@torch.no_grad()
def hole_map(aggregate: Mixture, plane: Plane, across: Tensor, up: Tensor) -> Tensor:
    """log q(z)/p(z) in nats: below 0 the prior draws more often than the images explain.

    With more than two dimensions this is the *slice*: both densities are of all J dimensions, at
    the points of the plane. For the density of two dimensions with the others averaged out, which
    is what a scatter of encodings shows, pass ``aggregate.marginal(axes)`` and a plane of two; of
    two directions at right angles ``aggregate.projected(directions)``, whose prior is N(0, I) too.

    Returns:
        float32 [rows, cols].
    """
    z = plane.grid(across, up)
    points = z.flatten(0, 1)
    ratio = aggregate.log_prob(points) - standard_normal_log_prob(points)
    return ratio.view(z.shape[:2])


def magnification_map(
    vae: Decodes, plane: Plane, across: Tensor, up: Tensor, metric: Metric = "information"
) -> Tensor:
    """√det G of the plane's two directions: how much image a unit of its area holds.

    On a plane of a larger space this is the area's magnification, not the whole space's.

    Returns:
        float32 [rows, cols].
    """
    z = plane.grid(across, up)
    return magnification(vae, z.flatten(0, 1), metric, plane.directions).view(z.shape[:2])


@torch.no_grad()
def class_map(
    aggregate: AggregatePosterior | ProjectedPosterior,
    labels: Tensor,
    plane: Plane,
    across: Tensor,
    up: Tensor,
) -> ClassMap:
    """The class c that maximises q(c|z) ∝ Σ_{i in c} N(z; mu_i, s_i²).

    This rather than a vote among neighbours: it weighs each image by its own posterior, has no k to
    choose, and says how sure it is. Far from all images it is still some class: see the hole map.

    Args:
        aggregate: q(z).
        labels: int64 [N], of *all* the encodings that ``aggregate`` was made from.
        plane, across, up: the grid.
    """
    z = plane.grid(across, up)
    of_class = torch.nn.functional.one_hot(labels[aggregate.index]).float()
    found = []
    for terms in aggregate.log_terms(z.flatten(0, 1)):
        weights = relative_(terms, terms.amax(1, keepdim=True))
        found.append((weights @ of_class) / weights.sum(1, keepdim=True))
    share, classes = torch.cat(found).max(1)
    return ClassMap(classes.view(z.shape[:2]), share.view(z.shape[:2]))
