"""``latent-atlas app`` before it serves; tests/test_wheel.py has it serve."""

import os
import socket

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli import app
from latent_atlas.places import APP
from latent_atlas.ui.border import EVERYWHERE, HOSTS


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What Streamlit is told to do, instead of doing it."""
    calls: list[list[str]] = []
    monkeypatch.setattr(app.cli, "main", lambda words, **_: calls.append(words))
    return calls


def test_it_is_served_where_the_apps_own_configuration_says(told: list[list[str]]) -> None:
    assert main(["app"]) == 0
    assert told == [["run", str(APP)]]
    assert (APP.parent / ".streamlit" / "config.toml").is_file()


def test_port_and_host_can_be_chosen(told: list[list[str]]) -> None:
    assert main(["app", "--port", "0", "--host", "127.0.0.1"]) == 0
    assert told[0][2:] == ["--server.port", "0", "--server.address", "127.0.0.1"]


def test_the_network_is_served_only_under_names_that_were_given(
    told: list[list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(HOSTS, raising=False)
    assert main(["app", "--host", EVERYWHERE]) == 2
    assert f"--host {EVERYWHERE} --allow-host NAME" in capsys.readouterr().err
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", EVERYWHERE)
    assert main(["app"]) == 2
    assert told == []
    assert main(["app", "--allow-host", "atlas.example.org", "--allow-host", "10.0.0.7"]) == 0
    assert os.environ[HOSTS] == "atlas.example.org,10.0.0.7"
    assert len(told) == 1


def test_a_place_where_nothing_can_be_served_is_one_sentence(
    told: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", "--port", str(port)]) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err
    assert main(["app", "--port", "65536"]) == 2
    assert capsys.readouterr().err == "--port is 65536: give 0 to 65535.\n"
    assert main(["app", "--host", "nowhere.invalid"]) == 2
    assert "cannot be served at nowhere.invalid" in capsys.readouterr().err
    assert told == []
