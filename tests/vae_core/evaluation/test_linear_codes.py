"""What linear codes can do: against scikit-learn, published values, and linear VAEs themselves."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import Generator, Tensor

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.linear_codes import (
    least_error,
    linear_copy_errors,
    linear_cost,
    linear_frontier,
    principal_spectrum,
)


@pytest.fixture(scope="module")
def digits() -> Tensor:
    return load_dataset("digits").images


def flat(images: Tensor) -> np.ndarray:
    return images.flatten(1).double().numpy() / 255


@pytest.mark.parametrize("dims", [0, 1, 2, 10, 40])
def test_the_least_error_and_the_learned_one_are_those_of_scikit_learn(
    digits: Tensor, dims: int
) -> None:
    train, test = digits[:1000], digits[1000:]
    pca = PCA().fit(flat(train))
    axes = pca.components_[:dims]

    def lost(x: np.ndarray) -> np.ndarray:
        centred = x - pca.mean_
        return ((centred - centred @ axes.T @ axes) ** 2).mean(1)

    spectrum = principal_spectrum(train)
    assert least_error(spectrum, dims) == pytest.approx(lost(flat(train)).mean(), rel=1e-4)
    found = linear_copy_errors(spectrum, dims, test)
    np.testing.assert_allclose(found.numpy(), lost(flat(test)), rtol=1e-3, atol=1e-6)
    assert float(found.mean()) > least_error(principal_spectrum(test), dims)


def test_the_least_cost_is_that_of_probabilistic_pca() -> None:
    """scikit-learn divides its covariance by N − 1; the maximum of the likelihood divides by N."""
    generator = Generator().manual_seed(0)
    x = torch.rand(400, 1, 3, 4, generator=generator)
    for dims in (1, 3, 10):
        pca = PCA(dims).fit(x.flatten(1).numpy())
        cost = linear_cost(principal_spectrum(x), dims)
        assert cost == pytest.approx(-pca.score(x.flatten(1).numpy()), abs=5e-3)


def test_probabilistic_pca_of_the_frey_faces_has_its_known_likelihoods() -> None:
    """From independent code, of another random 1,565 of the 1,965 faces, scaled by 1/256.

    Of three such choices the values lie up to 4 nats apart.
    """
    try:
        faces = load_dataset("frey-face").images
    except AtlasError:
        pytest.skip("The Frey faces are not here: LATENT_ATLAS_DATA names no folder that has them")
    order = torch.randperm(len(faces), generator=Generator().manual_seed(0))[:1565]
    spectrum = principal_spectrum(faces[order].float() / 256)
    known = {0: 456.8, 2: 558.9, 5: 671.6, 10: 758.9, 20: 867.7}
    for dims, expected in known.items():
        cost = linear_cost(spectrum, dims)
        assert cost is not None
        assert -cost == pytest.approx(expected, abs=6.0), dims


@pytest.mark.parametrize("dims", [1, 2, 6])
def test_no_linear_vae_lies_below_the_frontier_and_the_best_one_lies_on_it(
    digits: Tensor, dims: int
) -> None:
    spectrum = principal_spectrum(digits)
    frontier = linear_frontier(spectrum, dims, most_rate=40.0, points=4000)
    assert (frontier.rate.diff() > 0).all()
    assert (frontier.squared_error.diff() <= 0).all()
    assert float(frontier.rate[-1]) == pytest.approx(40.0)
    x = digits.flatten(1).double() / 255
    centred = x - x.mean(0)

    def lies(V: Tensor, log_s: Tensor, W: Tensor) -> tuple[float, float]:
        """Rate and error of the linear VAE with q(z|x) = N(V'x, s²), E[x|z] = Wz + mean."""
        mu = centred @ V
        rate = 0.5 * (mu**2 + (2 * log_s).exp() - 1 - 2 * log_s).sum(1).mean()
        error = ((centred - mu @ W.T) ** 2).sum(1).mean() + ((W * log_s.exp()) ** 2).sum()
        return float(rate), float(error) / x.shape[1]

    def bound(rate: float) -> float:
        return float(np.interp(rate, frontier.rate.numpy(), frontier.squared_error.numpy()))

    axes, top = spectrum.axes[:, :dims].double(), spectrum.variances[:dims]
    generator = Generator().manual_seed(dims)
    for level in (0.9, 0.3, 0.05):
        s2 = (level * top[-1] / top).clamp(max=1)
        best = axes * ((1 - s2) / top).sqrt(), 0.5 * s2.log(), axes * (top * (1 - s2)).sqrt()
        rate, error = lies(*best)
        assert error == pytest.approx(bound(rate), rel=1e-4)
        for _ in range(20):
            off = [part + 0.02 * torch.randn(part.shape, generator=generator) for part in best]
            rate, error = lies(off[0], off[1], off[2])
            assert error > bound(min(rate, 40.0)) * (1 - 1e-5)


def test_the_frontier_touches_the_cost_of_probabilistic_pca_in_nats(digits: Tensor) -> None:
    spectrum = principal_spectrum(digits)
    for dims in (1, 2, 10):
        frontier = linear_frontier(spectrum, dims, most_rate=60.0, points=4000)
        cost = linear_cost(spectrum, dims)
        assert float((frontier.rate + frontier.distortion()).min()) == pytest.approx(cost, abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 28, 20), (3, 64, 64), (1, 105, 105), (1, 8, 8)])
def test_images_of_any_size_and_one_alone_have_a_bound(shape: tuple[int, int, int]) -> None:
    generator = Generator().manual_seed(0)
    images = torch.randint(0, 256, (12, *shape), dtype=torch.uint8, generator=generator)
    spectrum = principal_spectrum(images)
    x = images.flatten(1).double() / 255
    assert spectrum.total == pytest.approx(float((x - x.mean(0)).square().sum(1).mean()), rel=1e-5)
    for dims in (1, 200):
        frontier = linear_frontier(spectrum, dims, 50.0)
        assert frontier.squared_error.isfinite().all()
        assert least_error(spectrum, dims) >= 0
    assert linear_cost(spectrum, 200) is None  # as many numbers as images: σ could be zero
    alone = principal_spectrum(images[:1])
    assert linear_frontier(alone, 2, 50.0).rate.tolist() == [0.0]
    assert least_error(alone, 2) == 0.0
    assert alone.total == 0.0


def test_of_large_images_so_many_are_looked_at_and_leave_no_more_than_all() -> None:
    generator = Generator().manual_seed(0)
    images = torch.randint(0, 256, (1500, 1, 33, 32), dtype=torch.uint8, generator=generator)
    spectrum = principal_spectrum(images)
    assert spectrum.images == 1024
    x = images.flatten(1).double() / 255
    all_left = torch.linalg.eigvalsh(torch.cov(x.T, correction=0))[:-200].sum() / x.shape[1]
    assert least_error(spectrum, 200) < float(all_left)


def test_drawn_images_have_the_variance_of_their_draws() -> None:
    half = torch.full((4000, 1, 2, 2), 0.5)
    assert principal_spectrum(half).total == pytest.approx(0.0, abs=1e-6)
    assert principal_spectrum(half, treatment="dynamic").total == pytest.approx(1.0, rel=0.03)
