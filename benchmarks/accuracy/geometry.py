"""The density of encodings against scikit-learn's, the metric against autograd and the KL."""

import math
from collections.abc import Iterator

import torch
from sklearn.neighbors import KernelDensity
from torch import Generator, Tensor
from torch.distributions import Bernoulli, kl_divergence

from benchmarks.accuracy.row import Row
from latent_atlas.stored_models import shipped_models
from vae_core.data import load_dataset
from vae_core.latent import AggregatePosterior, encode_images, magnification, pullback_metric
from vae_core.latent.encodings import Encodings
from vae_core.models import VAE, load_model

SPOTS = 9
BANDWIDTH = 0.2
STEP = 1e-3


def geometry_rows() -> Iterator[Row]:
    """Of `mnist-2d`, on the test images of mnist-12k and at nine spots of the plane."""
    vae = load_model(shipped_models()["mnist-2d"]).vae
    spots = 1.5 * torch.randn(SPOTS, 2, generator=Generator().manual_seed(0))
    images = load_dataset("mnist-12k").split("test").images
    yield from density_rows(encode_images(vae, images), spots)
    yield from metric_rows(vae, spots)


def density_rows(encodings: Encodings, spots: Tensor) -> Iterator[Row]:
    """log q(z), of kernels of one width and of each encoding's own."""
    name = f"mnist-2d, {len(encodings.mu):,} encodings, {SPOTS} spots"
    same = Encodings(encodings.mu, torch.full_like(encodings.logvar, 2 * math.log(BANDWIDTH)))
    kernels = KernelDensity(bandwidth=BANDWIDTH).fit(encodings.mu.double().numpy())
    exact = float(kernels.score_samples(spots.double().numpy()).mean())
    ours = float(AggregatePosterior(same).log_prob(spots).mean())
    yield Row("log q(z), one width", name, "scikit-learn", exact, ours, tolerance=1e-4)
    deviations = torch.exp(0.5 * encodings.logvar.double())
    each = torch.distributions.Normal(encodings.mu.double(), deviations)
    terms = each.log_prob(spots.double()[:, None]).sum(2)
    exact = float((terms.logsumexp(1) - math.log(len(encodings.mu))).mean())
    ours = float(AggregatePosterior(encodings).log_prob(spots).mean())
    yield Row("log q(z), own widths", name, "torch.distributions", exact, ours, tolerance=1e-2)


def metric_rows(vae: VAE, spots: Tensor) -> Iterator[Row]:
    """√det G by both rulers, and the KL of a small step."""
    name = f"mnist-2d, {SPOTS} spots"
    exact = {"euclidean": torch.tensor(0.0), "information": torch.tensor(0.0)}
    for z in spots:
        jacobian = torch.autograd.functional.jacobian(lambda at: _mean(vae, at), z).double()
        p = _mean(vae, z).detach().double()
        for ruler, scale in (("euclidean", torch.ones_like(p)), ("information", 1 / (p * (1 - p)))):
            metric = jacobian.T @ (scale[:, None] * jacobian)
            exact[ruler] = exact[ruler] + metric.det().sqrt() / len(spots)
    ours = {
        "euclidean": magnification(vae, spots, "euclidean"),
        "information": magnification(vae, spots, "information"),
    }
    for ruler, value in exact.items():
        found = float(ours[ruler].double().mean())
        tolerance = 1e-3 * float(value)
        quantity = f"√det G, {ruler}"
        yield Row(quantity, name, "autograd", float(value), found, tolerance=tolerance)
    ahead = torch.tensor([STEP, STEP])
    double = vae.double()
    with torch.no_grad():
        here = Bernoulli(logits=_logits(double, spots.double()))
        there = Bernoulli(logits=_logits(double, spots.double() + ahead))
        step = 2 * kl_divergence(here, there).sum(1).mean() / STEP**2
    G = pullback_metric(vae.float(), spots)
    found = float(G.double().sum((1, 2)).mean())
    exact_kl = float(step)
    yield Row(
        "dz′ G dz / dz²",
        name,
        "2 KL of a step of 0.001",
        exact_kl,
        found,
        tolerance=0.01 * exact_kl,
    )


def _mean(vae: VAE, z: Tensor) -> Tensor:
    return vae.decode(z[None]).mean.flatten()


def _logits(vae: VAE, z: Tensor) -> Tensor:
    return torch.logit(vae.decode(z).mean.flatten(1))
