"""The paper's estimator against the exact evidence, and the densities that it fits."""

import math

import pytest
import torch
from torch import Generator
from torch.distributions import MultivariateNormal

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference import appendix_d
from vae_core.inference.density_fit import Fit, fit_density, usable_fit

MODEL = LinearGaussian()


@pytest.mark.parametrize("fit", ["likelier", "kde", "gaussian", "diagonal"])
def test_the_estimate_is_the_exact_evidence_within_its_standard_error(fit: Fit) -> None:
    x = MODEL.images(60)
    found = appendix_d(MODEL, x, Generator().manual_seed(0), samples=200, fit=fit)
    off = found.log_p - MODEL.log_evidence(x)
    assert float((off / found.standard_error).abs().max()) < 5  # from 10 chains: Student's t
    mean_error = float(found.standard_error.square().sum().sqrt()) / 60
    assert abs(float(off.mean())) < 4 * mean_error < 0.05
    assert found.samples == 200


def test_two_standard_errors_cover_the_truth_as_often_as_they_should() -> None:
    x = MODEL.images(1).expand(500, -1)
    found = appendix_d(MODEL, x, Generator().manual_seed(1))
    covered = (found.log_p - MODEL.log_evidence(x)).abs() < 2.26 * found.standard_error  # t of 9
    assert 0.89 < float(covered.double().mean()) < 0.99


def test_moves_are_accepted_as_often_as_the_step_size_was_tuned_for() -> None:
    found = appendix_d(MODEL, MODEL.images(60), Generator().manual_seed(0))
    assert found.acceptance is not None
    assert float(found.acceptance.mean()) == pytest.approx(0.9, abs=0.03)


def test_a_gaussian_fit_is_the_samples_own_gaussian() -> None:
    z = torch.randn(3, 40, 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    z[..., 1] += 0.8 * z[..., 0]
    at = torch.randn(3, 7, 2, generator=Generator().manual_seed(1), dtype=torch.float64)
    for fit in ("gaussian", "diagonal"):
        found = fit_density(z, fit).log_prob(at)
        for b in range(3):
            covariance = torch.cov(z[b].T)
            if fit == "diagonal":
                covariance = covariance.diagonal().diag()
            exact = MultivariateNormal(z[b].mean(0), covariance).log_prob(at[b])
            torch.testing.assert_close(found[b], exact, rtol=1e-4, atol=1e-4)


def test_a_kernel_fit_is_a_mixture_at_one_of_the_ten_bandwidths() -> None:
    z = torch.randn(1, 60, 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    at = torch.zeros(1, 1, 2, dtype=torch.float64)
    found = float(fit_density(z, "kde").log_prob(at))
    values = []
    for i in range(10):
        factor = 60 ** (-1 / 6) * math.exp((i - 5) / 2)
        kernels = MultivariateNormal(z[0], torch.cov(z[0].T) * factor**2)
        values.append(float(kernels.log_prob(at[0]).logsumexp(0)) - math.log(60))
    assert min(abs(found - v) for v in values) < 1e-4
    assert min(abs(found - v) for v in values[3:8]) < 1e-4  # near Scott's own choice


def test_kernels_are_narrow_where_the_posterior_has_two_modes() -> None:
    z = 0.1 * torch.randn(1, 60, 1, generator=Generator().manual_seed(0), dtype=torch.float64)
    z[:, ::2] += 3
    between, within = torch.tensor([[[1.5]], [[3.0]]], dtype=torch.float64)
    density = fit_density(z, "kde")
    assert float(density.log_prob(within[None])) > float(density.log_prob(between[None])) + 5


def test_each_image_gets_kernels_or_a_gaussian_as_its_samples_ask() -> None:
    z = torch.randn(2, 100, 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    z[1, ::2] += 8  # the second image's posterior has two modes
    at = torch.zeros(2, 5, 2, dtype=torch.float64)
    found = fit_density(z, "likelier").log_prob(at)
    torch.testing.assert_close(found[0], fit_density(z, "gaussian").log_prob(at)[0])
    torch.testing.assert_close(found[1], fit_density(z, "kde").log_prob(at)[1])


def test_few_samples_or_many_dimensions_get_a_simpler_density() -> None:
    assert usable_fit(dimensions=3, samples=50) == "likelier"
    assert usable_fit(dimensions=3, samples=12) == "gaussian"
    assert usable_fit(dimensions=6, samples=50) == "gaussian"
    assert usable_fit(dimensions=20, samples=50) == "diagonal"


def test_samples_that_never_moved_still_have_a_density() -> None:
    for fit in ("kde", "gaussian", "diagonal"):
        density = fit_density(torch.ones(2, 20, 3), fit)
        assert bool(density.log_prob(torch.ones(2, 1, 3, dtype=torch.float64)).isfinite().all())
