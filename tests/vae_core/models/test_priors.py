"""Priors that are learned: held against integrals, closed forms, and their own samples."""

import math

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import MultivariateNormal

from tests.vae_core.inference.linear_gaussian import GaussianPixels
from vae_core.models import DiagonalGaussian, Posterior
from vae_core.models.learned_prior import LearnedPriorArchitecture, LearnedPriorVAE
from vae_core.models.priors import PRIORS, Prior, base
from vae_core.models.priors.diffusion import DiffusionPrior
from vae_core.models.priors.flow import FlowPrior
from vae_core.models.priors.mixture import MixturePrior
from vae_core.models.priors.vamp import VampPrior

WITH_DENSITY = ("mixture", "flow", "vamp")


def _architecture(prior: str, components: int = 3) -> LearnedPriorArchitecture:
    return LearnedPriorArchitecture(
        image_shape=(1, 2, 3),
        latent_dim=2,
        hidden=(8,),
        prior=prior,
        mixture_components=components,
        pseudo_inputs=components,
        prior_couplings=4,
        denoiser_width=32,
    )


def _learned(prior: str) -> LearnedPriorVAE:
    """With a prior that is far from N(0, I)."""
    model = LearnedPriorVAE(_architecture(prior))
    model.initialise("paper", Generator().manual_seed(0)).requires_grad_(False)
    found, generator = model.prior, Generator().manual_seed(1)
    if isinstance(found, MixturePrior):
        found.logits.copy_(torch.tensor([1.0, 0.0, -1.0]))
        found.means.mul_(2)
        found.log_scales.normal_(0, 0.4, generator=generator)
    if isinstance(found, FlowPrior):
        for each in found._in_order():
            each.last.weight.normal_(0, 0.3, generator=generator)
            each.last.bias.normal_(0, 0.3, generator=generator)
    if isinstance(found, VampPrior):
        model.encoder.mu.weight.mul_(20)
        found.begin(torch.rand(3, 1, 2, 3, generator=generator))
    return model


def test_each_kind_is_tested_here() -> None:
    assert {*PRIORS} == {*WITH_DENSITY, "diffusion"}


@pytest.mark.parametrize("name", WITH_DENSITY)
def test_a_density_integrates_to_one_and_its_samples_have_its_moments(name: str) -> None:
    model = _learned(name)
    side = torch.arange(-12, 12, 0.1)
    z = torch.cartesian_prod(side, side)
    p = model.prior.log_prob(z, model.posterior).double().exp() * 0.1**2
    assert float(p.sum()) == pytest.approx(1, abs=1e-3)
    drawn = model.sample_latents(20_000, Generator().manual_seed(2)).double()
    assert float((p.unsqueeze(1) * z.square()).sum()) > 2.2  # no N(0, I): there it is 2
    for of in (lambda v: v, lambda v: v.square(), lambda v: v.prod(1, keepdim=True)):
        exact, found = (p.unsqueeze(1) * of(z.double())).sum(0), of(drawn)
        error = found.std(0) / math.sqrt(len(drawn))
        assert bool(((found.mean(0) - exact).abs() < 4 * error).all())


def test_with_one_standard_component_the_rate_is_the_closed_one() -> None:
    prior = MixturePrior(_architecture("mixture", components=1)).requires_grad_(False)
    q = DiagonalGaussian(torch.tensor([[0.7, -1.2]]), torch.tensor([[-1.0, 0.4]]))
    z = q.repeat(20_000).rsample(Generator().manual_seed(0))
    rate = q.log_prob(z) - prior.log_prob(z, lambda x: q)
    error = float(rate.std()) / math.sqrt(len(rate))
    assert float(rate.mean()) == pytest.approx(float(q.kl().sum()), abs=4 * error)
    assert error < 0.02


