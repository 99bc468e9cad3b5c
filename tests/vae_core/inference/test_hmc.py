"""Hamiltonian Monte Carlo: the integrator's exact properties, and the density that it keeps."""

import pytest
import torch
from torch import Generator, Tensor

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference.hmc import State, adapt_step_size, jittered, leapfrog, transition
from vae_core.inference.tempered import TemperedPosterior, standard_normal

MODEL = LinearGaussian()


def _posterior(x: Tensor) -> TemperedPosterior:
    return TemperedPosterior(MODEL, x, standard_normal(MODEL.posterior_mean(x)))


def _exact_start(x: Tensor, generator: Generator) -> Tensor:
    noise = torch.randn(len(x), 2, generator=generator, dtype=torch.float64)
    return MODEL.posterior_mean(x) + noise @ torch.linalg.cholesky(MODEL.covariance).T


def test_the_targets_gradient_is_that_of_its_log_density() -> None:
    x = MODEL.images(4)
    z = torch.randn(4, 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    for temperature in (0.0, 0.3, 1.0):
        target = TemperedPosterior(MODEL, x, MODEL.encode(x), temperature)
        numeric = torch.empty_like(z)
        for j in range(2):
            h = torch.zeros_like(z)
            h[:, j] = 1e-5
            up, down = target.state(z + h), target.state(z - h)
            numeric[:, j] = (target.log_density(up) - target.log_density(down)) / 2e-5
        torch.testing.assert_close(target.gradient(target.state(z)), numeric, atol=1e-7, rtol=1e-6)


def test_the_posteriors_log_density_is_the_exact_one_up_to_the_evidence() -> None:
    x = MODEL.images(4)
    z = torch.randn(4, 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    target = _posterior(x)
    exact = torch.distributions.MultivariateNormal(MODEL.posterior_mean(x), MODEL.covariance)
    difference = target.log_density(target.state(z)) - exact.log_prob(z)
    torch.testing.assert_close(difference, MODEL.log_evidence(x))


def test_leapfrog_goes_back_the_way_it_came() -> None:
    x = MODEL.images(5)
    generator = Generator().manual_seed(0)
    target, z = _posterior(x), _exact_start(x, generator)
    v = torch.randn(5, 2, generator=generator, dtype=torch.float64)
    step = torch.full((5, 2), 0.2, dtype=torch.float64)
    there, velocity = leapfrog(target, target.state(z), v, step, 20)
    assert float((there.z - z).abs().max()) > 0.1
    back, velocity = leapfrog(target, there, -velocity, step, 20)
    torch.testing.assert_close(back.z, z, atol=1e-12, rtol=0)
    torch.testing.assert_close(-velocity, v, atol=1e-12, rtol=0)


def test_leapfrog_preserves_volume_in_phase_space() -> None:
    class Quartic:  # not Gaussian, so that the map is not linear
        def state(self, z: Tensor) -> State:
            coupling = z.prod(1)
            slope = -(z**3) - z.flip(1) * coupling.unsqueeze(1)
            return State(z, -0.25 * z.pow(4).sum(1) - 0.5 * coupling**2, slope)

        def log_density(self, state: State) -> Tensor:
            return state.value

        def gradient(self, state: State) -> Tensor:
            return state.slope

    step = torch.tensor([[0.1, 0.3]], dtype=torch.float64)

    def flow(phase: Tensor) -> Tensor:
        target = Quartic()
        state, v = leapfrog(target, target.state(phase[None, :2]), phase[None, 2:], step, 7)
        return torch.cat([state.z, v], 1)[0]

    start = torch.tensor([0.4, -0.9, 0.7, 0.2], dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(flow, start)
    assert isinstance(jacobian, Tensor)
    assert float(torch.linalg.det(jacobian)) == pytest.approx(1, abs=1e-12)
    assert float((jacobian - torch.eye(4)).abs().max()) > 0.3


def test_moves_leave_the_exact_posterior_as_it_is() -> None:
    """Chains that begin in the posterior are still in it after coarse steps, of which many fail."""
    x = MODEL.images(1).expand(20_000, -1)
    generator = Generator().manual_seed(0)
    target = _posterior(x)
    state = target.state(_exact_start(x, generator))
    rate = torch.zeros(())
    for _ in range(10):
        step = jittered(torch.full((len(x), 1), 1.3, dtype=torch.float64), generator)
        state, acceptance = transition(
            target, state, step * MODEL.covariance.diagonal().sqrt(), 3, generator
        )
        rate = acceptance.mean()
    assert 0.4 < float(rate) < 0.95
    centred = state.z - MODEL.posterior_mean(x)
    error = MODEL.covariance.diagonal().sqrt() / len(x) ** 0.5
    assert bool((centred.mean(0).abs() < 4 * error).all())
    torch.testing.assert_close(centred.T @ centred / len(x), MODEL.covariance, rtol=0.06, atol=5e-3)
    whitened = centred @ torch.linalg.inv(torch.linalg.cholesky(MODEL.covariance)).T
    assert float(whitened.pow(4).mean()) == pytest.approx(3, abs=0.15)


def test_chains_that_begin_elsewhere_find_the_posterior() -> None:
    x = MODEL.images(1).expand(5000, -1)
    generator = Generator().manual_seed(1)
    target = _posterior(x)
    state = target.state(torch.full((5000, 2), 4.0, dtype=torch.float64))
    for _ in range(60):
        step = jittered(torch.full((5000, 1), 0.4, dtype=torch.float64), generator)
        state, _ = transition(target, state, step, 4, generator)
    centred = state.z - MODEL.posterior_mean(x)
    assert float(centred.mean(0).abs().max()) < 0.05
    torch.testing.assert_close(torch.cov(centred.T), MODEL.covariance, rtol=0.1, atol=0.01)


@pytest.mark.parametrize(("goal", "first"), [(0.9, 0.01), (0.9, 20.0), (0.65, 0.01)])
def test_the_acceptance_comes_to_its_goal_from_either_side(goal: float, first: float) -> None:
    x = MODEL.images(500)
    generator = Generator().manual_seed(0)
    target = _posterior(x)
    state = target.state(_exact_start(x, generator))
    step = torch.full((500, 1), first, dtype=torch.float64)
    rates = []
    for _ in range(300):
        state, acceptance = transition(target, state, step, 4, generator)
        step = adapt_step_size(step, acceptance, goal, growth=1.05)
        rates.append(float(acceptance.mean()))
    assert sum(rates[-100:]) / 100 == pytest.approx(goal, abs=0.03)


def test_the_rule_of_appendix_e_is_its_case_of_ninety_percent() -> None:
    step = adapt_step_size(torch.ones(2, 1), torch.tensor([1.0, 0.0]))
    torch.testing.assert_close(step, torch.tensor([[1.02], [1.02**-9]]))


def test_a_proposal_that_overflows_is_rejected_and_the_chain_lives_on() -> None:
    x = MODEL.images(3)
    target = _posterior(x)
    state = target.state(MODEL.posterior_mean(x))
    step = torch.tensor([[1e200], [0.1], [float("inf")]], dtype=torch.float64)
    after, acceptance = transition(target, state, step, 4, Generator().manual_seed(0))
    assert acceptance[[0, 2]].tolist() == [0.0, 0.0]
    assert float(acceptance[1]) > 0.9
    assert torch.equal(after.z[[0, 2]], state.z[[0, 2]])
    assert bool(after.slope.isfinite().all())


def test_nothing_draws_from_the_global_generator() -> None:
    x = MODEL.images(3)
    before = torch.get_rng_state()
    target = _posterior(x)
    generator = Generator().manual_seed(0)
    step = jittered(torch.full((3, 1), 0.1, dtype=torch.float64), generator)
    transition(target, target.state(MODEL.posterior_mean(x)), step, 4, generator)
    assert torch.equal(before, torch.get_rng_state())
