"""What the readout tells, and when it has the page drawn anew."""

from typing import Any

from latent_atlas.ui.train.readout.answer import readout_answer, told_of
from latent_atlas.ui.train.run_view import Seen, read_story
from tests.pages.train_page import made
from vae_core.runs import Run


def _told(run: Run, **update: Any) -> dict[str, Any]:
    run.write_status(run.stored_status().model_copy(update=update))
    seen = Seen(run, run.stored_status())
    return told_of(read_story(seen), [seen])


def test_numbers_that_move_in_a_sentence_do_not_have_all_of_the_page_drawn() -> None:
    run = made("running", events=3)
    first, second = (_told(run, diverged=f"The bound is {n}.") for n in (-100, -200))
    assert first["said"] != second["said"]
    assert first["page"] == second["page"]


def test_the_page_is_another_when_a_run_changes_its_state_or_has_trained_for_long() -> None:
    run = made("running", events=3)
    states = [
        _told(run, **update)["page"]
        for update in ({"seconds": 1.0}, {"seconds": 2.0}, {"seconds": 100.0}, {"state": "paused"})
    ]
    assert states[0] == states[1]
    assert len(set(states)) == 3


def test_a_run_at_rest_that_has_taken_a_batch_is_drawn_anew() -> None:
    run = made("paused", events=3)
    assert _told(run, step=3)["page"] != _told(run, step=4)["page"]


def test_of_a_run_that_is_gone_there_is_no_answer() -> None:
    assert readout_answer("20010101-nothing") is None
