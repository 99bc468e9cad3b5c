"""A mixture of Gaussians whose weights, means and variances are learned."""

import torch
from torch import Generator, Tensor, nn

from vae_core.models.initialisation import Initialisation
from vae_core.models.posteriors import HALF_LOG_TWO_PI
from vae_core.models.priors.base import Encode, Prior, PriorSizes, codes_at_once


class MixturePrior(Prior):
    """p(z) = Σ_k w_k N(z; m_k, diag s_k²).

    It begins with equal weights, means drawn from N(0, I), and variances of one: a VAE that has
    learned nothing yet has its codes there.
    """

    name = "mixture"
    label = "mixture of Gaussians"
    order = 1

    def __init__(self, sizes: PriorSizes) -> None:
        super().__init__(sizes)
        shape = (sizes.mixture_components, sizes.latent_dim)
        self.logits = nn.Parameter(torch.zeros(shape[0]))
        self.means = nn.Parameter(torch.zeros(shape))
        self.log_scales = nn.Parameter(torch.zeros(shape))

    def initialise(self, scheme: Initialisation, generator: Generator) -> None:
        """As above, whatever the scheme."""
        with torch.no_grad():
            self.logits.zero_()
            self.means.normal_(generator=generator)
            self.log_scales.zero_()

    def log_prob(self, z: Tensor, encode: Encode) -> Tensor:
        """log p(z) in nats. [B, J] → [B]."""
        parts = z.split(codes_at_once(self.means.numel()))
        return torch.cat([self._log_prob(some) for some in parts])

    def _log_prob(self, z: Tensor) -> Tensor:
        apart = (z.unsqueeze(1) - self.means) * (-self.log_scales).exp()
        each = -(0.5 * apart.square() + self.log_scales + HALF_LOG_TWO_PI).sum(2)
        return (self.logits.log_softmax(0) + each).logsumexp(1)

    def sample(self, count: int, generator: Generator, encode: Encode) -> Tensor:
        """A component by its weight, then a draw of it. [count, J]."""
        k = self.logits.softmax(0).multinomial(count, replacement=True, generator=generator)
        noise = torch.randn(count, self.means.shape[1], generator=generator)
        return self.means[k] + self.log_scales[k].exp() * noise
