"""A run's settings as a person meets them: changed while it trains, and cloned with a change."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until
from tests.browser.server import AppServer
from tests.browser.training import (
    FOR_LONG,
    PATIENCE,
    button,
    expect_curve,
    expect_words,
    shown,
)
from vae_core.runs import Run, create_run, list_runs, make_config, submit
from vae_core.runs.faults import train_run


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


@pytest.fixture
def run(page: Page, app_server: AppServer) -> Iterator[Run]:
    """A tiny network that trains for as long as the test needs it."""
    config = make_config(dataset="digits", hidden=(16,), epochs=FOR_LONG, name="Long one")
    yield submit(config, app_server.runs_folder)
    page.goto("about:blank")  # or it asks for images of a run that is gone
    app_server.clear()


def choose(page: Page, action: str) -> None:
    button(page, "More").click()
    page.get_by_text(action).click()


@pytest.mark.timeout(240)  # two processes start, each to be waited for with patience
def test_beta_is_changed_while_a_run_trains_and_a_clone_begins_with_it(
    page: Page, app_server: AppServer, run: Run
) -> None:
    shown(page, app_server, run)
    expect_curve(page)
    choose(page, "Change a setting")
    dialog = page.get_by_role("dialog")
    beta = dialog.get_by_label("Beta", exact=True)
    beta.fill("4")
    beta.press("Tab")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect_words(page, "Beta 4 since step")
    expect_words(page, "(drawing error + 4 × code length)")
    [change] = run.changes()
    assert (change.beta, change.before) == (4.0, {"beta": 1.0})
    button(page, "Settings").click()
    expect(page.get_by_text("Changed by hand since: beta 4.")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")

    button(page, "Stop").click()
    expect_words(page, "Stopped at epoch")
    choose(page, "Clone with a change")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Long one · clone")
    dialog.get_by_text("Advanced").click()
    expect(dialog.get_by_label("Beta", exact=True)).to_have_value("4")
    size = dialog.get_by_label("Batch size", exact=True)
    size.fill("50")
    size.press("Tab")
    dialog.get_by_role("button", name="Start the clone").click()
    expect(page.get_by_role("heading", name="Long one · clone")).to_be_visible(timeout=PATIENCE)
    expect_curve(page)
    [clone] = [each for each in list_runs(app_server.runs_folder) if each.id != run.id]
    until(page, lambda: clone.status().samples > 0)
    assert (clone.config.beta, clone.config.batch_size) == (4.0, 50)
    button(page, "Long one").click()  # back to its parent
    expect(page.get_by_role("heading", name="Long one", exact=True)).to_be_visible(timeout=PATIENCE)


def test_what_ails_a_run_is_said_and_a_click_trains_what_would_be_better_beside_it(
    page: Page, app_server: AppServer
) -> None:
    config = make_config(
        dataset="digits", latent_dim=10, hidden=(32,), epochs=12, learning_rate=0.3, threads=1
    )
    run = create_run(config, app_server.runs_folder)
    train_run(run)
    shown(page, app_server, run)
    button(page, "Start it with learning rate 0.03").click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="with 1 more")).to_be_visible(timeout=PATIENCE)
    until(page, lambda: len(list_runs(app_server.runs_folder)) == 2)
    [better] = [each for each in list_runs(app_server.runs_folder) if each.id != run.id]
    assert better.config == config.model_copy(
        update={"algorithm": better.config.algorithm, "name": better.config.name}
    )
    assert better.config.learning_rate == 0.03
    until(page, lambda: better.status().state == "finished")
    expect_words(page, "Finished in")
    page.goto("about:blank")
    app_server.clear()
