"""How well the data back a point of the latent space: the support meter, and the holes."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

from vae_core.latent.density import AggregatePosterior, sample_posteriors
from vae_core.latent.encodings import Encodings
from vae_core.latent.fitted import FittedDensity, fit_density, kernels
from vae_core.latent.nearest import count_within, nearest_encodings
from vae_core.latent.separation import midpoints, roc_area
from vae_core.latent.support_levels import SUPPORTED_PERCENT
from vae_core.models import sample_standard_normal

# Of so many encodings a quarter is held out; of fewer, q(z) itself is all that can be said.
FEWEST_TO_FIT = 100
# Draws by which a density is chosen: their mean is good to some hundredths of a nat.
_JUDGES = 2000
# Up to this area a number tells two kinds of points apart no better than a coin, or the wrong way.
TELLS_NOTHING = 0.55


@dataclass(frozen=True)
class Support:
    """How well M points are supported; every attribute is [M].

    Attributes:
        log_density: log of the fitted density, in nats.
        percentile: the share of draws from unseen images' posteriors where it is lower, 0 to 1.
        supported: whether it is at least the 1st percentile.
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

    The density is fitted to three quarters of all encodings, and chosen (kernels of one bandwidth,
    or so many Gaussians) by the likelihood of draws z ~ q(z|x_i) of the fourth quarter. Percentiles
    refer to such draws: a hundredth of unseen images is unsupported, in any number of dimensions.

    Attributes:
        fitted: the density, and how it was chosen.
        aggregate: q(z), of at most ``components`` encodings; support does not depend on it.
        percentiles: the log densities, in nats, below which 0, 1, … 100 % of the draws are. [101].
        floor: the 1st percentile of the log density, in nats.
        radius: root mean square distance of a posterior's draws from its mean, √(mean Σ_j s_j²):
            an encoding this near may well have been meant by the same z.
    """

    def __init__(
        self, encodings: Encodings, components: int = 2000, draws: int = 8000, seed: int = 0
    ) -> None:
        self._encodings = encodings
        self.aggregate = AggregatePosterior(encodings, components, seed)
        seen, unseen = _split(encodings, seed)
        drawn = sample_posteriors(unseen, draws, Generator().manual_seed(seed))
        if unseen is encodings:
            own = kernels(encodings, 0.0)
            self.fitted = FittedDensity(own, "kernels", 0.0, own.log_prob(drawn[:_JUDGES]))
        else:
            self.fitted = fit_density(seen, drawn[:_JUDGES])
        self._drawn = drawn[:_JUDGES]
        self.percentiles = torch.quantile(self.log_prob(drawn), torch.linspace(0, 1, 101))
        self.floor = float(self.percentiles[SUPPORTED_PERCENT])
        self.radius = float(encodings.logvar.exp().sum(1).mean().sqrt())

    @torch.no_grad()
    def log_prob(self, z: Tensor) -> Tensor:
        """The log of the fitted density, in nats. [M, J] → [M]."""
        return self.fitted.density.log_prob(z)

    def share_below(self, log_density: Tensor) -> Tensor:
        """The share of draws, 0 to 1, whose log density is lower. [M] → [M].

        Linear between ``percentiles``, as the page has it, which gets no more than these.
        """
        levels, value = self.percentiles.double(), log_density.double()
        below = torch.searchsorted(levels, value, right=True).clamp(1, 100) - 1
        within = (value - levels[below]) / (levels[below + 1] - levels[below])
        # Levels that coincide have nothing between them.
        return ((below + within.nan_to_num(1.0).clamp(0, 1)) / 100).float()

    @torch.no_grad()
    def measure(self, z: Tensor) -> Support:
        """The support of each point, of a path's frames for instance. z [M, J]."""
        log_density = self.log_prob(z)
        found = nearest_encodings(self._encodings, z)
        nearest = found.index[:, 0]
        mu, logvar = self._encodings.mu[nearest], self._encodings.logvar[nearest]
        return Support(
            log_density=log_density,
            percentile=self.share_below(log_density),
            supported=log_density >= self.floor,
            nearest=nearest,
            distance=found.distance[:, 0],
            deviations=((z - mu) * torch.exp(-0.5 * logvar)).norm(dim=1),
            neighbours=count_within(self._encodings, z, self.radius),
        )

    @cached_property
    def averages_area(self) -> float:
        """The chance that a draw of an unseen image has more support than a midpoint of two draws.

        Up to ``TELLS_NOTHING``, support does not tell an average of two images from an image.
        """
        middle = self.log_prob(midpoints(self._drawn))
        return roc_area(self.log_prob(self._drawn), middle)

    def hole_mass(self, count: int = 20_000, seed: int = 0) -> float:
        """The share of ``count`` draws from the prior that are unsupported, 0 to 1.

        0.01 for encodings that fill the prior; its standard error is √(h (1 − h) / count), and what
        the 1st percentile's own error makes of it besides.
        """
        latent_dim = self._encodings.mu.shape[1]
        z = sample_standard_normal(count, latent_dim, Generator().manual_seed(seed))
        return float((self.log_prob(z) < self.floor).float().mean())


def _split(encodings: Encodings, seed: int) -> tuple[Encodings, Encodings]:
    """Three quarters and the fourth, at random; all of them twice where they are few."""
    count = len(encodings.mu)
    if count < FEWEST_TO_FIT:
        return encodings, encodings
    order = torch.randperm(count, generator=Generator().manual_seed(seed))
    parts = [
        Encodings(encodings.mu[part], encodings.logvar[part])
        for part in order.split([count - count // 4, count // 4])
    ]
    return parts[0], parts[1]
