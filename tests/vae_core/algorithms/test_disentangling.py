"""Objectives that part the dimensions of a code: each penalty against what it is known to be."""

import math
from itertools import permutations
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from tests.vae_core.algorithms.tiny import learner, one_gradient, tiny_batch, tiny_vae
from vae_core.algorithms import AEVBSettings, Batch, Learner, LearnerSettings
from vae_core.algorithms.beta_tcvae import BetaTCVAESettings, log_mixture, log_weights
from vae_core.algorithms.dip_vae import DIPVAE, DIPVAESettings
from vae_core.algorithms.factor_vae import FactorVAE, FactorVAESettings, dealt_anew
from vae_core.algorithms.schedules import Progress
from vae_core.models import DiagonalGaussian

RHO = 0.8
TOTAL_CORRELATION = -0.5 * math.log(1 - RHO**2)  # of two normal variables


def posterior_of(count: int, seed: int = 0) -> tuple[DiagonalGaussian, Tensor]:
    """q(z|x) of so many images whose q(z) is normal with correlation RHO, and a z of each."""
    generator = Generator().manual_seed(seed)
    variance = 0.15
    covariance = torch.tensor([[1.0, RHO], [RHO, 1.0]]) - variance * torch.eye(2)
    normal = torch.randn(count, 2, generator=generator)
    mu = normal @ torch.linalg.cholesky(covariance).T
    q = DiagonalGaussian(mu, torch.full_like(mu, math.log(variance)))
    return q, q.rsample(generator)


@pytest.mark.parametrize("seen", [2, 3, 4])
def test_stratified_weights_give_the_mixture_of_all_images_without_bias(seen: int) -> None:
    """The mean over every way to draw the others of a batch of three is q(z) of all four."""
    q, z = posterior_of(4)
    densities = q.log_prob_per_dim(z[:1]).sum(1).exp()  # of z_0 under each image
    weights = log_weights(seen, 4, stratified=True).exp()
    assert torch.allclose(weights.sum(1), torch.ones(seen))
    drawn = [
        (weights[0] * densities[[0, *others]]).sum() for others in permutations([1, 2, 3], seen - 1)
    ]
    assert float(torch.stack(drawn).mean()) == pytest.approx(float(densities.mean()), rel=1e-5)


def test_weighted_weights_are_even_and_a_batch_of_one_has_no_total_correlation() -> None:
    weights = log_weights(3, 60, stratified=False)
    assert torch.allclose(weights.exp(), torch.full((3, 3), 1 / 180))
    q, z = posterior_of(1)
    for stratified in (True, False):
        together, apart = log_mixture(q, z, log_weights(1, 60, stratified=stratified))
        assert torch.allclose(together, apart.sum(1))


def test_total_correlation_is_that_of_a_normal_code() -> None:
    q, z = posterior_of(1000)
    together, apart = log_mixture(q, z, log_weights(1000, 1000, stratified=True))
    assert float((together - apart.sum(1)).mean()) == pytest.approx(TOTAL_CORRELATION, abs=0.05)


def test_the_discriminator_comes_to_know_the_total_correlation() -> None:
    settings = FactorVAESettings(
        discriminator_layers=2, discriminator_width=32, discriminator_rate=3e-3
    )
    judge = settings.make(tiny_vae(), Generator().manual_seed(0))
    for seed in range(150):
        judge._codes = posterior_of(300, seed)[1]
        judge._learn_to_judge()
    with torch.no_grad():
        found = float(judge._judge(posterior_of(4000, seed=999)[1]).mean())
    assert found == pytest.approx(TOTAL_CORRELATION, abs=0.15)


def test_dealing_keeps_each_dimension_and_parts_them() -> None:
    _, z = posterior_of(2000)
    dealt = dealt_anew(z, Generator().manual_seed(1))
    assert torch.equal(dealt.sort(0).values, z.sort(0).values)
    assert abs(float(torch.corrcoef(z.T)[0, 1]) - RHO) < 0.03
    assert abs(float(torch.corrcoef(dealt.T)[0, 1])) < 0.1


