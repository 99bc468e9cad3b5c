"""The density of encodings that makes unseen ones likeliest: kernels, or a few Gaussians.

q(z) as it stands, each image with its own s.d., is only a density of *other* images where those
overlap. In two dimensions they do; in ten hardly any encoding lies within another's posterior.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from vae_core.latent.density import AggregatePosterior, Mixture
from vae_core.latent.encodings import Encodings
from vae_core.latent.gaussians import fit_gaussians

# Of the spread of the means along each dimension; 0 is q(z) itself.
BANDWIDTHS = (0.0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
# How many Gaussians are tried, as long as there are 20 encodings for each.
COMPONENTS = (1, 2, 4, 8, 16, 32, 64)
_ENCODINGS_EACH = 20


@dataclass(frozen=True)
class FittedDensity:
    """A density of z and how it was chosen.

    Attributes:
        density: the density.
        kind: ``kernels``, one at each encoding, or ``gaussians``, shared by many.
        setting: the bandwidth, as a share of the spread of the means, or the number of Gaussians.
        held_out: log density of each held-out draw, in nats. [M].
    """

    density: Mixture
    kind: Literal["kernels", "gaussians"]
    setting: float
    held_out: Tensor

    @property
    def score(self) -> float:
        """Mean log density of the held-out draws, in nats."""
        return float(self.held_out.double().mean())


def kernels(encodings: Encodings, bandwidth: float) -> AggregatePosterior:
    """The mean over images of N(z; mu, s² + (bandwidth · spread)²), spread the s.d. of the mu."""
    widened = encodings.logvar.exp() + bandwidth**2 * encodings.mu.var(0, correction=0)
    return AggregatePosterior(Encodings(encodings.mu, widened.log()), limit=len(widened))


def fit_density(encodings: Encodings, held_out: Tensor) -> FittedDensity:
    """The likeliest kernels, or the likeliest Gaussians where these are surely likelier.

    Surely is by two standard errors of the difference: kernels are nearer to what q(z) is.

    Args:
        encodings: what to fit.
        held_out: draws z ~ q(z|x) of other images. [M, J].
    """
    many = _best(kernel_densities(encodings, held_out))
    few = _best(gaussian_densities(encodings, held_out))
    gain = (few.held_out - many.held_out).double()
    return few if gain.mean() > 2 * gain.std() / len(gain) ** 0.5 else many


def kernel_densities(encodings: Encodings, held_out: Tensor) -> Iterator[FittedDensity]:
    """Kernels of all bandwidths, narrowest first."""
    for bandwidth in BANDWIDTHS:
        density = kernels(encodings, bandwidth)
        yield FittedDensity(density, "kernels", bandwidth, density.log_prob(held_out))


def gaussian_densities(encodings: Encodings, held_out: Tensor) -> Iterator[FittedDensity]:
    """Mixtures of Gaussians, fewest first."""
    for count in COMPONENTS:
        if count == 1 or len(encodings.mu) >= count * _ENCODINGS_EACH:
            density = fit_gaussians(encodings, count)
            yield FittedDensity(density, "gaussians", count, density.log_prob(held_out))


def _best(fitted: Iterator[FittedDensity]) -> FittedDensity:
    """The first whose successor is not likelier: the likelihood has one peak in the smoothness."""
    best = next(fitted)
    for each in fitted:
        if each.score <= best.score:
            break
        best = each
    return best
