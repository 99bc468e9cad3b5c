"""The campaigns of `make torture` that need the app, with a few of each."""

from tests.browser.server import AppServer
from torture.sessions import open_sessions


def test_sessions_that_come_and_go_leave_nothing_behind(app_server: AppServer) -> None:
    outcome = open_sessions(app_server, 10)
    assert outcome.lost == []
    assert outcome.number == 10
