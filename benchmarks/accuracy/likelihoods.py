"""Every likelihood of the program, held against quadrature over one pixel's values."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Generator, Tensor
from torch.distributions import Bernoulli as TorchBernoulli
from torch.distributions import ContinuousBernoulli, Normal

from benchmarks.accuracy.row import Row
from vae_core.models import LIKELIHOODS
from vae_core.models.likelihoods.base import NamedLikelihood

PIXELS = 64
NODES = 400
TOLERANCE = 1e-6
HOW = {
    "probability": "sum over 0 and 1",
    "levels": "sum over 256 levels",
    "density": "quadrature",
}
NAMES = {
    "total": "∫ p(x|z) dx of a pixel, worst of 64",
    "mean": "E[x|z], mean of 64 pixels",
    "deviation": "standard deviation of x|z, mean of 64 pixels",
}


def likelihood_rows() -> Iterator[Row]:
    """Mass, mean and deviation of each, and the log density of three against PyTorch's own."""
    for name, kind in LIKELIHOODS.items():
        p = example(kind)
        x, weight = support(kind, p)
        density = torch.cat([p.log_prob_per_pixel(value[None]) for value in x]).double().exp()
        total = (weight * density).sum(0).flatten()
        mean = (weight * x.double() * density).sum(0).flatten()
        square = (weight * x.double() ** 2 * density).sum(0).flatten()
        label = f"{name}, 64 pixels"
        worst = float(total[(total - 1).abs().argmax()])
        how = HOW[kind.nats]
        yield Row(NAMES["total"], label, "1 by definition", 1.0, worst, tolerance=TOLERANCE)
        found = float(p.mean.double().mean())
        # Rounding to levels moves a mean by a fortieth of one, as the likelihood says.
        near = 1e-4 if kind.nats == "levels" else TOLERANCE
        yield Row(NAMES["mean"], label, how, float(mean.mean()), found, tolerance=near)
        spread = float((square - mean**2).clamp(min=0).sqrt().mean())
        found = float(p.deviation.double().mean())
        yield Row(NAMES["deviation"], label, how, spread, found, tolerance=TOLERANCE)
    yield from log_densities()


def example(kind: type[NamedLikelihood]) -> NamedLikelihood:
    """p(x|z) of 64 pixels, most of them dark. [1, 1, 8, 8]."""
    logits = torch.linspace(-6, 3, PIXELS, dtype=torch.float64).view(1, 1, 8, 8)
    heads: dict[str, Tensor] = {}
    for name, extent in kind.heads.items():
        whole = torch.linspace(-4, -1, PIXELS, dtype=torch.float64).view(1, 1, 8, 8)
        heads[name] = whole if extent == "pixels" else torch.tensor(-1.5, dtype=torch.float64)
    return kind.from_outputs(logits, heads, dict.fromkeys(kind.settings, 0.1))


def support(kind: type[NamedLikelihood], p: NamedLikelihood) -> tuple[Tensor, Tensor]:
    """Values of a pixel and the weights to sum a density over them with: [n, 1, 8, 8] each."""
    if kind.nats != "density":
        count = 2 if kind.nats == "probability" else 256
        values = torch.linspace(0, 1, count, dtype=torch.float64).view(-1, 1, 1, 1)
        return values.expand(-1, 1, 8, 8), torch.ones(count, 1, 8, 8, dtype=torch.float64)
    at, weight = (torch.from_numpy(each) for each in np.polynomial.legendre.leggauss(NODES))
    low, high = torch.zeros_like(p.mean), torch.ones_like(p.mean)
    if "gaussian" in kind.name:
        low, high = p.mean - 12 * p.deviation, p.mean + 12 * p.deviation
    half = (high - low) / 2
    shape = (-1, 1, 1, 1)
    return (low + high) / 2 + half * at.view(shape), half * weight.view(shape)


def log_densities() -> Iterator[Row]:
    """log p(x|z) of one image of 64 pixels against torch.distributions."""
    x = torch.rand(1, 1, 8, 8, generator=Generator().manual_seed(0), dtype=torch.float64)
    logits = torch.linspace(-6, 3, PIXELS, dtype=torch.float64).view(1, 1, 8, 8)
    normal = example(LIKELIHOODS["gaussian"])
    cases = (
        ("bernoulli", x.round(), TorchBernoulli(logits=logits)),
        ("continuous-bernoulli", x, ContinuousBernoulli(logits=logits)),
        ("gaussian", x, Normal(normal.mean, normal.deviation)),
    )
    for name, image, theirs in cases:
        exact = float(theirs.log_prob(image).sum())
        ours = float(example(LIKELIHOODS[name]).log_prob(image).sum())
        # PyTorch's continuous Bernoulli has a Taylor series of low order near λ = 1/2.
        tolerance = 1e-4 if name == "continuous-bernoulli" else TOLERANCE
        label = f"{name}, one image"
        yield Row("log p(x|z)", label, "torch.distributions", exact, ours, tolerance=tolerance)
