"""ELBO, rate and log p(x): of a linear-Gaussian model in closed form, of `mnist-2d` by a grid."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from torch.distributions import Normal, kl_divergence

from benchmarks.accuracy.row import Missing, Row
from latent_atlas.stored_models import shipped_models
from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.data import available_datasets, load_dataset
from vae_core.evaluation.estimators import ESTIMATORS
from vae_core.evaluation.likelihood import GRID, by_grid
from vae_core.inference import estimator_a, estimator_b
from vae_core.inference.elbo import BoundTerms, LatentVariableModel
from vae_core.models import VAE, load_model

REPEATS = 64
PIXELS = 16
CLOSED, QUADRATURE = "closed form", "Gauss–Hermite, 48 × 48 nodes"
# By code that shares nothing with ours: a grid of step 0.025, refined ×3 and ×9 at the mass.
ANCHORS = (("mnist", 24, -129.796), ("mnist", 100, -129.492), ("mnist-12k", 12, -130.509))
ANCHOR_TOLERANCE = 0.01  # nats an image: both grids' own
Estimator = Callable[[LatentVariableModel, Tensor, int, Generator], BoundTerms]


def linear_rows(images: int) -> Iterator[Row]:
    """Of linear-Gaussian models of 2 and of 10 latent dimensions and 16 pixels."""
    for J in (2, 10):
        model, name = LinearGaussian(J, PIXELS), f"linear-Gaussian, {J}-D"
        grey = (model.images(images).clamp(0, 1) * 255).round().to(torch.uint8)
        x = grey.double() / 255
        q = model.encode(x)
        sd = torch.exp(0.5 * q.logvar)
        rate = kl_divergence(Normal(q.mu, sd), Normal(0.0, 1.0)).sum(1)
        yield Row(
            "rate",
            name,
            "torch.distributions",
            float(rate.mean()),
            float(q.kl().sum(1).mean()),
            tolerance=1e-9,
        )
        bound = linear_expectation(model, x, q.mu, sd) - rate
        yield from sampled_bounds(model, x, name, float(bound.mean()), CLOSED)
        yield from log_p_rows(model, grey.view(-1, 1, 4, 4), name, model.log_evidence(x), CLOSED)


def linear_expectation(model: LinearGaussian, x: Tensor, mu: Tensor, sd: Tensor) -> Tensor:
    """E_q[log N(x; Wz + b, s² I)] of q = N(mu, diag sd²): [N].

    The expected squared residual is |x − Wμ − b|² + Σ_j |w_j|² sd_j².
    """
    variance = model.deviation**2
    residual = (x - mu @ model.w.T - model.b).square().sum(1)
    expected = residual + sd.square() @ model.w.square().sum(0)
    return -0.5 * (PIXELS * np.log(2 * np.pi * variance) + expected / variance)


def sampled_bounds(
    model: LatentVariableModel, x: Tensor, name: str, exact: float, reference: str
) -> Iterator[Row]:
    """Estimators A and B, one draw of z an image, repeated to know their error."""
    estimators: dict[str, Estimator] = {"A": estimator_a, "B": estimator_b}
    for letter, estimator in estimators.items():
        generator = Generator().manual_seed(0)
        with torch.no_grad():
            means = torch.stack(
                [estimator(model, x, 1, generator).elbo.double().mean() for _ in range(REPEATS)]
            )
        error = float(means.std()) / REPEATS**0.5
        yield Row(
            f"ELBO, estimator {letter}", name, reference, exact, float(means.mean()), error=error
        )


def log_p_rows(
    model: LatentVariableModel, images: Tensor, name: str, exact: Tensor, reference: str
) -> Iterator[Row]:
    """log p(x) by every method that the program has, each with its defaults."""
    J = model.encode(images[:1].float() / 255).mu.shape[1]
    for method, estimator in ESTIMATORS.items():
        if method == GRID and (J > 3 or reference == "grid"):
            continue
        found = estimator.measure(model, images)
        sampled = method != GRID
        yield Row(
            f"log p(x), {method}",
            name,
            reference,
            float(exact.mean()),
            found.mean,
            error=found.standard_error if sampled else None,
            tolerance=None if sampled else ANCHOR_TOLERANCE,
            warned=bool(found.warnings),
        )


def shipped_rows(images: int, data_dir: Path | None) -> Iterator[Row | Missing]:
    """Of `mnist-2d`: the grid against other code's, and all else against quadrature and grid."""
    vae = load_model(shipped_models()["mnist-2d"]).vae
    present = {each.name for each in available_datasets(data_dir) if each.present}
    for dataset, count, exact in ANCHORS:
        quantity, model = "log p(x), grid", f"mnist-2d, {count} test images of {dataset}"
        if dataset not in present:
            yield Missing(quantity, model, f"{dataset} is not here: not compared")
            continue
        test = load_dataset(dataset, data_dir).split("test").images[:count]
        found = by_grid(vae, test).mean
        reference = "another code's grid"
        yield Row(quantity, model, reference, exact, found, tolerance=ANCHOR_TOLERANCE)
    shown = load_dataset("mnist-12k").split("test").images[:images]
    name = f"mnist-2d, {images} test images of mnist-12k"
    x = shown.float() / 255
    expected, rate = quadrature(vae, x)
    yield from sampled_bounds(vae, x, name, float((expected - rate).mean()), QUADRATURE)
    yield from log_p_rows(vae, shown, name, by_grid(vae, shown).log_p, "grid")


@torch.no_grad()
def quadrature(vae: VAE, x: Tensor, nodes: int = 48) -> tuple[Tensor, Tensor]:
    """E_q[log p(x|z)] of a 2-D model by Gauss–Hermite, and the rate; float64 [N] each."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    at = torch.from_numpy(points).float()
    weight = torch.from_numpy(np.outer(weights, weights).ravel() / (2 * np.pi))
    plane = torch.cartesian_prod(at, at)
    posterior = vae.encode(x)
    sd = torch.exp(0.5 * posterior.logvar)
    found = []
    for image, mu, s in zip(x, posterior.mu, sd, strict=True):
        value = vae.decode(mu + s * plane).log_prob(image.expand(len(plane), *image.shape))
        found.append((weight * value.double()).sum())
    rate = kl_divergence(Normal(posterior.mu.double(), sd.double()), Normal(0.0, 1.0)).sum(1)
    return torch.stack(found), rate
