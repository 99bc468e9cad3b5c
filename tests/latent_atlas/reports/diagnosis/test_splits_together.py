"""How many images the disentanglement is measured on: of all splits together."""

from dataclasses import replace

import pytest

from latent_atlas.reports.diagnosis.section import SECTIONS
from tests.latent_atlas.reports.diagnosis.made_up import subject
from vae_core.evaluation import Watch

SECTION = SECTIONS["disentangle"]


@pytest.mark.parametrize(
    ("count", "taken"), [(100, [100]), (120, [120]), (150, [120, 30]), (1_000, [120, 120])]
)
def test_so_many_are_taken_together_those_to_test_on_first(count: int, taken: list[int]) -> None:
    cut = SECTION.cut(subject(), count)
    assert [len(split) for split in cut.splits] == taken
    assert all(split.factors is not None for split in cut.splits)


def test_all_splits_count_and_a_small_test_split_bounds_nothing() -> None:
    test, train = subject().splits
    small = replace(subject(), splits=(test.first(20), train))
    assert SECTION.there(small) == 140
    found = SECTION.measure(SECTION.cut(small, 140), Watch()).as_json()
    assert (found["images"], found["splits"]) == (140, ["test", "train"])
    others = (SECTIONS[name] for name in SECTIONS if name != "disentangle")
    assert {each.there(small) for each in others} == {20}
