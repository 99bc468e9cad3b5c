"""How well the data back a point of the latent space: the support meter, and the holes."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.latent.density import AggregatePosterior, sample_posteriors
from vae_core.latent.encodings import Encodings
from vae_core.latent.nearest import count_within, nearest_encodings
from vae_core.models import sample_standard_normal

# A point is supported if q(z) is above that of the least likely hundredth of encoded images.
UNSUPPORTED_SHARE = 0.01


@dataclass(frozen=True)
class Support:
    """How well M points are supported; every attribute is [M].

    Attributes:
        log_density: log q(z) in nats.
        percentile: the share of draws from the images' posteriors where q is lower, 0 to 1.
        supported: whether q(z) is at least the 1st percentile.
        nearest: index of the encoding whose mean is nearest.
        distance: to that mean, in the units of z.
        deviations: to that mean, in standard deviations of that image's posterior.
        neighbours: how many encodings' means lie within ``SupportMeter.radius``.
    """

    log_density: Tensor
    percentile: Tensor
    supported: Tensor
    nearest: Tensor
    distance: Tensor
    deviations: Tensor
    neighbours: Tensor


class SupportMeter:
    """Measures points against the encodings of a dataset. Made once, asked often.

    The percentiles refer to ``draws`` samples z ~ q(z|x_i) of *all* images, also of those that are
    no component of q(z): so a hundredth of real encodings is unsupported, however many dimensions
    there are and however few components.

    Attributes:
        aggregate: q(z), of at most ``components`` encodings.
        floor: the 1st percentile of log q(z), in nats.
        radius: root mean square distance of a posterior's draws from its mean, √(mean Σ_j s_j²):
            an encoding this near may well have been meant by the same z.
    """

    def __init__(
        self, encodings: Encodings, components: int = 2000, draws: int = 4000, seed: int = 0
    ) -> None:
        self._encodings = encodings
        self.aggregate = AggregatePosterior(encodings, components, seed)
        drawn = sample_posteriors(encodings, draws, Generator().manual_seed(seed))
        self._sorted = self.aggregate.log_prob(drawn).sort().values
        self.floor = float(torch.quantile(self._sorted, UNSUPPORTED_SHARE))
        self.radius = float(encodings.logvar.exp().sum(1).mean().sqrt())

    def levels(self, shares: Tensor) -> Tensor:
        """The log q(z), in nats, below which these shares (0 to 1) of the draws are. [n] → [n]."""
        return torch.quantile(self._sorted, shares)

    @torch.no_grad()
    def measure(self, z: Tensor) -> Support:
        """The support of each point, of a path's frames for instance. z [M, J]."""
        log_density = self.aggregate.log_prob(z)
        found = nearest_encodings(self._encodings, z)
        nearest = found.index[:, 0]
        mu, logvar = self._encodings.mu[nearest], self._encodings.logvar[nearest]
        return Support(
            log_density=log_density,
            percentile=torch.searchsorted(self._sorted, log_density) / len(self._sorted),
            supported=log_density >= self.floor,
            nearest=nearest,
            distance=found.distance[:, 0],
            deviations=((z - mu) * torch.exp(-0.5 * logvar)).norm(dim=1),
            neighbours=count_within(self._encodings, z, self.radius),
        )

    def hole_mass(self, count: int = 4000, seed: int = 0) -> float:
        """The share of ``count`` draws from the prior that are unsupported, 0 to 1.

        0.01 for a q(z) that is the prior; its standard error is √(h (1 − h) / count).
        """
        latent_dim = self._encodings.mu.shape[1]
        z = sample_standard_normal(count, latent_dim, Generator().manual_seed(seed))
        return float((self.aggregate.log_prob(z) < self.floor).float().mean())
