"""A drag across a chart as a part of its axis, in the browser and as Python takes it."""

import pytest

from latent_atlas.ui.compare.drag import window_of
from tests.node import called


def test_a_drag_chooses_the_part_of_the_axis_that_it_crosses() -> None:
    axis = {"low": 0, "high": 1000}
    decades = {"low": 1, "high": 10_000}
    forth, back, beyond, click, log = called(
        "compare/drag/drag.js",
        "between",
        [axis, False, 500, 100, 200],
        [axis, False, 500, 200, 100],
        [axis, False, 500, 400, 900],
        [axis, False, 500, 100, 104],
        [decades, True, 400, 100, 200],
    )
    assert forth == back == [200, 400]
    assert beyond == [800, 1000]
    assert click is None
    assert log == pytest.approx([10, 100])


@pytest.mark.parametrize(
    "sent", [None, "1~2", [1], [1, 2, 3], [2, 1], ["1", 2], [float("nan"), 1], [-1, 1], [1, True]]
)
def test_what_is_no_part_of_an_axis_is_not_taken(sent: object) -> None:
    assert window_of(sent) is None


def test_a_part_of_an_axis_is_taken_as_it_was_chosen() -> None:
    assert window_of([1, 2.5]) == (1.0, 2.5)
