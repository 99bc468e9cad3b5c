"""A Gaussian bent by inverse autoregressive flows (Kingma et al. 2016)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior, bounded

STEPS = 4  # flows one after another, each in the other order of dimensions
_OPEN = 2.0  # of s where the encoder says nothing: a gate that lets most through
# What a gate lets through at least, so that the way back never divides by next to nothing.
_LEAST = 0.3


@dataclass(frozen=True)
class InverseAutoregressiveFlow(Posterior):
    """z = mu + F(d ⊙ eps) − F(0), F = f_K ∘ … ∘ f_1, all of whose numbers the encoder gives.

        f(y) = g ⊙ y + (1 − g) ⊙ m,   g = 0.3 + 0.7 sigmoid(s),   log |det ∂f/∂y| = Σ_j log g_j
        s_j = 2 + b_j + Σ_{i<j} B_ji y_i,   m_j = c_j + Σ_{i<j} A_ji y_i

    with y in units of the mean d: bends are of q's own size. The autoregressive network has no
    hidden layer, and its weights are the image's own instead of shared: so the best of the family
    for one image is defined, and is found like any other's. No row of B or A is longer than 1, as
    gates are bounded: else training at a usual step finds maps so steep that the way back is lost
    in rounding, and ends in numbers that are none. F(0) is taken off so that ``mu`` stays where the
    middle of the Gaussian goes (as in ``planar``).

    Attributes:
        mu: what stands for an image [B, J].
        logvar: log d² [B, J].
        opening, shift: B and A before they are bounded; what is below the diagonal counts
            [B, K, J, J].
        opening_bias, shift_bias: b and c [B, K, J].
    """

    name: ClassVar[str] = "iaf"
    label: ClassVar[str] = "a Gaussian bent by inverse autoregressive flows"
    order: ClassVar[int] = 4
    most_dims: ClassVar[int | None] = 64
    closed_rate: ClassVar[bool] = False

    opening: Tensor
    shift: Tensor
    opening_bias: Tensor
    shift_bias: Tensor

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """The weights below the diagonal, row after row, and the biases, of all flows."""
        below, biases = STEPS * latent_dim * (latent_dim - 1) // 2, STEPS * latent_dim
        weights = {"opening": below, "shift": below} if below else {}
        return {**weights, "opening_bias": biases, "shift_bias": biases}

    @classmethod
    def from_outputs(
        cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]
    ) -> "InverseAutoregressiveFlow":
        """Each flow's weights laid out below its diagonal."""
        images, latent_dim = mu.shape
        row, column = torch.tril_indices(latent_dim, latent_dim, -1)

        def weights(name: str) -> Tensor:
            square = mu.new_zeros(images, STEPS, latent_dim, latent_dim)
            if name not in heads:
                return square
            told = heads[name].view(images, STEPS, -1)
            return square.index_put(_places(images, row, column), told)

        biases = {
            name: heads[name].view(images, STEPS, latent_dim)
            for name in ("opening_bias", "shift_bias")
        }
        return cls(
            mu,
            logvar,
            weights("opening"),
            weights("shift"),
            biases["opening_bias"],
            biases["shift_bias"],
        )

    @classmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> "InverseAutoregressiveFlow":
        """With gates that let the same part of all y through, which d makes up for."""
        images, latent_dim = mu.shape
        none = mu.new_zeros(images, STEPS, latent_dim, latent_dim)
        narrower = float(_opened(torch.tensor(_OPEN, dtype=torch.float64)).log())
        biases = none[..., 0]
        return cls(mu, logvar - 2 * STEPS * narrower, none, none, biases, biases)

    @property
    def marginal_logvar(self) -> Tensor:
        """Of the flow made linear at its middle: log of the diagonal of a diag(d²) aᵀ. [B, J]."""
        y, a = torch.zeros_like(self.mu), torch.diag_embed(torch.ones_like(self.mu))
        for opening, shift, s, m in self._flows():
            g, middle = self._gated(y, opening, shift, s, m)
            rise = (g - _LEAST) * (1 - g) / (1 - _LEAST)  # of g by s
            slope = (rise * (y - middle)).unsqueeze(2)
            a = g.unsqueeze(2) * a + slope * (opening @ a) + (1 - g).unsqueeze(2) * (shift @ a)
            y, a = (g * y + (1 - g) * middle).flip(1), a.flip(1)
        return (a.square() * self.logvar.exp().unsqueeze(1)).sum(2).log()

    def at(self, noise: Tensor) -> Tensor:
        """z = mu + F(d ⊙ eps) − F(0). [B, J]."""
        return self.mu + self._bent(noise * (0.5 * self.logvar).exp()) - self._middle()

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """The Gaussian's, less the log of each dimension's gates. [B, J].

        In the order of the Gaussian's dimensions; their sum is log q(z|x).
        """
        y, log_volume = z - self.mu + self._middle(), torch.zeros_like(z)
        for opening, shift, s, m in reversed(list(self._flows())):
            y, log_volume = y.flip(1), log_volume.flip(1)
            before: list[Tensor] = []
            for j in range(z.shape[1]):
                told, middle = _OPEN + s[:, j], m[:, j]
                if before:
                    known = torch.stack(before, 1)
                    told = told + (opening[:, j, :j] * known).sum(1)
                    middle = middle + (shift[:, j, :j] * known).sum(1)
                g = _opened(told)
                log_volume = log_volume + _only(g.log(), j, z)
                before.append((y[:, j] - (1 - g) * middle) / g)
            y = torch.stack(before, 1)
        white = y * (-0.5 * self.logvar).exp()
        return -HALF_LOG_TWO_PI - 0.5 * self.logvar - 0.5 * white.square() - log_volume

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [B, J]."""
        with torch.enable_grad():
            leaf = z.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self.detach().log_prob(leaf).sum(), leaf)
        return slope

    def _bent(self, y: Tensor) -> Tensor:
        """F(y). [B, J]."""
        for opening, shift, s, m in self._flows():
            g, middle = self._gated(y, opening, shift, s, m)
            y = (g * y + (1 - g) * middle).flip(1)
        return y

    def _middle(self) -> Tensor:
        """F(0). [B, J]."""
        return self._bent(torch.zeros_like(self.mu))

    @staticmethod
    def _gated(
        y: Tensor, opening: Tensor, shift: Tensor, s: Tensor, m: Tensor
    ) -> tuple[Tensor, Tensor]:
        """g and m of one flow at y, each [B, J]."""
        column = y.unsqueeze(2)
        told = _OPEN + s + (opening @ column).squeeze(2)
        return _opened(told), m + (shift @ column).squeeze(2)

    def _flows(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """What y is multiplied by in s and m [B, J, J], and what is added [B, J], of each."""
        size = (0.5 * self.logvar).exp().mean(1, keepdim=True)
        for k in range(self.opening.shape[1]):
            rows = (each[:, k].tril(-1) for each in (self.opening, self.shift))
            opening, shift = (bounded(each, 1.0) for each in rows)
            middle = self.shift_bias[:, k] * size
            yield opening / size.unsqueeze(2), shift, self.opening_bias[:, k], middle


def _opened(s: Tensor) -> Tensor:
    """g: how much a gate lets through."""
    return _LEAST + (1 - _LEAST) * torch.sigmoid(s)


def _places(images: int, row: Tensor, column: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Where the entries of [B, K, J, J] are that [B, K, below] tell."""
    image = torch.arange(images).view(-1, 1, 1)
    return image, torch.arange(STEPS).view(1, -1, 1), row, column


def _only(values: Tensor, j: int, like: Tensor) -> Tensor:
    """These [B] in column j, and nothing elsewhere. [B, J]."""
    return torch.nn.functional.pad(values.unsqueeze(1), (j, like.shape[1] - j - 1))
