"""A tooltip lists all lines of a chart, though each was measured at moments of its own."""

from typing import Any

from latent_atlas.ui.shared_moments import Option, share_moments


def lines() -> tuple[Option, Option]:
    test: list[Any] = [[100, -40.0, "a"], [10_000, -20.0, "b"]]
    train: list[Any] = [[10, -50.0, "c"], [1000, -30.0, "d"], [10_000, None, "–"]]
    return {"data": [*test]}, {"data": [*train]}


def test_a_line_gets_a_point_where_another_has_one_on_its_own_straight_way() -> None:
    test, train = lines()
    share_moments([test, train], log_axis=True, most=10)
    assert test["data"] == [[100, -40.0, "a"], [1000, -30.0, "≈ −30.0"], [10_000, -20.0, "b"]]
    assert train["data"] == [
        [10, -50.0, "c"],
        [100, -40.0, "≈ −40.0"],
        [1000, -30.0, "d"],
        [10_000, None, "–"],
    ]
    test, _ = lines()
    share_moments([test, {"data": [[1000, 0.0, "e"]]}], log_axis=False, most=10)
    assert test["data"][1] == [1000, -38.182, "≈ −38.2"]


def test_of_too_many_moments_all_lines_have_those_of_the_first_and_their_own_ends() -> None:
    test, train = lines()
    share_moments([test, train], log_axis=True, most=3)
    assert [point[0] for point in test["data"]] == [100, 10_000]
    assert [point[0] for point in train["data"]] == [10, 100, 10_000]
