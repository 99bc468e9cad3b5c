"""Annealed importance sampling against the exact evidence of the linear-Gaussian model."""

import pytest
import torch
from torch import Generator

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference import annealed_importance_sampling
from vae_core.inference.annealing import Start, sigmoid_schedule

MODEL = LinearGaussian()


def test_the_schedule_runs_from_0_to_1_and_is_symmetric_and_dense_at_its_ends() -> None:
    b = torch.tensor(sigmoid_schedule(100), dtype=torch.float64)
    assert len(b) == 101
    assert (float(b[0]), float(b[-1])) == (0, 1)
    steps = b.diff()
    assert bool((steps > 0).all())
    torch.testing.assert_close(b + b.flip(0), torch.ones_like(b))
    assert float(steps[50]) > 5 * float(steps[0])


@pytest.mark.parametrize("start", ["prior", "posterior"])
def test_the_estimate_is_the_exact_evidence_within_its_standard_error(start: Start) -> None:
    x = MODEL.images(40)
    found = annealed_importance_sampling(
        MODEL, x, Generator().manual_seed(0), chains=64, temperatures=40, start=start
    )
    scores = (found.log_p - MODEL.log_evidence(x)) / found.standard_error
    assert float(found.standard_error.max()) < 0.1
    assert float(scores.abs().max()) < 4
    assert float(scores.square().mean()) == pytest.approx(1, abs=0.5)
    assert found.acceptance is not None
    assert float(found.acceptance.min()) > 0.5


def test_p_hat_is_unbiased_and_its_standard_errors_match_its_spread() -> None:
    x = MODEL.images(1).expand(1500, -1)
    found = annealed_importance_sampling(
        MODEL, x, Generator().manual_seed(1), chains=16, temperatures=10, leapfrog_steps=2
    )
    ratio = (found.log_p - MODEL.log_evidence(x)).exp()
    assert abs(float(ratio.mean()) - 1) < 4 * float(ratio.std()) / len(x) ** 0.5
    spread = float(found.log_p.std())
    assert float(found.standard_error.mean()) == pytest.approx(spread, rel=0.1)


def test_one_temperature_is_importance_sampling_from_the_prior() -> None:
    x = MODEL.images(3)
    found = annealed_importance_sampling(
        MODEL, x, Generator().manual_seed(0), chains=500, temperatures=1, start="prior"
    )
    z = torch.empty(1500, 2, dtype=torch.float64).normal_(generator=Generator().manual_seed(0))
    log_w = MODEL.decode(z).log_prob(x.repeat(500, 1)).view(500, 3)
    by_hand = log_w.logsumexp(0) - torch.tensor(500.0, dtype=torch.float64).log()
    torch.testing.assert_close(found.log_p, by_hand)
    assert found.acceptance is None


def test_more_temperatures_leave_less_variance() -> None:
    x = MODEL.images(20)
    errors = [
        float(
            annealed_importance_sampling(
                MODEL, x, Generator().manual_seed(0), temperatures=t, start="prior"
            ).standard_error.mean()
        )
        for t in (2, 10, 50)
    ]
    assert errors[0] > 1.5 * errors[1] > 1.5**2 * errors[2]


def test_the_prior_start_owes_nothing_to_an_encoder_that_is_far_off() -> None:
    """Importance sampling with that encoder would have no chance: its means are 12 sigma away."""
    lost = LinearGaussian(shift=12.0)
    x = lost.images(20)
    found = annealed_importance_sampling(
        lost, x, Generator().manual_seed(0), chains=32, temperatures=60, start="prior"
    )
    scores = (found.log_p - lost.log_evidence(x)) / found.standard_error
    assert float(scores.abs().max()) < 4


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    annealed_importance_sampling(
        MODEL, MODEL.images(2), Generator().manual_seed(0), temperatures=5, on_step=seen.append
    )
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)
