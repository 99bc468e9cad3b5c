"""What the rate costs: free bits, a capacity, a committed rate. The bound stays the true one."""

import math

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import IMAGES, learner, tiny_batch, tiny_vae
from vae_core.algorithms import AEVB, AEVBSettings, StepResult
from vae_core.models import VAE, Architecture
from vae_core.models.networks.bodies import logvar_bound
from vae_core.quantities import OBJECTIVE


def _step(**settings: object) -> tuple[VAE, StepResult]:
    """One gradient of a tiny model, always with the same noise."""
    vae = tiny_vae()
    made = learner(AEVBSettings, vae, seed=2, **settings)
    return vae, made.gradient(tiny_batch())


def _encoder_gradient(vae: VAE) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in vae.encoder.parameters() if p.grad is not None])


def _terms(result: StepResult) -> tuple[torch.Tensor, float, float]:
    """Per image: the rate of each dimension, distortion, and the objective."""
    sums = {name: total / IMAGES for name, total in result.sums.items()}
    return sums["rate_per_dim"], float(sums["distortion"]), float(sums[OBJECTIVE.name])


@pytest.mark.parametrize(
    "settings", [{"beta": 4.0}, {"free_bits": 2.0}, {"capacity": 3.0, "beta": 10.0}]
)
def test_rate_and_distortion_are_the_true_ones_whatever_is_climbed(
    settings: dict[str, float],
) -> None:
    _, plain = _step()
    _, other = _step(**settings)
    for name in ("rate_per_dim", "distortion"):
        assert torch.equal(plain.sums[name], other.sums[name])
    assert float(plain.sums[OBJECTIVE.name]) != float(other.sums[OBJECTIVE.name])


def test_with_beta_1_and_nothing_else_the_objective_is_the_bound() -> None:
    rate, distortion, objective = _terms(_step()[1])
    assert objective == pytest.approx(-(float(rate.sum()) + distortion), rel=1e-6)


def test_free_bits_are_taken_from_the_batch_mean_of_each_dimension() -> None:
    rate, distortion, _ = _terms(_step()[1])
    between = float(rate.mean())  # one dimension lies below, the other above
    assert float(rate.min()) < between < float(rate.max())
    _, result = _step(free_bits=between, beta=2.0)
    cost = between + float(rate.max())
    assert _terms(result)[2] == pytest.approx(-(distortion + 2 * cost), rel=1e-6)


def test_under_the_threshold_free_bits_take_the_rate_out_of_the_gradient() -> None:
    free, _ = _step(free_bits=100.0)  # far above the rate of either dimension
    unweighed, _ = _step(beta=0.0)
    assert torch.equal(_encoder_gradient(free), _encoder_gradient(unweighed))
    priced, _ = _step(free_bits=1e-6)  # and below both it is the plain bound's
    plain, _ = _step()
    assert torch.equal(_encoder_gradient(priced), _encoder_gradient(plain))


def test_a_capacity_costs_its_distance_from_the_rate_weighed_by_beta() -> None:
    rate, distortion, _ = _terms(_step()[1])
    total = float(rate.sum())
    for capacity in (total / 2, total * 2):
        objective = _terms(_step(capacity=capacity, beta=5.0)[1])[2]
        assert objective == pytest.approx(-(distortion + 5 * abs(total - capacity)), rel=1e-5)
    # Below its capacity a rate is pushed up as hard as one above it is pushed down.
    below, _ = _step(capacity=total * 2, beta=5.0)
    above, _ = _step(capacity=total / 2, beta=5.0)
    neither, _ = _step(beta=0.0)
    torch.testing.assert_close(
        _encoder_gradient(below) + _encoder_gradient(above), 2 * _encoder_gradient(neither)
    )


def test_the_bound_on_variances_is_where_a_rate_at_the_prior_mean_is_delta() -> None:
    for delta in (1e-3, 0.1, 1.0, 4.0):
        v = logvar_bound(delta)
        assert v < 0
        assert 0.5 * (math.exp(v) - 1 - v) == pytest.approx(delta, rel=1e-9)
    # s² ≤ ½ commits to 0.0966 nats.
    assert math.exp(logvar_bound(0.5 * (0.5 - 1 + math.log(2)))) == pytest.approx(0.5)


@pytest.mark.parametrize("scale", [0.0, 1.0, 100.0])
def test_no_dimension_of_a_committed_encoder_goes_below_delta(scale: float) -> None:
    delta = 0.2
    architecture = Architecture(
        image_shape=(1, 3, 3), latent_dim=4, hidden=(5,), committed_rate=delta
    )
    vae = VAE(architecture).initialise("paper", Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in vae.encoder.parameters():
            parameter.mul_(scale)
    x = torch.rand(50, 1, 3, 3, generator=Generator().manual_seed(1))
    assert float(vae.encode(x).kl().detach().min()) >= delta - 1e-6


def test_a_committed_rate_holds_where_a_heavy_beta_would_collapse_the_code() -> None:
    def trained(**fields: object) -> float:
        architecture = Architecture(image_shape=(1, 3, 3), latent_dim=2, hidden=(4,), **fields)
        vae = VAE(architecture).initialise("torch", Generator().manual_seed(0))
        settings = AEVBSettings(beta=50.0, learning_rate=0.05)
        algorithm = AEVB(vae, settings, Generator().manual_seed(1))
        for _ in range(200):
            seen = algorithm.step(tiny_batch())
        return float(seen.sums["rate_per_dim"].sum()) / IMAGES

    assert trained() < 0.01
    assert 2 * 0.3 <= trained(committed_rate=0.3) + 1e-6 < 2 * 0.3 + 0.05


def test_free_bits_and_a_capacity_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="give one of them"):
        AEVBSettings(free_bits=1.0, capacity=5.0)
