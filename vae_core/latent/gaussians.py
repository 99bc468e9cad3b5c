"""q(z) as a few Gaussians with correlations, fitted by expectation-maximisation.

In many dimensions the posteriors of single images are spikes that no other image falls into; a few
Gaussians shared by thousands of images tell where between the spikes images are to be expected.
"""

import torch
from torch import Generator, Tensor

from vae_core.latent.density import Mixture
from vae_core.latent.encodings import Encodings
from vae_core.models.posteriors import HALF_LOG_TWO_PI

# With more dimensions the components are diagonal: J² numbers each would be more than images.
MOST_CORRELATED = 32
_MOST_STEPS, _NATS_GAINED = 60, 1e-3


class GaussianMixture(Mixture):
    """Σ_k w_k N(z; m_k, C_k).

    Args:
        weights: w [K], which sum to 1.
        means: m [K, J].
        covariances: C [K, J, J]; diagonal where J is more than ``MOST_CORRELATED``.
    """

    def __init__(self, weights: Tensor, means: Tensor, covariances: Tensor) -> None:
        centre, self._pairs = weights @ means, _pairs(means.shape[1])
        super().__init__(centre, *_linear_form(weights, means - centre, covariances))

    def _features(self, centred: Tensor) -> Tensor:
        i, j = self._pairs
        return torch.cat([centred, centred[:, i] * centred[:, j]], 1)


@torch.no_grad()
def fit_gaussians(encodings: Encodings, components: int, seed: int = 0) -> GaussianMixture:
    """The mixture of ``components`` Gaussians that maximises the mean of E_{q(z|x)} log q̂(z).

    log N is linear in (z, z zᵀ), so an image enters by its posterior's moments, mu and
    mu muᵀ + diag s²: nothing is drawn. Begins from k-means++. Covariances lean, with the weight of
    J + 2 images, on the mean one within components, so that none shrinks to a few images.
    With more than ``MOST_CORRELATED`` dimensions the covariances are diagonal.
    """
    mu, variance = encodings.mu.double(), encodings.logvar.double().exp()
    n, J = mu.shape
    centre = mu.mean(0)
    mu = mu - centre
    i, j = _pairs(J)
    moments = torch.cat([mu, mu[:, i] * mu[:, j]], 1)
    moments[:, J:][:, i == j] += variance
    shares, last = _k_means_plus_plus(mu, components, Generator().manual_seed(seed)), -torch.inf
    lean = J + 2
    for _ in range(_MOST_STEPS):
        counts = shares.sum(0)
        sums = shares.T @ moments
        means = sums[:, :J] / counts.clamp_min(1e-9)[:, None]
        scatter = sums[:, J:] - counts[:, None] * means[:, i] * means[:, j]
        within = scatter.sum(0) / n
        flat = (scatter + lean * within) / (counts + lean)[:, None]
        covariances = mu.new_zeros(components, J, J)
        covariances[:, i, j] = covariances[:, j, i] = flat
        weights = (counts + 1) / (n + components)
        coefficients, constant = _linear_form(weights, means, covariances)
        terms = torch.addmm(constant, moments, coefficients.T)
        totals = terms.logsumexp(1, keepdim=True)
        shares = (terms - totals).exp()
        if (reached := float(totals.mean())) - last < _NATS_GAINED:
            break
        last = reached
    return GaussianMixture(weights, means + centre, covariances)


def _pairs(J: int) -> Tensor:
    """Of which dimensions there are products, each pair once: int64 [2, pairs]."""
    return torch.triu_indices(J, J) if J <= MOST_CORRELATED else torch.arange(J).repeat(2, 1)


def _linear_form(weights: Tensor, means: Tensor, covariances: Tensor) -> tuple[Tensor, Tensor]:
    """log w_k N(z; m_k, C_k) as coefficients of (z, z_i z_j of ``_pairs``) and constants."""
    i, j = _pairs(means.shape[1])
    factors = torch.linalg.cholesky(covariances)
    precisions = torch.cholesky_inverse(factors)
    quadratic = -precisions[:, i, j] * torch.where(i == j, 0.5, 1.0).to(precisions)
    linear = (precisions @ means[..., None])[..., 0]
    constant = weights.log() - factors.diagonal(dim1=1, dim2=2).log().sum(1)
    constant = constant - means.shape[1] * HALF_LOG_TWO_PI - 0.5 * (means * linear).sum(1)
    return torch.cat([linear, quadratic], 1), constant


def _k_means_plus_plus(points: Tensor, count: int, generator: Generator) -> Tensor:
    """Which of ``count`` points, drawn far apart, each is nearest to, as 0 and 1. [n, K]."""
    chosen = points[torch.randint(len(points), (1,), generator=generator)]
    distance = (points - chosen).square().sum(1)
    for _ in range(count - 1):
        # Where all points coincide any of them will do.
        odds = distance + 1e-30
        drawn = points[torch.multinomial(odds, 1, generator=generator)]
        chosen = torch.cat([chosen, drawn])
        distance = torch.minimum(distance, (points - drawn).square().sum(1))
    nearest = torch.cdist(points, chosen).argmin(1)
    return torch.nn.functional.one_hot(nearest, count).to(points)
