"""A start whose data are absent, as a person meets it: fetch them with one button, then train."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.server import REPOSITORY, AppServer, running_app
from tests.browser.training import PATIENCE, button
from tests.vae_core.data.mirror import Mirror, mirror
from vae_core.data.sources.frey_face import FRAMES, HEIGHT, WIDTH
from vae_core.runs import list_runs

FILE = "frey_faces_uint8.npz"
# The app's own script, told of a mirror on this machine before it begins.
MIRRORED = """
from vae_core.data.mirrors import Mirror, RemoteFile
from vae_core.data.registry import SOURCES
remote = (RemoteFile((Mirror({url!r}, {file!r}),), {hash!r}, {size}),)
object.__setattr__(SOURCES["frey-face"], "remote", remote)
"""


@pytest.fixture
def near() -> Iterator[Mirror]:
    """A mirror that sends half of what it has, and the rest once it is released."""
    with mirror() as server:
        yield server


@pytest.fixture
def empty_handed(near: Mirror, tmp_path: Path) -> Iterator[AppServer]:
    """An app with an empty data folder and a mirror of random pictures for Frey Face."""
    pixels = np.random.default_rng(0).integers(0, 256, (FRAMES, HEIGHT, WIDTH), dtype=np.uint8)
    content = io.BytesIO()
    np.savez(content, images=pixels)
    near.files[FILE] = content.getvalue()
    script = tmp_path / "app.py"
    told = MIRRORED.format(
        url=f"{near.url('held')}/{FILE}",
        file=FILE,
        hash=sha256(pixels.tobytes()).hexdigest(),
        size=len(near.files[FILE]),
    )
    script.write_text(told + (REPOSITORY / "app.py").read_text())
    data = tmp_path / "data"
    environment = {"LATENT_ATLAS_DATA": str(data), "PYTHONPATH": str(REPOSITORY)}
    with running_app(tmp_path, script=str(script), environment=environment) as server:
        yield server


def test_absent_data_are_fetched_with_progress_by_one_button_and_then_start_trains(
    empty_handed: AppServer, near: Mirror, page: Page, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/train/_stcore/"))
    page.goto(f"{empty_handed.url}/train")
    wait_for_app(page)
    page.get_by_text("Settings").click()
    page.get_by_role("combobox", name="Data", exact=True).click()
    page.get_by_role("option", name="Frey Face", exact=True).click()
    expect(page.get_by_text("Its images are still to be fetched.")).to_be_visible()
    expect(button(page, "Watch it learn")).to_have_count(0)

    fetch = button(page, "Fetch Frey Face")
    fetch.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^Frey Face: 0\.[1-9] of 1\.1 MB"))).to_be_visible()
    near.released.set()

    button(page, "Watch it learn").click()
    expect(page).to_have_url(re.compile(r"[?&]run="), timeout=PATIENCE)
    until(page, lambda: list_runs(empty_handed.runs_folder)[0].config.dataset == "frey-face")
    until(page, lambda: list_runs(empty_handed.runs_folder)[0].status().samples > 0)
