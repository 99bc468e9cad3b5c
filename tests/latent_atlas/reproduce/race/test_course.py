"""The race as a function: the same each time, in turns, and nobody is left out."""

from itertools import pairwise

import pytest

from latent_atlas.reproduce.race.course import black_and_white, milestones, run
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Course, Out, Point
from vae_core.algorithms import ALGORITHMS
from vae_core.models import VAE

SHORT = Course(samples=1200, images=200, test_images=10, hidden=8)


def test_every_algorithm_that_climbs_the_bound_takes_part_under_a_name_of_its_own() -> None:
    found = entries()
    others = {"beta-tcvae", "factor-vae", "dip-vae"}
    of_vaes = {name for name, settings in ALGORITHMS.items() if settings.trains is VAE}
    assert {entry.algorithm for entry in found} == of_vaes - others
    assert len({entry.key for entry in found}) == len({e.title for e in found}) == len(found)


def test_all_reach_the_end_in_turns_and_a_second_race_is_the_same() -> None:
    first = list(run(SHORT, entries(), lambda: False))
    again = list(run(SHORT, entries(), lambda: False))
    points = [point for point in first if isinstance(point, Point)]
    assert points == first
    assert all(p.half_width is not None and p.half_width > 0 for p in points)
    ends = {p.racer: p for p in points if p.samples >= SHORT.samples}
    assert set(ends) == {entry.key for entry in entries()}
    # By the largest step, MCEM's, and no more is anybody ahead when somebody reaches a mark.
    assert max(p.samples for p in points) <= SHORT.samples + 16 * SHORT.batch_size
    told = [p.model_copy(update={"seconds": 0.0}) for p in points]
    assert told == [p.model_copy(update={"seconds": 0.0}) for p in again if isinstance(p, Point)]


def test_what_stops_being_a_number_leaves_the_race_with_a_reason() -> None:
    wild = SHORT.model_copy(update={"learning_rate": 1e30})
    [aevb] = [entry for entry in entries() if entry.key == "aevb"]
    events = list(run(wild, [aevb], lambda: False))
    assert isinstance(events[-1], Out)
    assert "stopped being finite" in events[-1].reason


def test_a_cancelled_race_yields_nothing_more() -> None:
    assert list(run(SHORT, entries(), lambda: True)) == []


@pytest.mark.parametrize("samples", [500, 1000, 10_000, 200_000])
def test_the_marks_rise_and_end_at_the_end(samples: int) -> None:
    marks = milestones(samples)
    assert marks[-1] == samples
    assert all(a < b for a, b in pairwise(marks))


def test_images_are_black_or_white_and_not_all_black() -> None:
    train, test = black_and_white(SHORT)
    assert train.shape == (200, 1, 14, 14)
    assert set(train.unique().tolist()) == {0, 255}
    assert set(test.unique().tolist()) == {0.0, 1.0}
    assert 0.1 < float(test.mean()) < 0.3
