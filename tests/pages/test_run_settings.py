"""What a run was asked for, on the Train page, and what can be asked for after it."""

import pytest

from tests.pages.train_page import made, opened, words
from vae_core.runs import make_config

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")


def test_a_run_shows_first_what_is_not_as_usual_then_the_rest_and_its_command_line() -> None:
    run = made("finished", events=3, name="a | b", beta=4.0, latent_dim=3)
    page = opened()
    assert not page.exception
    shown = words(page)
    assert "| Beta | 4 | 1 |" in shown
    assert "| Latent dimensions | 3 | 2 |" in shown
    assert "| Batch size | 100 |" in shown.split("| Beta | 4 | 1 |")[1]
    [line] = [code.value for code in page.code]
    assert line == run.config.command_line()
    assert "--name 'a | b'" in line
    assert f"PyTorch {run.document.environment.torch}" in shown.replace("\\", "")


def test_a_run_with_all_as_usual_says_so() -> None:
    made("finished", events=3, epochs=None, hidden=(500,))
    assert make_config(dataset="digits").given() == {"dataset": "digits"}
    assert "Trained on **digits**, all as usual." in words(opened())