@pytest.mark.parametrize("covariance", ["means", "codes"])
def test_dip_punishes_the_covariances_there_are(covariance: str) -> None:
    mu = torch.tensor([[1.0, 2.0], [-1.0, -2.0]])  # Cov = [[1, 2], [2, 4]]
    q = DiagonalGaussian(mu, torch.full_like(mu, math.log(0.5)))
    settings = DIPVAESettings(covariance=covariance, off_diagonal=3, on_diagonal=5)
    dip = settings.make(tiny_vae(), Generator())
    assert isinstance(dip, DIPVAE)
    more = 0.5 if covariance == "codes" else 0.0
    expected = 3 * (2 * 2**2) + 5 * ((1 + more - 1) ** 2 + (4 + more - 1) ** 2)
    assert float(dip._penalty(q, mu, tiny_batch())) == pytest.approx(expected)


NEUTRAL: dict[type[LearnerSettings], dict[str, Any]] = {
    BetaTCVAESettings: {"total_correlation": 1},
    FactorVAESettings: {"gamma": 0, "discriminator_layers": 1, "discriminator_width": 4},
    DIPVAESettings: {"off_diagonal": 0, "on_diagonal": 0},
}


@pytest.mark.parametrize("kind", NEUTRAL)
def test_without_its_weight_each_has_the_gradient_of_aevb(kind: type[LearnerSettings]) -> None:
    vae, generator = tiny_vae(), Generator().manual_seed(0)
    made = kind(**NEUTRAL[kind]).make(vae, generator)
    assert isinstance(made, Learner)
    generator.manual_seed(2)  # a discriminator was drawn before the first z
    made.gradient(tiny_batch())
    got = {name: p.grad for name, p in vae.named_parameters()}
    for name, gradient in one_gradient(AEVBSettings).items():
        ours = got[name]
        assert ours is not None
        assert torch.allclose(ours, gradient, rtol=1e-4, atol=1e-6), name


def test_the_bound_that_is_reported_is_the_true_one_and_the_objective_apart() -> None:
    plain = learner(AEVBSettings, tiny_vae(), 2).gradient(tiny_batch(4))
    punished = learner(BetaTCVAESettings, tiny_vae(), 2).gradient(tiny_batch(4))
    for name in ("rate_per_dim", "distortion"):
        assert torch.allclose(punished.sums[name], plain.sums[name])
    assert not torch.allclose(punished.sums["objective"], plain.sums["objective"])
    settings = BetaTCVAESettings()
    assert not settings.simply_weighed
    assert settings.reported[-1].name == "objective"


def test_only_the_discriminators_own_step_moves_it() -> None:
    factor = FactorVAESettings(discriminator_layers=1, discriminator_width=4).make(
        tiny_vae(), Generator().manual_seed(0)
    )
    assert isinstance(factor, FactorVAE)
    before = [p.clone() for p in factor._judge.parameters()]
    factor.gradient(tiny_batch())
    assert all(torch.equal(a, b) for a, b in zip(before, factor._judge.parameters(), strict=True))
    factor.step(tiny_batch())
    assert not torch.equal(before[-2], list(factor._judge.parameters())[-2])
    factor.step(Batch(tiny_batch().x[:1], torch.zeros(1).long(), 50))  # no other half: no fault


@pytest.mark.parametrize("kind", NEUTRAL)
def test_what_can_be_changed_while_it_trains_reaches_the_steps(
    kind: type[LearnerSettings],
) -> None:
    settings = kind()
    fields = kind.model_fields.items()
    extras = {key: field.json_schema_extra for key, field in fields}
    changeable = {
        key for key, extra in extras.items() if isinstance(extra, dict) and extra.get("changeable")
    }
    told = settings.at(Progress(0, 0, 100, 10))
    assert {"beta", "learning_rate"} < changeable <= set(told)
    made = settings.make(tiny_vae(), Generator().manual_seed(0))
    assert all(getattr(made, key) == value for key, value in told.items())
