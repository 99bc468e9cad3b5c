"""Which plane of a latent space of many dimensions is seen: two of its axes, PCA, or t-SNE.

Two axes and PCA are planes of z: each of their points is a z, once it is said where all other
coordinates stay. t-SNE is a sheet on which encodings are placed, with no z in between.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.intervals import of_mean
from vae_core.latent import Activity, Encodings, Plane, activity, principal_axes
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

DEFAULT = "axes"
MOST_DIMENSIONS = 512
_FARTHEST = 100.0
_ASKED = re.compile(r"axes(?:-([1-9][0-9]{0,2})-([1-9][0-9]{0,2}))?|pca|tsne")
# A base has four decimals, as a pin has: it is a place in a link, and its maps are kept by it.
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `axes`, from 0, are None for the two that carry most."""

    kind: Literal["axes", "pca", "tsne"]
    axes: tuple[int, int] | None = None


MOST_ACTIVE = Asked("axes")


@dataclass(frozen=True, eq=False)
class Projection:
    """A plane of z: `plane.origin` is where it begins, and a z has the coordinates directions @ z.

    `axes` are the dimensions that it shows, None under PCA, where `explained` is the share of the
    encodings' variance; with `held` its directions span the principal axes and are not these.
    `activity` is of all dimensions, None where all of them are shown.
    """

    name: str
    plane: Plane
    axes: tuple[int, ...] | None
    activity: Activity | None = None
    explained: float | None = None
    held: bool = False

    def at(self, base: Tensor | None) -> Plane:
        """The plane beside it on which all that it does not show is as in `base` [J]."""
        if base is None:
            return self.plane
        D = self.plane.directions
        return Plane(base - (D @ base) @ D, D)

    def project(self, encodings: Encodings) -> tuple[Tensor, Tensor, Tensor | None]:
        """Means [N, k] and standard deviations [N, k] in the plane, and, under PCA, correlations.

        These, [N], are None where the plane's axes are those of z and so all zero.
        """
        if self.axes is not None:
            chosen = list(self.axes)
            return encodings.mu[:, chosen], (0.5 * encodings.logvar[:, chosen]).exp(), None
        D, variance = self.plane.directions, encodings.logvar.exp()
        deviation = (variance @ (D**2).T).sqrt()
        correlation = variance @ (D[0] * D[1]) / deviation.prod(1)
        return encodings.mu @ D.T, deviation, correlation

    def header(self) -> dict[str, Any]:
        """What the browser has to know of it, for the header of a file."""
        told: dict[str, Any] = {"projection": self.name}
        if self.activity is not None:
            told |= activity_header(self.activity)
            told["origin"] = self.plane.origin.tolist()
            told["directions"] = self.plane.directions.tolist()
        if self.explained is not None:
            told |= {"explained": self.explained, "held": self.held}
        return told


def rates_told(found: Activity) -> list[str]:
    """The mean rate of each dimension in nats, with its ± over images."""
    each = zip(found.rate.tolist(), found.rate_variance.tolist(), strict=True)
    if found.images < 2:
        return [decimal(rate, 2) for rate, _ in each]
    return [with_error(rate, of_mean(variance, found.images)) for rate, variance in each]


def activity_header(found: Activity) -> dict[str, Any]:
    """How much each dimension says: `rate` in nats, which are `dead`, and their `order`.

    `told` is the rate as people read it, with its ± over images.
    """
    return {
        "told": rates_told(found),
        "rate": [round(rate, 4) for rate in found.rate.tolist()],
        "dead": found.dead.tolist(),
        "order": found.order.tolist(),
    }


def asked_projection(text: str, latent_dim: int) -> Asked:
    """What `axes`, `axes-3-7` (counted from 1), `pca` or `tsne` names.

    Raises AtlasError for anything else, and where a model has not the dimensions for it.
    """
    if not (found := _ASKED.fullmatch(text)):
        raise AtlasError("There is no such view of a latent space: reload the page.")
    if text == DEFAULT:
        return Asked("axes")
    if latent_dim <= 2:
        raise AtlasError("The plane shows all dimensions of this model: there is no other view.")
    if text in ("pca", "tsne"):
        return Asked("pca" if text == "pca" else "tsne")
    first, second = (int(number) - 1 for number in found.groups())
    if first == second or max(first, second) >= latent_dim:
        raise AtlasError(f"Two axes are two different numbers from 1 to {latent_dim}.")
    return Asked("axes", (first, second))


def asked_base(text: str | None, latent_dim: int) -> Tensor | None:
    """The z [J] of `?base=0.5,-1,…`, at most four decimals each; None without one.

    Raises AtlasError for anything but one number for each dimension.
    """
    if text is None:
        return None
    # The length first: what is far too long need not be read at all.
    parts = text.split(",") if len(text) <= 10 * MOST_DIMENSIONS else []
    if len(parts) != latent_dim or not all(_NUMBER.fullmatch(part) for part in parts):
        raise AtlasError(
            f"A base has {counted(latent_dim, 'number')} with commas between them: reload the page."
        )
    base = torch.tensor([float(part) for part in parts])
    if float(base.abs().max()) > _FARTHEST:
        raise AtlasError(f"No number of a base is larger than {_FARTHEST:z.0f}: reload the page.")
    return base


def whole_space(latent_dim: int) -> Projection:
    """The plane of a model of two dimensions, the line of a model of one: all there is."""
    return Projection(DEFAULT, Plane.of_axes(latent_dim), tuple(range(latent_dim)))


def axes_of(latent_dim: int, axes: tuple[int, int]) -> Projection:
    """The plane of two axes where there are no images to tell which carry most."""
    if latent_dim <= 2:
        return whole_space(latent_dim)
    name = f"axes-{axes[0] + 1}-{axes[1] + 1}"
    return Projection(name, Plane.of_axes(latent_dim, axes), axes)


def projection(encodings: Encodings, asked: Asked) -> Projection:
    """The plane of z that is asked for, of a model of more than two dimensions.

    Raises AtlasError for PCA of fewer than three images, and for `tsne`, which is no plane.
    """
    found = activity(encodings)
    if asked.kind == "axes":
        first, second = asked.axes or found.order[:2].tolist()
        plane = Plane.of_axes(encodings.mu.shape[1], (first, second))
        return Projection(f"axes-{first + 1}-{second + 1}", plane, (first, second), found)
    if asked.kind == "tsne":
        raise AtlasError("There is no z between the points of t-SNE, and so no plane and no map.")
    if len(encodings.mu) < 3:
        raise AtlasError("PCA needs at least three images: choose axes.")
    principal = principal_axes(encodings)
    D = principal.components[:2]
    # Measured from z = 0 and not from the mean, so that the prior of both coordinates is N(0, 1).
    flat = Plane(principal.mean - (D @ principal.mean) @ D, D)
    return Projection("pca", flat, None, found, float(principal.explained[:2].sum()))


def held_projection(encodings: Encodings, directions: Tensor) -> Projection:
    """PCA as a run that trains holds it still: its plane has these `directions` [2, J]."""
    mean = encodings.mu.mean(0)
    flat = Plane(mean - (directions @ mean) @ directions, directions)
    spread = encodings.mu - mean
    share = (spread @ directions.T).square().sum() / spread.square().sum().clamp(min=1e-30)
    return Projection("pca", flat, None, activity(encodings), float(share), held=True)
