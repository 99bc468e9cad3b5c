"""Means of courses, and smoothing, against numbers worked out by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from vae_core.errors import AtlasError
from vae_core.runs.course import Course, Smoothing, course_of, mean_course, smoothed
from vae_core.runs.metrics import MetricEvent


def _course(x: Sequence[float], y: Sequence[float]) -> Course:
    return Course(np.array(x, dtype=float), np.array(y, dtype=float))


def test_a_mean_is_taken_where_all_have_come_to() -> None:
    found = mean_course([_course([0, 2, 4], [0, 2, 4]), _course([1, 3], [3, 7])])
    assert found is not None
    assert found.x.tolist() == [1, 2, 3]
    assert found.mean.tolist() == [2, 3.5, 5]  # of 1 and 3, of 2 and 5, of 3 and 7
    # The standard deviation of two is their distance over √2, and that of the mean over √2 again.
    assert found.standard_error is not None
    assert found.standard_error == pytest.approx([1, 1.5, 2])
    assert found.runs == 2


def test_three_equal_runs_have_no_error_and_one_has_none_that_can_be_said() -> None:
    one = _course([1, 2], [5, 6])
    three = mean_course([one, one, one])
    assert three is not None
    assert three.standard_error is not None
    assert three.standard_error.tolist() == [0, 0]
    alone = mean_course([one])
    assert alone is not None
    assert (alone.standard_error, alone.runs, alone.mean.tolist()) == (None, 1, [5, 6])


def test_courses_without_a_common_range_have_no_mean() -> None:
    assert mean_course([_course([0, 1], [1, 1]), _course([2, 3], [1, 1])]) is None
    assert mean_course([_course([0, 1], [1, 1]), _course([], [])]) is None
    assert mean_course([]) is None


def test_what_is_not_finite_is_left_out_and_of_one_place_the_last_value_counts() -> None:
    found = mean_course([_course([0, 1, 1, 2, 3], [0, 9, 1, float("nan"), 3])])
    assert found is not None
    assert (found.x.tolist(), found.mean.tolist()) == ([0, 1, 3], [0, 1, 3])


def test_of_many_places_both_ends_are_kept() -> None:
    x = list(range(1000))
    found = mean_course([_course(x, x)], most=10)
    assert found is not None
    assert (len(found.x), found.x[0], found.x[-1]) == (10, 0, 999)


def test_an_exponential_mean_leans_on_no_zero() -> None:
    raw = _course([1, 2, 3], [4, 8, 8])
    found = smoothed(raw, Smoothing("exponential", 0.5))
    # 0.5·4 / 0.5; (0.25·4 + 0.5·8) / 0.75; (0.125·4 + 0.25·8 + 0.5·8) / 0.875
    assert found.smooth.y == pytest.approx([4, 5 / 0.75, 6.5 / 0.875])
    assert found.raw is raw
    assert "weight 0.5" in found.words


def test_a_windowed_mean_has_as_many_on_either_side() -> None:
    found = smoothed(_course([1, 2, 3, 4], [0, 3, 6, 9 + 3]), Smoothing("window", 3))
    assert found.smooth.y.tolist() == [0, 3, 7, 12]
    assert found.words == "mean of 3 neighbouring points"
    even = smoothed(_course([1, 2, 3], [0, 3, 9]), Smoothing("window", 2))
    assert even.smooth.y.tolist() == [0, 4, 9]


@pytest.mark.parametrize(("kind", "by"), [("exponential", 1), ("window", 0), ("window", 2.5)])
def test_a_smoothing_that_cannot_be_is_refused(kind: str, by: float) -> None:
    with pytest.raises(AtlasError, match="Smoothing cannot be by"):
        Smoothing(kind, by)  # type: ignore[arg-type]


def test_a_course_lies_along_images_epochs_or_seconds() -> None:
    events = [
        MetricEvent(
            step=k, samples=100 * k, epoch=k / 2, seconds=3.0 * k, train={"elbo": -k},
            valid={"elbo": -2.0 * k} if k == 2 else None, gradient_norm=1, learning_rate=1,
            images_per_second=1,
        )
        for k in (1, 2)
    ]  # fmt: skip
    assert course_of(events, "elbo", "train").x.tolist() == [100, 200]
    assert course_of(events, "elbo", "train", "epochs").x.tolist() == [0.5, 1]
    found = course_of(events, "elbo", "valid", "seconds")
    assert (found.x.tolist(), found.y.tolist()) == ([6], [-4])
    assert len(course_of(events, "log_prob", "test").x) == 0
