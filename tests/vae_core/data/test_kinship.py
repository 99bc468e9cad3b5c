"""Whether a model was trained on what it is shown with, and how that is said."""

import pytest

from vae_core.data import available_datasets, kinship
from vae_core.data.kinship import relation
from vae_core.data.registry import SOURCES

SMALL = {"mnist-12k": "mnist", "fashion-mnist-12k": "fashion-mnist"}


@pytest.mark.parametrize("shown", SOURCES)
@pytest.mark.parametrize("trained_on", [*SOURCES, "own-0123456789abcdef"])
def test_only_its_own_data_need_no_word_and_only_their_parts_no_warning(
    trained_on: str, shown: str
) -> None:
    found = kinship("m", trained_on, "train", shown)
    assert (found.sentence == "") == (trained_on == shown)
    related = (
        trained_on == shown or SMALL.get(shown) == trained_on or SMALL.get(trained_on) == shown
    )
    assert found.strange == (not related)
    assert (found.aside != "") == found.strange
    if found.sentence:
        titles = {each.name: each.title for each in available_datasets()}
        assert f"“{titles.get(trained_on, trained_on)}”" in found.sentence
        assert f"“{titles[shown]}”" in found.sentence


def test_of_a_part_it_is_said_which_images_the_model_has_not_seen() -> None:
    found = kinship("clothes", "fashion-mnist", "train-60k", "fashion-mnist-12k")
    assert found.sentence == (
        "clothes was trained on “Fashion-MNIST”; shown is a part of it, “Fashion-MNIST, 12,000”: "
        "2,000 images of its test set, which the model has not seen, and 10,000 of its training "
        "set."
    )
    trained_on_tests = kinship("clothes", "fashion-mnist", "test", "fashion-mnist-12k")
    assert "not seen" not in trained_on_tests.sentence


def test_what_a_model_does_not_say_is_not_taken_for_known() -> None:
    assert relation(None, "mnist") == "unknown"
    assert kinship("m", None, None, "mnist").sentence.startswith(
        "m does not say what it was trained on; shown is “MNIST, all 70,000”."
    )
