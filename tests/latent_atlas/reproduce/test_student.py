"""Student's t against its published table and against the Cauchy distribution, which is t of 1."""

import math

import pytest

from latent_atlas.reproduce.student import probability_below, quantile

TABLE = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 9: 1.833, 10: 1.812, 30: 1.697}


@pytest.mark.parametrize("degrees", TABLE)
def test_quantiles_are_those_of_the_table(degrees: int) -> None:
    assert quantile(0.95, degrees) == pytest.approx(TABLE[degrees], abs=5e-4)


@pytest.mark.parametrize("t", [-3.0, -0.4, 0.0, 1.7, 12.0])
def test_one_and_two_degrees_have_the_closed_forms_of_textbooks(t: float) -> None:
    assert probability_below(t, 1) == pytest.approx(0.5 + math.atan(t) / math.pi)
    assert probability_below(t, 2) == pytest.approx(0.5 + t / (2 * math.sqrt(2 + t**2)))
