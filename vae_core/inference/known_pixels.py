"""p(x_known|z), and E[x_missing|x_known] by integration over a grid of z: exact, up to three."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Protocol, cast

import torch
from torch import Generator, Tensor

from vae_core.inference.decoding import rows_at_once
from vae_core.inference.grid import posterior_grid
from vae_core.inference.weights import OnStep
from vae_core.models import Posterior
from vae_core.models.likelihoods import PixelLikelihood

# Cells that hold less of the posterior than this add nothing to a picture that could be seen.
_LEAST_WEIGHT = 1e-9


class PixelDistribution(Protocol):
    """p(x|z) for a batch of z, each pixel by itself."""

    @property
    def mean(self) -> Tensor:
        """E[x|z]. [B, …]."""
        ...

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """In nats. [B, …]."""
        ...

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z). [B, …]."""
        ...


class PixelModel(Protocol):
    """What imputation needs of a model with prior N(0, I)."""

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x). [B, …] → [B, J]."""
        ...

    def decode(self, z: Tensor) -> PixelDistribution:
        """p(x|z). [B, J] → [B, …]."""
        ...


@dataclass(frozen=True, eq=False)
class Conditional:
    """The exact answer for B images.

    Attributes:
        mean: the known pixels, and E[x|x_known] where they are missing [B, …].
        spread: how far E[x|z] of a proper draw z ~ p(z|x_known) is from it: the root mean square
            over missing pixels and draws [B]. No chain that samples can be nearer for long.
        settled: of which images the integration came to its end, bool [B].
    """

    mean: Tensor
    spread: Tensor
    settled: Tensor


@torch.no_grad()
def conditional(
    model: PixelModel, x: Tensor, known: Tensor, *, on_step: OnStep | None = None
) -> Conditional:
    """E[x_missing | x_known] = ∫ E[x_missing|z] p(z|x_known) dz, by integration over a grid of z.

    Args:
        model: of at most ``grid.MOST_DIMENSIONS`` latent dimensions.
        x: images; what stands at missing pixels does not matter [B, …].
        known: bool, like ``x`` or to be expanded to it.
        on_step: see ``OnStep``.

    Raises:
        ValueError: the model has too many latent dimensions.
    """
    known = known.expand_as(x)
    # Images that know the same pixels share a grid.
    masks, whose = known.flatten(1).unique(dim=0, return_inverse=True)
    mean, spread = x.clone(), torch.zeros(len(x), dtype=x.dtype)
    settled = torch.ones(len(x), dtype=torch.bool)
    for number, mask in enumerate(masks):

        def told(done: float, before: int = number) -> None:
            if on_step is not None:
                on_step((before + done) / len(masks))

        rows = (whose == number).nonzero()[:, 0]
        found = _of_one_mask(model, x[rows], mask, told)
        mean[rows], spread[rows], settled[rows] = found.mean, found.spread, found.settled
    return Conditional(torch.where(known, x, mean), spread, settled)


def _of_one_mask(model: PixelModel, x: Tensor, mask: Tensor, on_step: OnStep) -> Conditional:
    """As ``conditional``, of images that all know the pixels of ``mask``, bool [P]."""
    grid = posterior_grid(_OfKnown(model, mask), x, on_step=on_step)
    total, squares = torch.zeros_like(x), torch.zeros(len(x), dtype=x.dtype)
    kept = grid.weight >= _LEAST_WEIGHT
    image, z, weight = (part[kept] for part in (grid.image, grid.z, grid.weight))
    rows = rows_at_once(x)
    blocks = zip(image.split(rows), z.split(rows), weight.split(rows), strict=True)
    for whose, places, part in blocks:
        means = model.decode(places.to(x.dtype)).mean.view(-1, *x.shape[1:])
        share = part.to(x.dtype).view(-1, *[1] * (x.dim() - 1))
        total.index_add_(0, whose, share * means)
        missing = means.flatten(1)[:, ~mask].square().sum(1)
        squares.index_add_(0, whose, share.flatten() * missing)
    # What was left out is made good: the weights that are used add up to one.
    used = torch.zeros(len(x), dtype=torch.float64).index_add_(0, image, weight).to(x.dtype)
    mean = total / used.view(-1, *[1] * (x.dim() - 1))
    of_mean = mean.flatten(1)[:, ~mask].square().sum(1)
    variance = (squares / used - of_mean).clamp(min=0) / (~mask).sum().clamp(min=1)
    return Conditional(mean, variance.sqrt(), grid.settled)


class _OfKnown:
    """A model of the pixels of one mask, bool [P] of flat images; the others count for nothing."""

    def __init__(self, model: PixelModel, mask: Tensor) -> None:
        self._model, self._mask = model, mask

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x) with mid-grey where pixels are missing; it only says where to look first."""
        return self._model.encode(torch.where(self._mask.view(x.shape[1:]), x, 0.5))

    def decode(self, z: Tensor) -> "KnownPixels":
        """p(x_known|z)."""
        return KnownPixels(self._model.decode(z), self._mask)


class KnownPixels:
    """A likelihood that is asked for some pixels of whole images x [B, …]."""

    def __init__(self, likelihood: PixelDistribution, mask: Tensor) -> None:
        self._mask = mask
        self._whole, self._part = likelihood, _restricted(likelihood, mask)

    def log_prob(self, x: Tensor) -> Tensor:
        """In nats, summed over known pixels. [B]."""
        if self._part is not None:
            return self._part.log_prob(x.flatten(1)[:, self._mask])
        each = self._whole.log_prob_per_pixel(x)
        return each.flatten(1)[:, self._mask].sum(1)

    def log_prob_table(self, x: Tensor) -> Tensor:
        """Of every image at every z. [B, …] → [Z, B]."""
        if self._part is not None:
            return self._part.log_prob_table(x.flatten(1)[:, self._mask])
        return torch.stack([self.log_prob(image.unsqueeze(0)) for image in x], 1)


def _restricted(likelihood: object, mask: Tensor) -> PixelLikelihood | None:
    """Of flat images that have only these pixels; None where it does not say what it is made of."""
    if not isinstance(likelihood, PixelLikelihood) or not is_dataclass(type(likelihood)):
        return None
    made_of: Any = likelihood
    parts = {each.name: getattr(made_of, each.name) for each in fields(made_of)}
    per_pixel = {n: each for n, each in parts.items() if isinstance(each, Tensor) and each.dim()}
    fewer = {name: part.flatten(1)[:, mask] for name, part in per_pixel.items()}
    return cast("PixelLikelihood", replace(made_of, **fewer))
