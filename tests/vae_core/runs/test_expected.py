"""How long a run is said to take: its steps at the pace of the fastest that was tried."""

import itertools

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import expected as expected_module
from vae_core.runs import make_config
from vae_core.runs.expected import expected_seconds


def test_all_steps_are_expected_at_the_pace_of_the_fastest_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One step seems to take 30 ms, the others 20 each.
    steps = ((0.1 * n, 0.1 * n + (0.03 if n == 0 else 0.02)) for n in itertools.count())
    clock = itertools.chain([0.0], itertools.chain.from_iterable(steps))
    monkeypatch.setattr(expected_module, "perf_counter", lambda: next(clock))
    config = make_config(dataset="digits", hidden=(16,), epochs=10, batch_size=100)
    all_steps = 10 * 15  # 1,437 images of digits train
    assert expected_seconds(config) == pytest.approx(0.02 * all_steps, rel=1e-6)


def test_data_that_are_not_here_are_an_error_in_a_sentence() -> None:
    with pytest.raises(AtlasError):
        expected_seconds(make_config(dataset="frey-face", hidden=(16,), epochs=1))
