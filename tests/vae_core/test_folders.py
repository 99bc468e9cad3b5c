"""Where things are kept when nobody says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vae_core.data import data_folder
from vae_core.data.own import datasets_folder
from vae_core.folders import cache_folder, checkout, runs_folder

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nobody_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LATENT_ATLAS_RUNS", raising=False)
    monkeypatch.delenv("LATENT_ATLAS_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def test_the_runs_folder_is_the_argument_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(tmp_path / "named"))
    assert runs_folder(tmp_path) == tmp_path
    assert runs_folder() == tmp_path / "named"
    assert datasets_folder() == tmp_path / "named" / "datasets"


@pytest.mark.parametrize("inside", [".", "docs", "vae_core/runs"])
def test_in_a_checkout_runs_lie_at_its_top_level(
    inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY / inside)
    assert checkout() == REPOSITORY
    assert runs_folder() == REPOSITORY / "runs"
    assert datasets_folder() == REPOSITORY / "runs" / "datasets"


def test_elsewhere_runs_lie_in_the_folder_for_a_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()  # some other project
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert checkout() is None
    assert runs_folder() == tmp_path / "share" / "latent-atlas" / "runs"


@pytest.mark.skipif(sys.platform != "linux", reason="only there a working directory can be removed")
def test_a_working_directory_that_was_removed_is_no_checkout(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "from vae_core.folders import runs_folder; print(runs_folder())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith("latent-atlas/runs")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_on_linux_the_cache_is_where_it_always_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == data_folder() == tmp_path / "latent-atlas"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert cache_folder() == data_folder() == Path.home() / ".cache" / "latent-atlas"
