"""Schedules against their formulas; each is a pure function of how far a run has come."""

import math

import pytest

from vae_core.algorithms import AEVBSettings
from vae_core.algorithms.schedules import Progress

TOTAL, IMAGES = 10_000, 1_000


def _at(samples: int, settings: AEVBSettings) -> dict[str, float]:
    return settings.at(Progress(samples // 100, samples, TOTAL, IMAGES))


def test_without_schedules_everything_is_as_it_was_asked_for_at_every_step() -> None:
    for samples in (0, 5_000, 9_900):
        assert _at(samples, AEVBSettings(beta=3.0, learning_rate=0.02)) == {
            "learning_rate": 0.02,
            "beta": 3.0,
            "free_bits": 0.0,
        }


@pytest.mark.parametrize(("epochs", "length"), [(2.0, 2_000), (None, 5_000)])
def test_a_linear_warm_up_rises_from_0_and_stays(epochs: float | None, length: int) -> None:
    settings = AEVBSettings(beta=4.0, beta_schedule="linear", beta_epochs=epochs)
    for samples in (0, 100, length // 2, length, 9_900):
        assert _at(samples, settings)["beta"] == 4 * min(1.0, samples / length)


def test_a_cyclical_warm_up_is_that_of_fu_and_others() -> None:
    cycles, rising = 4, 0.5
    settings = AEVBSettings(beta_schedule="cyclical", beta_cycles=cycles)
    steps = TOTAL // 100
    for t in range(1, steps + 1):
        tau = ((t - 1) % math.ceil(steps / cycles)) / (steps / cycles)
        assert _at(100 * (t - 1), settings)["beta"] == pytest.approx(min(1.0, tau / rising))


def test_a_cosine_falls_from_the_whole_rate_towards_zero() -> None:
    settings = AEVBSettings(learning_rate=0.1, learning_rate_schedule="cosine")
    assert _at(0, settings)["learning_rate"] == 0.1
    assert _at(5_000, settings)["learning_rate"] == pytest.approx(0.05)
    assert 0 < _at(9_900, settings)["learning_rate"] < 1e-4


def test_steps_fall_by_the_factor_after_so_many_epochs() -> None:
    settings = AEVBSettings(
        learning_rate=1.0,
        learning_rate_schedule="step",
        learning_rate_epochs=3.0,
        learning_rate_factor=0.5,
    )
    found = [_at(epoch * IMAGES, settings)["learning_rate"] for epoch in range(10)]
    assert found == [1.0] * 3 + [0.5] * 3 + [0.25] * 3 + [0.125]


def test_a_capacity_grows_from_0() -> None:
    settings = AEVBSettings(capacity=20.0, capacity_epochs=4.0)
    assert [_at(s, settings)["capacity"] for s in (0, 1_000, 4_000, 9_000)] == [0, 5, 20, 20]
