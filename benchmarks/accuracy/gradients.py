"""Gradients of the ELBO in phi: each way's bias and noise against quadrature over eps."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from benchmarks.accuracy.row import Row
from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import Batch
from vae_core.algorithms.variance import WAYS, gradient_variance
from vae_core.inference.elbo import sampled_rate
from vae_core.models import VAE

MODEL = "a 2-D VAE of 9 pixels"
REFERENCE = "Gauss–Hermite, 32 × 32 nodes"
NODES = 32
SCALE = 3.0  # of its weights: a posterior that is neither the prior nor the true one
BLOCKS = 20


def gradient_rows(draws: int) -> Iterator[Row]:
    """Of every way, the length of its mean along the exact gradient; of B and A, the variance."""
    vae = tiny_vae(SCALE)
    batch = Batch(tiny_batch().x[:1], torch.tensor([0]), n_total=50)
    by_node, weight = node_gradients(vae, batch.x, sampled=False)
    exact = weight @ by_node
    length = float(exact.norm())
    for name, way in WAYS.items():
        blocks = [
            gradient_variance(way, tiny_vae(SCALE), batch, draws, seed) for seed in range(BLOCKS)
        ]
        along = torch.stack([(block.mean @ exact) / length for block in blocks])
        error = float(along.std()) / BLOCKS**0.5
        quantity = f"gradient along the exact one, {name}"
        yield Row(quantity, MODEL, REFERENCE, length, float(along.mean()), error=error)
        if name not in ("a", "b"):
            continue
        nodes, _ = node_gradients(vae, batch.x, sampled=name == "a")
        variance = float(weight @ nodes.square().sum(1)) - float((weight @ nodes).square().sum())
        traces = torch.tensor([block.trace for block in blocks], dtype=torch.float64)
        spread = float(traces.std()) / BLOCKS**0.5
        quantity = f"variance of the gradient, {name}"
        yield Row(quantity, MODEL, REFERENCE, variance, float(traces.mean()), error=spread)


def node_gradients(vae: VAE, x: Tensor, *, sampled: bool) -> tuple[Tensor, Tensor]:
    """The gradient of −ELBO of one image at each eps of a grid [n, P], and its weights [n].

    `sampled` takes the rate at that draw (estimator A) and not in closed form.
    """
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    at = torch.from_numpy(points).float()
    weight = torch.from_numpy(np.outer(weights, weights).ravel() / (2 * np.pi))
    parameters = list(vae.encoder.parameters())
    found = []
    for eps in torch.cartesian_prod(at, at):
        posterior = vae.encode(x)
        z = posterior.mu + torch.exp(0.5 * posterior.logvar) * eps
        rate = sampled_rate(posterior, z) if sampled else posterior.kl()
        loss = rate.sum() - vae.decode(z).log_prob(x).sum()
        gradient = torch.autograd.grad(loss, parameters)
        found.append(torch.cat([each.flatten() for each in gradient]).double())
    return torch.stack(found), weight