class _LinearGaussian(LearnedPriorVAE):
    """p(z) = N(m, diag s²), p(x|z) = N(Wz, 0.5² I) with orthogonal columns; q is exact.

    So the bound of every draw is log p(x) = log N(x; Wm, W diag s² Wᵀ + 0.5² I).
    """

    m, s = torch.tensor([0.8, -0.5]), torch.tensor([1.7, 0.6])

    def __init__(self, prior: str) -> None:
        super().__init__(_architecture(prior, components=1))
        self.initialise("torch", Generator().manual_seed(0)).requires_grad_(False)
        basis = torch.linalg.qr(torch.randn(6, 6, generator=Generator().manual_seed(3)))[0]
        self.w = basis[:, :2] * torch.tensor([1.5, 0.7])
        found: Prior = self.prior
        if isinstance(found, MixturePrior):
            found.means.copy_(self.m)
            found.log_scales.copy_(self.s.log())
        if isinstance(found, FlowPrior):  # of four couplings, two standardise one dimension each
            scale, shift = -self.s.log(), -self.m / self.s
            raw = 2 * torch.atanh(scale / 2)
            for each in list(found._in_order())[:2]:
                each.last.bias.copy_(torch.cat((raw, shift)))

    def posterior(self, x: Tensor) -> Posterior:
        if isinstance(self.prior, VampPrior) and x is self.prior.inputs:
            return DiagonalGaussian(self.m.view(1, 2), 2 * self.s.log().view(1, 2))
        precision = self.s**-2 + self.w.square().sum(0) / 0.5**2
        mu = (self.m / self.s**2 + x.flatten(1) @ self.w / 0.5**2) / precision
        return DiagonalGaussian(mu, (-precision.log()).expand_as(mu))

    def decode(self, z: Tensor) -> GaussianPixels:  # type: ignore[override]
        return GaussianPixels((z @ self.w.T).double(), 0.5)

    def log_evidence(self, x: Tensor) -> Tensor:
        mean, w = (self.w @ self.m).double(), self.w.double()
        covariance = w * self.s.double() ** 2 @ w.T + 0.5**2 * torch.eye(6, dtype=torch.float64)
        return MultivariateNormal(mean, covariance).log_prob(x.flatten(1).double())


@pytest.mark.parametrize("name", WITH_DENSITY)
def test_the_bound_of_the_exact_posterior_is_log_p_of_the_linear_gaussian_model(name: str) -> None:
    model = _LinearGaussian(name)
    x = torch.randn(50, 1, 2, 3, generator=Generator().manual_seed(4))
    drawn = model.draw_bound(x, Generator().manual_seed(5))
    bound = -(drawn.rate + drawn.distortion)
    torch.testing.assert_close(bound, model.log_evidence(x), atol=1e-4, rtol=0)


def test_latent_diffusion_makes_codes_like_those_it_saw_and_bounds_as_the_standard_normal() -> None:
    prior = DiffusionPrior(_architecture("diffusion"))
    prior.initialise("torch", Generator().manual_seed(0))
    generator = Generator().manual_seed(1)

    def codes(count: int) -> Tensor:
        """Two narrow heaps of unlike size, at (3, 3) and (−1, −1)."""
        heap = (torch.rand(count, 1, generator=generator) < 0.25).float()
        return 4 * heap - 1 + 0.3 * torch.randn(count, 2, generator=generator)

    adam = torch.optim.Adam(prior.parameters(), 1e-2)
    for step in range(200):
        adam.param_groups[0]["lr"] = 1e-2 * (1 - step / 200)
        adam.zero_grad()
        prior.regression(codes(200), generator).backward()
        adam.step()
    with torch.no_grad():
        made = prior.sample(1_000, generator, lambda x: DiagonalGaussian(x, x))
        z = torch.zeros(1, 2)
        assert float(prior.log_prob(z, lambda x: DiagonalGaussian(x, x))) == pytest.approx(
            -math.log(2 * math.pi)
        )
    high = made.mean(1) > 1
    assert float(high.float().mean()) == pytest.approx(0.25, abs=0.1)
    assert made[high].mean(0).tolist() == pytest.approx([3, 3], abs=0.25)
    assert made[~high].mean(0).tolist() == pytest.approx([-1, -1], abs=0.25)
    assert float(made[~high].std(0).max()) < 0.8  # of N(mean, deviation²) it would be far more


@pytest.mark.parametrize("name", ["mixture", "vamp"])
def test_codes_are_held_against_few_components_at_a_time_and_give_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, z = _learned(name), torch.randn(7, 2, generator=Generator().manual_seed(3))
    whole = model.prior.log_prob(z, model.posterior)
    monkeypatch.setattr(base, "_NUMBERS_AT_ONCE", 2 * 6)  # of two codes, against 3 of 2 numbers
    torch.testing.assert_close(model.prior.log_prob(z, model.posterior), whole)
    assert base.codes_at_once(6) == 2
