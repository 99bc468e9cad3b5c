"""The aggregate posterior q(z) = (1/n) Σ_i N(z; mu_i, diag s_i²): where a dataset's images are.

A decoder was only ever trained where q(z) is large; samples are drawn where the prior p(z) is.
Where p is much larger than q there is a hole, and what is decoded there means little.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from vae_core.latent.encodings import Encodings
from vae_core.models import DiagonalGaussian
from vae_core.models.posteriors import HALF_LOG_TWO_PI

# Pairs of a point and a component at once: 2 MB of float32, near the core's caches.
_PAIRS_AT_ONCE = 2**19
# Less than e⁻⁸⁰ of the largest adds nothing to it in float32, but an exponential that ends near
# zero, or at it, takes the processor ten to thirty times as long as others.
_LEAST = -80.0


def seeded_subset(count: int, limit: int, seed: int) -> Tensor:
    """At most ``limit`` of ``count`` indices, ascending; all of them if they are no more. [n]."""
    if count <= limit:
        return torch.arange(count)
    generator = Generator().manual_seed(seed)
    return torch.randperm(count, generator=generator)[:limit].sort().values


def relative_(terms: Tensor, largest: Tensor) -> Tensor:
    """exp(terms - largest), in place: log terms [m, n] as shares of each row's largest [m, 1]."""
    return terms.sub_(largest).clamp_(min=_LEAST).exp_()


class Mixture(ABC):
    """A density in z that is a sum of n weighted Gaussians, each log density a matrix product away.

    Args:
        centre: z is measured from it. [J].
        coefficients: of each component's log density, in what it is linear in. [n, coefficients].
        constant: of each component, its log weight included. [n].
    """

    def __init__(self, centre: Tensor, coefficients: Tensor, constant: Tensor) -> None:
        self._centre = centre
        self._coefficients = coefficients.T.float()
        self._constant = constant.float()

    def __len__(self) -> int:
        """n, the number of components."""
        return len(self._constant)

    @abstractmethod
    def _features(self, centred: Tensor) -> Tensor:
        """What the log densities are linear in. [M, J] → [M, coefficients], float64."""

    @torch.no_grad()
    def log_terms(self, z: Tensor) -> Iterator[Tensor]:
        """log of w_i N(z; m_i, S_i) for all i, for consecutive blocks of z [M, J]: [m, n] each."""
        rows = self._features(z.double() - self._centre).float()
        for block in rows.split(max(1, _PAIRS_AT_ONCE // len(self))):
            yield torch.addmm(self._constant, block, self._coefficients)

    @torch.no_grad()
    def log_prob(self, z: Tensor) -> Tensor:
        """The log density in nats, by log-sum-exp over the components. [M, J] → [M]."""
        found = [torch.empty(0)]
        for terms in self.log_terms(z):
            largest = terms.amax(1, keepdim=True)
            found.append(relative_(terms, largest).sum(1).log_() + largest[:, 0])
        return torch.cat(found)


class AggregatePosterior(Mixture):
    """q(z) as a mixture with a component for each of at most ``limit`` encodings.

    log N(z; mu, s²) is linear in (z², z, 1), so the log densities of all pairs are one matrix
    product. The product is in float32, with z measured from the mean of all mu: against float64 it
    is exact to about 10⁻⁷ (z / s)² nats.

    Attributes:
        index: which of the encodings are components, ascending. [n].

    Example:
        >>> aggregate = AggregatePosterior(encode_images(vae, images))
        >>> aggregate.log_prob(z).shape == (len(z),)
    """

    def __init__(self, encodings: Encodings, limit: int = 2000, seed: int = 0) -> None:
        index = seeded_subset(len(encodings.mu), limit, seed)
        self._components = Encodings(encodings.mu[index], encodings.logvar[index])
        mu, logvar = self._components.mu.double(), self._components.logvar.double()
        centre = mu.mean(0)
        mu, precision = mu - centre, torch.exp(-logvar)
        constant = -0.5 * (mu**2 * precision + logvar).sum(1) - mu.shape[1] * HALF_LOG_TWO_PI
        coefficients = torch.cat([-0.5 * precision, mu * precision], 1)
        self.index = index
        super().__init__(centre, coefficients, constant - math.log(len(index)))

    def _features(self, centred: Tensor) -> Tensor:
        return torch.cat([centred**2, centred], 1)

    @torch.no_grad()
    def sample(self, count: int, generator: Generator) -> Tensor:
        """z ~ q(z): a component at random, then a draw of it. [count, J]."""
        return sample_posteriors(self._components, count, generator)

    def marginal(self, axes: tuple[int, ...]) -> "AggregatePosterior":
        """q of some dimensions alone, the others integrated out: exact, as s is diagonal."""
        chosen = list(axes)
        parts = Encodings(self._components.mu[:, chosen], self._components.logvar[:, chosen])
        marginal = AggregatePosterior(parts, limit=len(self))
        marginal.index = self.index
        return marginal

    def projected(self, directions: Tensor) -> "ProjectedPosterior":
        """q of the two coordinates z·directions[k], all else integrated out. directions [2, J]."""
        return ProjectedPosterior(self._components, self.index, directions)


class ProjectedPosterior(Mixture):
    """q of two linear coordinates (u, v) of z: exact, with the covariance that each s² has there.

    A diagonal Gaussian stays a Gaussian, N(D mu, D diag s² D'), whose axes are no longer those of
    the plane: log N is linear in (u², uv, v², u, v, 1).

    Attributes:
        index: which of the encodings are components, ascending. [n].
    """

    def __init__(self, encodings: Encodings, index: Tensor, directions: Tensor) -> None:
        D = directions.double()
        mu, variance = encodings.mu.double() @ D.T, encodings.logvar.double().exp()
        centre = mu.mean(0)
        u, v = (mu - centre).unbind(1)
        uu, vv, uv = (variance @ each for each in (D[0] ** 2, D[1] ** 2, D[0] * D[1]))
        det = uu * vv - uv**2
        # The precision matrix [[a, b], [b, c]].
        a, b, c = vv / det, -uv / det, uu / det
        constant = -0.5 * (a * u**2 + 2 * b * u * v + c * v**2 + det.log()) - 2 * HALF_LOG_TWO_PI
        linear = [a * u + b * v, b * u + c * v]
        coefficients = torch.stack([-0.5 * a, -b, -0.5 * c, *linear], 1)
        self.index = index
        super().__init__(centre, coefficients, constant - math.log(len(index)))

    def _features(self, centred: Tensor) -> Tensor:
        u, v = centred.unbind(1)
        return torch.stack([u**2, u * v, v**2, u, v], 1)


def sample_posteriors(encodings: Encodings, count: int, generator: Generator) -> Tensor:
    """z ~ q(z|x_i) of images drawn evenly with replacement. [count, J]."""
    chosen = torch.randint(len(encodings.mu), (count,), generator=generator)
    return DiagonalGaussian(encodings.mu[chosen], encodings.logvar[chosen]).rsample(generator)
