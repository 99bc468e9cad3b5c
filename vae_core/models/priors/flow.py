"""A normalizing flow over z: affine couplings (RealNVP, Dinh, Sohl-Dickstein & Bengio 2017).

    log p(z) = log N(f(z); 0, I) + log |det df/dz|

zuko's own flows keep masks that no model file holds, and draw from PyTorch's global stream: the
couplings are few lines, and theirs are not used.
"""

from collections.abc import Iterator

import torch
from torch import Generator, Tensor, nn

from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.priors.base import Encode, Prior, PriorSizes
from vae_core.models.priors.standard import sample_standard_normal, standard_normal_log_prob

_WIDTH = 128  # of the two hidden layers of each coupling
_STEEPEST = 2.0  # a coupling's log scale, either way


class _Coupling(nn.Module):
    """Half of the dimensions are moved and scaled, as a network says of the other half."""

    def __init__(self, place: int, latent_dim: int) -> None:
        super().__init__()
        self._place, self._latent_dim = place, latent_dim
        self.first = nn.Linear(latent_dim, _WIDTH)
        self.second = nn.Linear(_WIDTH, _WIDTH)
        self.last = nn.Linear(_WIDTH, 2 * latent_dim)

    def settle(self) -> None:
        """To the identity, where the way begins."""
        for parameter in self.last.parameters():
            nn.init.zeros_(parameter)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """z [B, J] → what it becomes [B, J], and log |det| [B]."""
        log_scale, shift = self._told(z)
        return z * log_scale.exp() + shift, log_scale.sum(1)

    def back(self, y: Tensor) -> Tensor:
        """The z that becomes y. [B, J] both."""
        log_scale, shift = self._told(y)
        return (y - shift) * (-log_scale).exp()

    def _told(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """log s and t, both zero for the dimensions that are kept. [B, J] each."""
        moved = self._moved()
        hidden = torch.relu(self.first(z * (1 - moved)))
        raw, shift = self.last(torch.relu(self.second(hidden))).chunk(2, 1)
        return moved * _STEEPEST * torch.tanh(raw / _STEEPEST), moved * shift

    def _moved(self) -> Tensor:
        """Which dimensions: two couplings move all, the next two part them in another way. [J]."""
        digits = max(1, (self._latent_dim - 1).bit_length())
        digit = (self._place // 2) % digits
        dimension = torch.arange(self._latent_dim)
        return ((dimension // 2**digit + self._place) % 2 == 0).float()


class FlowPrior(Prior):
    """Couplings from z to N(0, I); it begins as N(0, I) itself."""

    name = "flow"
    label = "normalizing flow"
    order = 2

    def __init__(self, sizes: PriorSizes) -> None:
        super().__init__(sizes)
        self._latent_dim = sizes.latent_dim
        self.couplings = nn.ModuleList(
            _Coupling(place, sizes.latent_dim) for place in range(sizes.prior_couplings)
        )

    def initialise(self, scheme: Initialisation, generator: Generator) -> None:
        """Every coupling begins as the identity."""
        initialise(self, scheme, generator)
        for coupling in self._in_order():
            coupling.settle()

    def log_prob(self, z: Tensor, encode: Encode) -> Tensor:
        """log p(z) in nats. [B, J] → [B]."""
        log_det = z.new_zeros(len(z))
        for coupling in self._in_order():
            z, more = coupling(z)
            log_det = log_det + more
        return standard_normal_log_prob(z) + log_det

    def sample(self, count: int, generator: Generator, encode: Encode) -> Tensor:
        """N(0, I) gone back along the couplings. [count, J]."""
        z = sample_standard_normal(count, self._latent_dim, generator)
        for coupling in reversed(list(self._in_order())):
            z = coupling.back(z)
        return z

    def _in_order(self) -> Iterator[_Coupling]:
        return (each for each in self.couplings if isinstance(each, _Coupling))
