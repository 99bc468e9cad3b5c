"""The importance-weighted bound and its two gradients."""

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import (
    assert_same_mean,
    many_gradients,
    one_gradient,
    tiny_batch,
    tiny_vae,
)
from vae_core.algorithms import IWAE, AEVBSettings, IWAESettings
from vae_core.inference import estimator_b


def test_with_one_sample_the_gradient_is_that_of_estimator_a() -> None:
    found = one_gradient(IWAESettings, importance_samples=1)
    torch.testing.assert_close(found, one_gradient(AEVBSettings, estimator="a"))
    found = one_gradient(IWAESettings, importance_samples=1, beta=3.0)
    torch.testing.assert_close(found, one_gradient(AEVBSettings, estimator="a", beta=3.0))


def test_with_one_sample_dreg_is_stl() -> None:
    found = one_gradient(IWAESettings, importance_samples=1, importance_gradient="dreg")
    torch.testing.assert_close(found, one_gradient(AEVBSettings, estimator="stl"))


def test_dreg_has_the_mean_of_the_plain_gradient_in_phi_over_thousands_of_draws() -> None:
    plain = many_gradients(IWAESettings, importance_samples=4)
    dreg = many_gradients(IWAESettings, importance_samples=4, importance_gradient="dreg")
    assert_same_mean(plain, dreg)
    assert float(dreg.var(0).sum()) < float(plain.var(0).sum())


def test_dreg_is_the_plain_gradient_in_theta() -> None:
    plain = one_gradient(IWAESettings, importance_samples=4)
    dreg = one_gradient(IWAESettings, importance_samples=4, importance_gradient="dreg")
    for name in plain:
        same = torch.allclose(plain[name], dreg[name], atol=1e-6)
        assert same == name.startswith("decoder"), name


@pytest.mark.parametrize("kind", ["plain", "dreg"])
def test_more_samples_drown_the_plain_gradient_in_phi_and_sharpen_dreg(kind: str) -> None:
    """Signal to noise for K = 1, 8, 64 falls for the plain gradient and rises with DReG."""
    ratios = []
    for k in (1, 8, 64):
        g = many_gradients(
            IWAESettings, draws=20, scale=3.0, importance_samples=k, importance_gradient=kind
        )
        ratios.append(float(g.mean(0).norm() / g.std(0).norm()))
    assert ratios == sorted(ratios, reverse=kind == "plain")


def test_the_bound_rises_with_k() -> None:
    bounds = []
    for k in (1, 2, 4, 16):
        iwae = IWAE(tiny_vae(), IWAESettings(importance_samples=k), Generator().manual_seed(4))
        bounds.append(-iwae._objective(tiny_batch(3000))[0].item())
    assert bounds == sorted(bounds)
    assert bounds[-1] - bounds[0] > 0.1


def test_reported_are_the_parts_of_the_elbo() -> None:
    iwae = IWAE(tiny_vae(), IWAESettings(importance_samples=3), Generator().manual_seed(5))
    batch = tiny_batch()
    result = iwae.step(batch)
    terms = estimator_b(tiny_vae(), batch.x.repeat(3, 1, 1, 1), 1, Generator().manual_seed(5))
    torch.testing.assert_close(result.sums["rate_per_dim"], terms.rate.sum(0).detach() / 3)
    torch.testing.assert_close(result.sums["distortion"], terms.distortion.sum().detach() / 3)
    assert result.samples_evaluated == len(batch.x)
