"""Monte Carlo EM: its chains against an exact posterior, its count, its limit."""

from typing import Any

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import MCEM, Batch, MCEMSettings
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture

SCALE = 0.02
SMALL = 1e-3
SLOPE = 0.25  # of the sigmoid at 0


def _mcem(vae: VAE | None = None, **settings: Any) -> MCEM:
    return MCEM(vae or tiny_vae(), MCEMSettings(**settings), Generator().manual_seed(0))


def _nearly_linear_vae() -> VAE:
    """p(x|z) = N(x; ½ + Wz, s² I): units so little excited that tanh and sigmoid are straight."""
    vae = VAE(
        Architecture(
            image_shape=(1, 2, 2), latent_dim=2, hidden=(2,), likelihood="gaussian-fixed",
            scale=SCALE,
        )
    )  # fmt: skip
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.zero_()
        decoder = dict(vae.decoder.named_parameters())
        decoder["layers.0.weight"].copy_(SMALL * torch.eye(2))
        w = SCALE * torch.randn(4, 2, generator=Generator().manual_seed(1))
        decoder["output.weight"].copy_(w / (SLOPE * SMALL))
    return vae


def test_the_chains_are_distributed_as_the_true_posterior_and_accept_nine_in_ten() -> None:
    vae, images = _nearly_linear_vae(), 3000
    x = torch.tensor([0.53, 0.48, 0.5, 0.54]).view(1, 1, 2, 2).repeat(images, 1, 1, 1)
    batch = Batch(x, torch.arange(images), images)
    learner = _mcem(vae, updates=1)
    learner.learning_rate = 0.0
    for _ in range(150):
        learner.step(batch)
    w = vae.state_dict()["decoder.output.weight"] * SLOPE * SMALL
    precision = torch.eye(2) + w.T @ w / SCALE**2
    covariance = torch.linalg.inv(precision)
    mean = covariance @ w.T @ (x[0].flatten() - 0.5) / SCALE**2
    z = learner.state_dict()["chains.z"]
    # Standard errors are 0.018 and 0.026 of a deviation.
    deviation = covariance.diagonal().sqrt()
    assert float(((z.mean(0) - mean) / deviation).abs().max()) < 0.07
    relative = (torch.cov(z.T) - covariance) / deviation.outer(deviation)
    assert float(relative.abs().max()) < 0.11
    assert learner.acceptance == pytest.approx(0.9, abs=0.02)


def test_a_visit_counts_every_gradient_of_the_move_and_of_the_updates() -> None:
    batch = tiny_batch()
    assert _mcem().step(batch).samples_evaluated == 16 * len(batch.x)
    few = _mcem(leapfrog_steps=3, updates=2).step(batch)
    assert few.samples_evaluated == (3 + 1 + 2) * len(batch.x)


def test_theta_is_updated_so_often_from_the_first_visit_on() -> None:
    learner = _mcem(updates=4, optimizer="adagrad", learning_rate=0.02)
    learner.step(tiny_batch())
    state = learner.state_dict()
    assert (int(state["theta.count"]), int(state["phi.count"])) == (4, 1)
    for name, value in learner._vae.state_dict().items():
        assert not torch.equal(value, tiny_vae().state_dict()[name]), name


def test_the_chains_begin_at_the_prior_and_only_visited_ones_move() -> None:
    learner, x = _mcem(leapfrog_steps=2), tiny_batch().x
    learner.step(Batch(x, torch.tensor([7, 3, 11]), n_total=2000))
    first = learner.state_dict()["chains.z"].clone()
    assert float(first.std()) == pytest.approx(1, abs=0.06)
    index = torch.tensor([5, 3, 900])
    learner.step(Batch(x, index, n_total=2000))
    state = learner.state_dict()
    moved = (state["chains.z"] != first).any(1).nonzero().flatten().tolist()
    assert set(moved) <= {3, 5, 900}
    assert moved
    visited = (state["chains.acceptance"] >= 0).nonzero().flatten().tolist()
    assert visited == [3, 5, 7, 11, 900]
    wanted = float(state["chains.acceptance"][visited].mean())
    assert learner.acceptance == pytest.approx(wanted)


def test_the_encoder_imitates_the_chains_and_the_model_does_not_depend_on_it() -> None:
    batch, other_vae = tiny_batch(30), tiny_vae()
    with torch.no_grad():
        for parameter in other_vae.encoder.parameters():
            parameter.zero_()
    learner, other = _mcem(learning_rate=0.01), _mcem(other_vae, learning_rate=0.01)
    vae = learner._vae
    batch = Batch(batch.x, batch.index, len(batch.x))
    learner.step(batch)
    other.step(batch)
    before = _misfit(learner, batch)
    for _ in range(60):
        learner.step(batch)
        other.step(batch)
    for name, value in vae.decoder.state_dict().items():
        assert torch.equal(value, other_vae.decoder.state_dict()[name]), name
    assert torch.equal(learner.state_dict()["chains.z"], other.state_dict()["chains.z"])
    assert _misfit(learner, batch) < before - 1


def _misfit(learner: MCEM, batch: Batch) -> float:
    q = learner._vae.encode(batch.x)
    return -float(q.log_prob(learner.state_dict()["chains.z"][batch.index]).mean().detach())


def test_reported_is_the_bound_of_the_pair_with_the_imitation() -> None:
    vae, batch = tiny_vae(), tiny_batch()
    result = _mcem(vae).gradient(batch)
    torch.testing.assert_close(
        result.sums["rate_per_dim"], vae.encode(batch.x).kl().sum(0).detach()
    )
    assert torch.isfinite(result.sums["distortion"])


def test_more_images_than_it_can_keep_chains_for_are_refused_in_a_sentence() -> None:
    x = tiny_batch().x
    with pytest.raises(AtlasError, match="not on-line: it keeps a chain for every image"):
        _mcem().step(Batch(x, torch.arange(3), n_total=10_001))
    _mcem().step(Batch(x, torch.arange(3), n_total=10_000))
