"""The score-function gradient: its exact variance, and that no baseline moves its mean."""

from typing import Any

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import (
    assert_same_mean,
    many_gradients,
    one_gradient,
    tiny_batch,
)
from vae_core.algorithms import AEVBSettings, ScoreFunctionSettings
from vae_core.algorithms.baselines import NVIL, ControlVariate, LeaveOneOut, RunningMean, Signal
from vae_core.algorithms.score_function import local_scores
from vae_core.models import DiagonalGaussian

VARIANTS: list[dict[str, Any]] = [
    {"baseline": "none"},
    {"baseline": "running-mean"},
    {"baseline": "nvil"},
    {"baseline": "leave-one-out", "samples_per_image": 3},
    {"baseline": "bbvi", "samples_per_image": 3},
]


@pytest.mark.parametrize("b", [0.0, 2.0])
@pytest.mark.parametrize(("mu", "s"), [(1.0, 1.0), (0.5, 2.0), (-1.5, 0.7)])
def test_the_variance_on_a_parabola_is_the_exact_one(mu: float, s: float, b: float) -> None:
    """z ~ N(mu, s²), f = z²: ∂E[f]/∂mu = 2 mu, by the path 4 s², by the score far more."""
    n = 1_000_000
    one = torch.ones(n, 1, dtype=torch.float64)
    q = DiagonalGaussian((mu * one).requires_grad_(), 2 * torch.log(s * one))
    z = q.rsample(Generator().manual_seed(0))
    [path] = torch.autograd.grad((z**2).sum(), q.mu)
    assert float(path.mean()) == pytest.approx(2 * mu, abs=10 * s / n**0.5)
    assert float(path.var()) == pytest.approx(4 * s**2, rel=0.01)

    with torch.no_grad():
        score = (z[:, 0] ** 2 - b) * local_scores(q, z)[:, 0]
    exact = mu**4 / s**2 + 14 * mu**2 + 15 * s**2
    # E[(z² − b)² eps²] / s² − 4 mu² = exact − 2b E[z² eps²] / s² + b² / s²
    exact += (b**2 - 2 * b * (mu**2 + 3 * s**2)) / s**2
    assert float(score.mean()) == pytest.approx(2 * mu, abs=5 * (exact / n) ** 0.5)
    assert float(score.var()) == pytest.approx(exact, rel=0.05)


def _at_full_length(signal: Signal) -> Signal:
    return Signal(signal.weights * signal.scale)


def test_local_scores_are_the_derivatives_of_log_q() -> None:
    generator = Generator().manual_seed(0)
    mu, logvar, z = (torch.randn(4, 3, generator=generator).requires_grad_() for _ in range(3))
    q = DiagonalGaussian(mu, logvar)
    wanted = torch.autograd.grad(q.log_prob(z.detach()).sum(), [mu, logvar])
    torch.testing.assert_close(local_scores(q, z.detach()), torch.cat(wanted, 1))


@pytest.mark.parametrize("estimator", ["a", "b"])
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: str(v["baseline"]))
def test_every_variant_has_the_mean_of_the_reparameterised_gradient(
    variant: dict[str, Any], estimator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # NVIL shortens the gradient in phi by a number that it says: undone, to compare.
    signal = NVIL.signal
    monkeypatch.setattr(NVIL, "signal", lambda *given: _at_full_length(signal(*given)))
    found = many_gradients(ScoreFunctionSettings, draws=1000, estimator=estimator, **variant)
    assert_same_mean(found, many_gradients(AEVBSettings, draws=200, estimator="b"))


@pytest.mark.parametrize("variant", VARIANTS[1:], ids=lambda v: str(v["baseline"]))
def test_every_baseline_lowers_the_variance_at_equal_decoder_passes(
    variant: dict[str, Any],
) -> None:
    def noise(settings: dict[str, Any]) -> float:
        samples = settings.get("samples_per_image", 1)
        assert isinstance(samples, int)
        gradients = many_gradients(ScoreFunctionSettings, draws=20, **settings)
        return float(gradients[CALM:].var(0).sum()) * samples

    assert noise(variant) < 0.7 * noise(VARIANTS[0])


CALM = 20  # gradients after which what a baseline learns has settled


def test_the_gradient_in_theta_is_that_of_aevb() -> None:
    found, wanted = one_gradient(ScoreFunctionSettings), one_gradient(AEVBSettings)
    for name in found:
        if name.startswith("decoder"):
            torch.testing.assert_close(found[name], wanted[name])


def test_leave_one_out_is_the_distance_from_the_others_mean() -> None:
    f = torch.tensor([[1.0], [2.0], [6.0]])
    signal = LeaveOneOut().signal(torch.zeros(1, 9), f, torch.zeros(3, 1, 4))
    torch.testing.assert_close(signal.weights.flatten(), torch.tensor([-3.0, -1.5, 4.5]))


def test_the_control_variate_is_each_components_regression_on_the_other_samples() -> None:
    generator = Generator().manual_seed(0)
    f, s = torch.randn(5, 2, generator=generator), torch.randn(5, 2, 4, generator=generator)
    weights = ControlVariate().signal(torch.zeros(2, 9), f, s).weights
    others = [0, 1, 3, 4]
    a = (f[others, 1] * s[others, 1, 3] ** 2).sum() / (s[others, 1, 3] ** 2).sum()
    torch.testing.assert_close(weights[2, 1, 3], f[2, 1] - a)


def test_the_running_mean_knows_earlier_minibatches_only() -> None:
    baseline, x, scores = RunningMean(), torch.zeros(2, 9), torch.zeros(1, 2, 4)
    f = torch.tensor([[-8.0, -4.0]])
    # The first has none before it: each image is held against the others.
    assert baseline.signal(x, f, scores).weights.flatten().tolist() == [-4, 4]
    again = baseline.signal(x, f, scores).weights.flatten()
    torch.testing.assert_close(again, torch.tensor([-2.0, 2.0]))


def test_nvil_learns_each_images_f_and_measures_in_standard_deviations() -> None:
    x, scores = tiny_batch().x, torch.zeros(1, 3, 4)
    f = torch.tensor([[-500.0, -540.0, -520.0]])
    baseline = NVIL(9, Generator().manual_seed(0))
    signals = [baseline.signal(x, f, scores) for _ in range(30)]
    assert signals[0].scale == 1
    assert signals[1].scale > 15  # of ±20 about −520, before the network knows better
    for _ in range(2000):
        last = baseline.signal(x, f, scores)
    assert float((last.weights * last.scale).abs().max()) < 1
