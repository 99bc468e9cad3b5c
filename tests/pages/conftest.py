"""What tests of pages share."""

from pathlib import Path

import pytest


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No data are here but those that come with the program."""
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay as the test wrote them: nothing is started."""
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)
