"""The measurement of gradients' noise: against the covariance itself, and honest about means."""

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import AEVB, AEVBSettings
from vae_core.algorithms.variance import WAYS, gradient_variance


def test_the_trace_and_mean_are_those_of_the_gradients_themselves() -> None:
    vae, batch = tiny_vae(), tiny_batch()
    found = gradient_variance(WAYS["b"], vae, batch, draws=50, seed=7)
    learner = AEVB(vae, AEVBSettings(), Generator().manual_seed(7))
    draws = []
    for _ in range(50):
        learner.gradient(batch)
        gradients = [p.grad for p in vae.encoder.parameters()]
        draws.append(torch.cat([g.flatten() for g in gradients if g is not None]).double())
    covariance = torch.cov(torch.stack(draws).T)
    assert found.trace == pytest.approx(float(covariance.trace()))
    torch.testing.assert_close(found.mean, torch.stack(draws).mean(0))
    expected = float(found.mean.square().sum()) - found.trace / 50
    assert found.squared_mean == pytest.approx(expected)


def test_all_ways_have_one_mean_and_their_noise_is_in_the_known_order() -> None:
    batch = tiny_batch(20)
    found = {name: gradient_variance(w, tiny_vae(), batch, 300, 0) for name, w in WAYS.items()}
    for name, measured in found.items():
        if name != "b":
            assert measured.disagreement(found["b"]) < 4, name
    assert found["b"].trace < found["running-mean"].trace < found["none"].trace
    for name in ("leave-one-out", "bbvi"):
        assert found[name].trace * WAYS[name].decoder_passes < found["none"].trace
    signal = found["b"].squared_mean
    assert found["leave-one-out"].squared_mean == pytest.approx(signal, rel=0.2)


def test_measuring_leaves_the_model_as_it_was() -> None:
    vae = tiny_vae()
    gradient_variance(WAYS["nvil"], vae, tiny_batch(), 3, 0)
    for before, after in zip(tiny_vae().parameters(), vae.parameters(), strict=True):
        assert torch.equal(before, after)
        assert after.grad is None
