"""What tests of pages share."""

from pathlib import Path

import pytest


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No data are here but those that come with the program."""
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
