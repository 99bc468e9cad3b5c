"""The campaigns of `make torture` that need the app, with a few of each.

That of apps that are killed is short in test_app_killed.py.
"""

from playwright.sync_api import Browser

from tests.browser.server import AppServer
from torture.browsers import open_browsers
from torture.sessions import open_sessions
from vae_core.runs import make_config, submit


def test_sessions_that_come_and_go_leave_nothing_behind(app_server: AppServer) -> None:
    outcome = open_sessions(app_server, 10)
    assert outcome.lost == []
    assert outcome.number == 10


def test_pages_opened_at_once_become_usable_and_the_run_ends_as_alone(
    browser: Browser, app_server: AppServer
) -> None:
    config = make_config(dataset="digits", hidden=(24,), epochs=30, threads=1)
    outcome = open_browsers(browser, app_server, 2, submit(config, app_server.runs_folder))
    assert outcome.lost == []
    assert outcome.number == 2
