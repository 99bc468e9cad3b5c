"""What every test gets: folders of its own, one thread, and a word on data that is not there."""

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

# Several OpenMP threads on cores that are busy spin instead of computing, from the collection on.
torch.set_num_threads(1)
# Tests start some eighty Pythons, each of which would compile the app anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# And each process of pytest would rewrite the assertions of all tests anew: half of the collection.
sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: a browser test waits for two fifths of its time."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return cores + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Browser tests come last: quick failures are seen first, and Playwright keeps an event loop
    # running in the main thread from its first use to the end, which other tests should not meet.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """What a command has set for the app that it starts does not hold for the next test."""
    before = {name: os.environ[name] for name in os.environ if name.startswith("LATENT_ATLAS_")}
    yield
    for name in [name for name in os.environ if name.startswith("LATENT_ATLAS_")]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_disks() -> Iterator[None]:
    """What tests write need not outlast the power: to wait for that takes as long as to train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_look_for_components() -> Iterator[None]:
    """Each `AppTest` reads what all that is installed says of itself; once is enough."""
    if "streamlit.testing.v1" not in sys.modules:  # none was collected
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test gets its own: `mktemp` would look through those of all tests before it."""
    return tmp_path_factory.mktemp("folders")


@pytest.fixture(autouse=True)
def _own_folders(_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and caches go to temporary folders unless a test names its own."""
    own = Path(tempfile.mkdtemp(dir=_folders))
    for name in ("runs", "cache"):
        (own / name).mkdir()
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(own / "runs"))
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(own / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(own / "cache"))


@pytest.fixture
def mnist_data() -> Path:
    """A data folder with all of MNIST in it, or the test is skipped."""
    from vae_core.data import available_datasets

    named = os.environ.get("LATENT_ATLAS_DATA")
    if not named or not any(d.name == "mnist" and d.present for d in available_datasets()):
        pytest.skip("the full MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    return Path(named)
