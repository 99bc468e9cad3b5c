"""What noise a flow begins with: of the slowest waves a mixture of Gaussians, of all else N(0, 1).

Digits are of several sorts, and no one is half-way between two others. Couplings bend one Gaussian
into several heaps with great trouble; a mixture has them to begin with, and its density is as exact
(Izmailov et al. 2020 take one for each class; here nobody is told of classes).
"""

import torch
from torch import Generator, Tensor, nn

from vae_core.models.posteriors import HALF_LOG_TWO_PI
from vae_core.models.priors import standard_normal_log_prob

WAVES = 64  # that the mixture is of: those that tell what an image is
_NEAR = 0.5  # of a first image's own waves, where a mode begins
_JITTER = 0.3  # standard deviations: more modes than first images are not to be two of a kind
_HASTE = 10.0  # logs of weights are learned so many times as fast as other numbers


class WaveMixture(nn.Module):
    """p(z) of z [B, D], whose first ``WAVES`` numbers are those of the slowest waves.

    Args:
        values: D.
        modes: Gaussians in the mixture, 1 or more.
    """

    def __init__(self, values: int, modes: int) -> None:
        super().__init__()
        self._values, self._waves = values, min(values, WAVES)
        self.weights = nn.Parameter(torch.zeros(modes))
        self.means = nn.Parameter(torch.zeros(modes, self._waves))
        self.log_scales = nn.Parameter(torch.zeros(modes, self._waves))

    def reset(self) -> None:
        """All modes one: N(0, I)."""
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    @torch.no_grad()
    def spread(self, z: Tensor, generator: Generator) -> None:
        """Let the modes begin about halfway to these z [B, D], one after another."""
        first = z[torch.arange(len(self.means)) % len(z), : self._waves]
        noise = torch.empty_like(first).normal_(generator=generator)
        self.means.copy_(_NEAR * (first + _JITTER * noise))

    def log_prob(self, z: Tensor) -> Tensor:
        """log p(z) in nats. [B, D] → [B]."""
        slow, others = z[:, : self._waves], z[:, self._waves :]
        exactness = (-2 * self.log_scales).exp()
        # (z − m)² / s², multiplied out: no [B, modes, waves] is made.
        squares = (
            slow.square() @ exactness.T
            - 2 * slow @ (self.means * exactness).T
            + (self.means.square() * exactness).sum(1)
        )
        of_each = -0.5 * squares - self.log_scales.sum(1) - self._waves * HALF_LOG_TWO_PI
        mixed = (self._log_weights() + of_each).logsumexp(1)
        return mixed + standard_normal_log_prob(others)

    @torch.no_grad()
    def sample(self, count: int, generator: Generator) -> Tensor:
        """z ~ p(z). [count, D]."""
        z = torch.randn(count, self._values, generator=generator)
        mode = torch.multinomial(
            self._log_weights().exp(), count, replacement=True, generator=generator
        )
        slow = self.means[mode] + self.log_scales[mode].exp() * z[:, : self._waves]
        return torch.cat([slow, z[:, self._waves :]], 1)

    def _log_weights(self) -> Tensor:
        return (_HASTE * self.weights).log_softmax(0)
