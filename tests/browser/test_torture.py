"""The campaigns of `make torture` that need the app, with a few of each."""

from playwright.sync_api import Browser

from tests.browser.server import AppServer
from torture.browsers import open_browsers
from torture.servers import found_again, start_training
from torture.sessions import open_sessions


def test_sessions_that_come_and_go_leave_nothing_behind(app_server: AppServer) -> None:
    outcome = open_sessions(app_server, 10)
    assert outcome.lost == []
    assert outcome.number == 10


def test_browsers_open_the_app_while_a_run_trains_and_it_ends_as_alone(
    browser: Browser, app_server: AppServer
) -> None:
    run = start_training(app_server)
    assert open_browsers(browser, app_server, 2, run).lost == []
    assert list(found_again(app_server, run)) == []
