"""Importance sampling against the exact evidence of the linear-Gaussian model."""

import math

import pytest
import torch
from torch import Generator

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference import decoding, estimator_a, importance_sampling
from vae_core.inference.weights import LogWeights

MODEL = LinearGaussian()


def test_the_estimate_is_the_exact_evidence_within_its_standard_error() -> None:
    x = MODEL.images(50)
    found = importance_sampling(MODEL, x, 5000, Generator().manual_seed(0))
    scores = (found.log_p - MODEL.log_evidence(x)) / found.standard_error
    assert float(found.standard_error.max()) < 0.02
    assert float(scores.abs().max()) < 4
    assert float(scores.square().mean()) == pytest.approx(1, abs=0.5)


def test_two_standard_errors_cover_the_truth_as_often_as_they_should() -> None:
    x = MODEL.images(1).expand(1000, -1)  # 1000 repeats
    found = importance_sampling(MODEL, x, 500, Generator().manual_seed(1))
    covered = (found.log_p - MODEL.log_evidence(x)).abs() < 1.96 * found.standard_error
    assert 0.92 < float(covered.double().mean()) < 0.975
    spread = float(found.log_p.std())
    assert float(found.standard_error.mean()) == pytest.approx(spread, rel=0.1)


def test_the_bound_rises_with_k_from_the_elbo_and_never_passes_the_evidence() -> None:
    x = MODEL.images(1).expand(4000, -1)
    truth = float(MODEL.log_evidence(x[:1]))
    found = [
        importance_sampling(MODEL, x, k, Generator().manual_seed(2)).log_p for k in (1, 2, 8, 64)
    ]
    means = [float(f.mean()) for f in found]
    errors = [float(f.std()) / math.sqrt(len(x)) for f in found]
    assert means[0] < means[1] < means[2] < means[3] < truth + 3 * errors[3]
    elbo = estimator_a(MODEL, x, 1, Generator().manual_seed(3)).elbo
    assert abs(means[0] - float(elbo.mean())) < 4 * math.sqrt(2) * errors[0]


def test_a_stream_of_weights_gives_what_all_at_once_give() -> None:
    log_w = 30 * torch.randn(1000, 3, generator=Generator().manual_seed(0), dtype=torch.float64)
    streamed, whole = LogWeights(3), LogWeights(3)
    whole.add(log_w)
    for block in log_w.split(37):
        streamed.add(block)
    for name in ("log_mean", "mean_log", "effective_samples", "standard_error"):
        torch.testing.assert_close(getattr(streamed, name), getattr(whole, name))
    expected = log_w.logsumexp(0) - math.log(1000)
    torch.testing.assert_close(whole.log_mean, expected)
    torch.testing.assert_close(
        whole.effective_samples, 1 / log_w.softmax(0).square().sum(0), rtol=1e-9, atol=0
    )


def test_the_standard_error_is_that_of_the_textbook() -> None:
    w = torch.rand(200, 1, generator=Generator().manual_seed(0), dtype=torch.float64) + 0.1
    weights = LogWeights(1)
    weights.add(w.log())
    textbook = w.std(0) / (w.mean(0) * math.sqrt(200))
    torch.testing.assert_close(weights.standard_error, textbook)


def test_one_sample_has_no_standard_error() -> None:
    found = importance_sampling(MODEL, MODEL.images(2), 1, Generator().manual_seed(0))
    assert bool(found.standard_error.isnan().all())
    torch.testing.assert_close(found.effective_samples, torch.ones(2, dtype=torch.float64))


def test_weights_that_underflow_as_numbers_are_averaged_as_logarithms() -> None:
    weights = LogWeights(1)
    weights.add(torch.tensor([[-5000.0], [-5000.0]]))
    assert float(weights.log_mean) == pytest.approx(-5000, abs=1e-9)
    assert float(weights.effective_samples) == pytest.approx(2)


def test_memory_does_not_grow_with_k(monkeypatch: pytest.MonkeyPatch) -> None:
    model = LinearGaussian()
    monkeypatch.setattr(decoding, "PIXELS_AT_ONCE", 6 * 64)
    found = importance_sampling(model, model.images(5), 3000, Generator().manual_seed(0))
    assert found.samples == 3000
    assert model.largest_batch == 60  # 12 samples of 5 images: no more than 64 rows


def test_small_blocks_and_large_ones_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    x = MODEL.images(5)
    large = importance_sampling(MODEL, x, 4000, Generator().manual_seed(0))
    monkeypatch.setattr(decoding, "PIXELS_AT_ONCE", 1)
    small = importance_sampling(MODEL, x, 4000, Generator().manual_seed(0))
    error = (large.standard_error**2 + small.standard_error**2).sqrt()
    assert bool(((large.log_p - small.log_p).abs() < 4 * error).all())
