"""A Gaussian bent by inverse autoregressive flows (Kingma et al. 2016)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior

STEPS = 4  # flows one after another, each in the other order of dimensions
_OPEN = 2.0  # of s where the encoder says nothing: a gate that lets most through


@dataclass(frozen=True)
class InverseAutoregressiveFlow(Posterior):
    """z = mu + F(d ⊙ eps) − F(0), F = f_K ∘ … ∘ f_1, all of whose numbers the encoder gives.

        f(y) = g ⊙ y + (1 − g) ⊙ m,   g = sigmoid(s),   log |det ∂f/∂y| = Σ_j log g_j
        s_j = 2 + b_j + Σ_{i<j} B_ji y_i,   m_j = c_j + Σ_{i<j} A_ji y_i

    The autoregressive network has no hidden layer, and its weights are the image's own instead of
    shared: so the best of the family for one image is defined, and is found like any other's. F(0)
    is taken off so that ``mu`` stays where the middle of the Gaussian goes (as in ``planar``).

    Attributes:
        mu: what stands for an image [B, J].
        logvar: log d² [B, J].
        gate, shift: B and A, of which what is below the diagonal counts [B, K, J, J].
        gate_bias, shift_bias: b and c [B, K, J].
    """

    name: ClassVar[str] = "iaf"
    label: ClassVar[str] = "a Gaussian bent by inverse autoregressive flows"
    order: ClassVar[int] = 4
    closed_rate: ClassVar[bool] = False

    gate: Tensor
    shift: Tensor
    gate_bias: Tensor
    shift_bias: Tensor

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """The weights below the diagonal, row after row, and the biases, of all flows."""
        below, biases = STEPS * latent_dim * (latent_dim - 1) // 2, STEPS * latent_dim
        weights = {"gate": below, "shift": below} if below else {}
        return {**weights, "gate_bias": biases, "shift_bias": biases}

    @classmethod
    def from_outputs(
        cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]
    ) -> "InverseAutoregressiveFlow":
        """y is counted in units of the mean d: bends are of q's own size."""
        size, (images, latent_dim) = _size(logvar), mu.shape
        row, column = torch.tril_indices(latent_dim, latent_dim, -1)

        def weights(name: str) -> Tensor:
            square = mu.new_zeros(images, STEPS, latent_dim, latent_dim)
            if name not in heads:
                return square
            told = heads[name].view(images, STEPS, -1)
            return square.index_put(_places(images, row, column), told)

        biases = {
            name: heads[name].view(images, STEPS, latent_dim)
            for name in ("gate_bias", "shift_bias")
        }
        return cls(
            mu,
            logvar,
            weights("gate") / size.unsqueeze(3),
            weights("shift"),
            biases["gate_bias"],
            biases["shift_bias"] * size,
        )

    @classmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> "InverseAutoregressiveFlow":
        """With gates that let the same part of all y through, which d makes up for."""
        images, latent_dim = mu.shape
        none = mu.new_zeros(images, STEPS, latent_dim, latent_dim)
        narrower = float(logsigmoid(torch.tensor(_OPEN, dtype=torch.float64)))
        biases = none[..., 0]
        return cls(mu, logvar - 2 * STEPS * narrower, none, none, biases, biases)

    @property
    def marginal_logvar(self) -> Tensor:
        """Of the flow made linear at its middle: log of the diagonal of a diag(d²) aᵀ. [B, J]."""
        y, a = torch.zeros_like(self.mu), torch.diag_embed(torch.ones_like(self.mu))
        for gate, shift, s, m in self._flows():
            g, middle = self._gated(y, gate, shift, s, m)
            slope = (g * (1 - g) * (y - middle)).unsqueeze(2)
            a = g.unsqueeze(2) * a + slope * (gate @ a) + (1 - g).unsqueeze(2) * (shift @ a)
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
        for gate, shift, s, m in reversed(list(self._flows())):
            y, log_volume = y.flip(1), log_volume.flip(1)
            before: list[Tensor] = []
            for j in range(z.shape[1]):
                opened, middle = _OPEN + s[:, j], m[:, j]
                if before:
                    known = torch.stack(before, 1)
                    opened = opened + (gate[:, j, :j] * known).sum(1)
                    middle = middle + (shift[:, j, :j] * known).sum(1)
                g = torch.sigmoid(opened)
                log_volume = log_volume + _only(logsigmoid(opened), j, z)
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
        for gate, shift, s, m in self._flows():
            g, middle = self._gated(y, gate, shift, s, m)
            y = (g * y + (1 - g) * middle).flip(1)
        return y

    def _middle(self) -> Tensor:
        """F(0). [B, J]."""
        return self._bent(torch.zeros_like(self.mu))

    @staticmethod
    def _gated(
        y: Tensor, gate: Tensor, shift: Tensor, s: Tensor, m: Tensor
    ) -> tuple[Tensor, Tensor]:
        """g and m of one flow at y, each [B, J]."""
        column = y.unsqueeze(2)
        opened = _OPEN + s + (gate @ column).squeeze(2)
        return torch.sigmoid(opened), m + (shift @ column).squeeze(2)

    def _flows(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """B and A [B, J, J], b and c [B, J] of each."""
        for k in range(self.gate.shape[1]):
            gate, shift = self.gate[:, k].tril(-1), self.shift[:, k].tril(-1)
            yield gate, shift, self.gate_bias[:, k], self.shift_bias[:, k]


def _size(logvar: Tensor) -> Tensor:
    """The mean d of each image. [B, 1, 1]."""
    return (0.5 * logvar).exp().mean(1).view(-1, 1, 1)


def _places(images: int, row: Tensor, column: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Where the entries of [B, K, J, J] are that [B, K, below] tell."""
    image = torch.arange(images).view(-1, 1, 1)
    return image, torch.arange(STEPS).view(1, -1, 1), row, column


def _only(values: Tensor, j: int, like: Tensor) -> Tensor:
    """These [B] in column j, and nothing elsewhere. [B, J]."""
    return torch.nn.functional.pad(values.unsqueeze(1), (j, like.shape[1] - j - 1))
