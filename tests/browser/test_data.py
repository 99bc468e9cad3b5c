"""Bringing images of one's own as a person does it: good ones, bad ones, and half-way back."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    expect_as_wide_as_the_window,
    until,
    until_equal,
    wait_for_app,
)
from tests.browser.server import AppServer
from tests.vae_core.data.own.makers import (
    encoded,
    laid_out,
    line_drawing,
    npz,
    photograph,
    png,
    zipped,
)
from vae_core.data import load_dataset
from vae_core.data.own import own_datasets
from vae_core.runs import list_runs

PATIENCE = 30_000  # milliseconds: the machine may be busy with other things


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/(data|train)/_stcore/"))


@pytest.fixture
def kept(app_server: AppServer) -> Iterator[Path]:
    """The folder of own datasets, empty before and after."""
    folder = app_server.runs_folder / "datasets"
    yield folder
    for file in folder.glob("*") if folder.exists() else []:
        file.unlink()


@pytest.fixture
def door(page: Page, app_server: AppServer) -> Page:
    """The page where images are brought."""
    page.goto(f"{app_server.url}/data?show=Your+own+images")
    wait_for_app(page)
    return page


def bring(page: Page, *files: Path) -> None:
    expect(page.get_by_role("button", name="Choose files")).to_be_enabled(timeout=PATIENCE)
    page.locator("input[data-of=files]").set_input_files([str(file) for file in files])


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep").click(timeout=PATIENCE)


def expect_words(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def faces(folder: Path) -> Path:
    file = folder / "وجوه 🙂.zip"
    pictures = {
        f"faces/{who}/{i} 📷.jpg": encoded(photograph(10 * k + i, (92, 112)), "JPEG")
        for k, who in enumerate(("ليلى", "Zoë", "s10"))
        for i in range(10)
    }
    litter = {"faces/notes.txt": b"hello", "__MACOSX/faces/._notes.txt": b"x"}
    file.write_bytes(zipped(pictures | litter))
    return file


def many(folder: Path) -> Path:
    """Pictures that take long to read and are quickly sent."""
    shades = np.indices((1500, 1500)).sum(axis=0) // 12 % 256
    picture = encoded(Image.fromarray(shades.astype(np.uint8)))
    file = folder / "many.zip"
    file.write_bytes(zipped({f"{i}.png": picture for i in range(1500)}))
    return file


def test_a_zip_is_looked_at_kept_and_taken_to_training(
    door: Page, app_server: AppServer, kept: Path, tmp_path: Path
) -> None:
    bring(door, faces(tmp_path))
    expect_words(door, "30 pictures · 3 classes")
    expect_words(door, "1 file skipped, because it is not a PNG")
    expect_words(door, "Each class has 10 pictures")
    pairs = door.locator("figure:not(.preview)")
    expect(pairs).to_have_count(12)
    images = pairs.first.locator("img")
    sizes = "all => all.map(i => [i.naturalWidth, i.naturalHeight])"
    until_equal(door, lambda: images.evaluate_all(sizes), [[92, 112], [64, 64]])
    expect(pairs.get_by_text("ليلى").first).to_be_visible()

    door.get_by_role("radio", name="Grey").click()
    door.get_by_role("radio", name="Pad").click()
    wait_for_app(door)
    keep(door)
    expect_words(door, "is kept: 30 images, 3 of them for testing.")
    [about] = own_datasets(kept)
    assert about.image_shape == (1, 64, 64)
    assert about.title == "وجوه 🙂"
    assert set(about.class_names) == {"ليلى", "Zoë", "s10"}
    assert len(load_dataset(about.name, kept).images) == 30

    door.get_by_role("button", name="Train on these").click()
    expect(door).to_have_url(re.compile("/train"), timeout=PATIENCE)
    wait_for_app(door)
    door.get_by_text("Settings").click()
    expect(door.get_by_role("combobox", name="Data")).to_have_value("وجوه 🙂")
    expect(door.get_by_role("radio", name="Your own images")).to_be_checked()
    epochs = door.get_by_label("Epochs", exact=True)
    epochs.fill("2")
    epochs.press("Tab")
    door.get_by_role("button", name="Watch it learn").click()
    expect(door.get_by_role("heading", name="وجوه 🙂 · 2-D")).to_be_visible(timeout=PATIENCE)
    expect_words(door, "Finished in")
    [run] = list_runs(app_server.runs_folder)
    assert run.config.data_dir == str(kept)


def test_several_pictures_and_a_folder_can_be_brought(
    door: Page, kept: Path, tmp_path: Path
) -> None:
    pictures = {f"{kind}/{i}.png": png(9 * i) for kind in ("cats", "dogs") for i in range(5)}
    folder = laid_out(tmp_path / "pets", {**pictures, "cats/.DS_Store": b"x"})
    bring(door, *sorted((folder / "cats").glob("*.png")))
    expect_words(door, "5 pictures · no classes")
    door.locator("input[data-of=folder]").set_input_files(str(folder))
    expect_words(door, "10 files brought. 1 hidden or system file was left out.")
    expect_words(door, "10 pictures · 2 classes")
    name = door.get_by_label("Name")
    expect(name).to_have_count(1, timeout=PATIENCE)  # that of the first pictures has gone
    expect(name).to_have_value("pets")
    keep(door)
    expect_words(door, "is kept: 10 images")
    assert own_datasets(kept)[0].class_names == ("cats", "dogs")


USELESS = [
    ("notes.zip", zipped({"a.txt": b"a"}), "notes.zip holds no pictures among its 1 file:"),
    ("up.zip", zipped({"../a.png": png(), "b.png": png()}), "a path that leads out of it"),
    ("model.pt", b"\x80\x02}q\x00.", "model.pt is a pickle, which could run code"),
    ("half.zip", zipped({"a.png": png(), "b.png": png()})[:90], "half.zip is damaged"),
    ("torn.zip", zipped({"a.png": png(), "b.png": b"no"}), "b.png in torn.zip is not a PNG"),
]


def test_what_cannot_be_used_gets_one_sentence_and_the_next_try_works(
    door: Page, kept: Path, tmp_path: Path
) -> None:
    for name, data, says in USELESS:
        (tmp_path / name).write_bytes(data)
        bring(door, tmp_path / name)
        expect_words(door, says)
        alarm = door.locator("[data-testid='stException'], [data-testid='stAlert']")
        expect(alarm).to_have_count(0)
        expect(door.get_by_role("button", name="Keep")).to_have_count(0)
        assert not kept.exists() or not list(kept.iterdir()), name
    bring(door, faces(tmp_path))
    expect(door.get_by_role("button", name="Keep 30 images")).to_be_visible(timeout=PATIENCE)


def test_cancelled_half_way_nothing_is_kept_and_the_upload_is_still_there(
    door: Page, kept: Path, tmp_path: Path
) -> None:
    bring(door, many(tmp_path))
    keep(door)
    door.wait_for_function(
        """() => {
            const found = document.body.innerText.match(/many: ([0-9,]+) of 1,500 pictures/);
            return found && Number(found[1].replace(",", "")) > 20;
        }""",
        timeout=PATIENCE,
    )
    # A refresh finds it again, still at work.
    door.reload()
    expect_words(door, "of 1,500 pictures")
    door.get_by_role("button", name="Cancel").click()
    expect_words(door, "was cancelled: nothing was kept.")
    assert not kept.exists() or not list(kept.iterdir())
    bring(door, faces(tmp_path))
    expect(door.get_by_role("button", name="Keep 30 images")).to_be_visible(timeout=PATIENCE)
    expect(door.get_by_text("nothing was kept")).to_have_count(0)


def test_images_are_removed_only_after_a_question(door: Page, kept: Path, tmp_path: Path) -> None:
    bring(door, faces(tmp_path))
    keep(door)
    expect_words(door, "is kept")
    door.get_by_role("radio", name="Here", exact=True).click()
    remove = door.get_by_role("button", name="Remove…")
    remove.click(timeout=PATIENCE)
    door.get_by_role("button", name="Keep them").click(timeout=PATIENCE)
    wait_for_app(door)
    assert len(own_datasets(kept)) == 1
    remove.click()
    door.get_by_role("button", name="Remove them").click(timeout=PATIENCE)
    expect(remove).to_have_count(0, timeout=PATIENCE)
    until(door, lambda: not list(kept.glob("*.npz")))


def test_what_numbers_and_parts_mean_is_said_and_can_be_chosen(
    door: Page, kept: Path, tmp_path: Path
) -> None:
    levels = np.random.RandomState(0).randint(0, 4096, (60, 8, 8)).astype(np.uint16)
    parts = {"x_train": levels[:40], "y_train": np.arange(40) % 4}
    parts |= {"x_test": levels[40:], "y_test": np.arange(20) % 4}
    (tmp_path / "cells.npz").write_bytes(npz(**parts))
    bring(door, tmp_path / "cells.npz")
    expect_words(door, "60 pictures · 4 classes · 40 to train on, 20 to test, as they came")
    expect_words(door, "(12 bit) were read so that 0 is black and 4,095 white")
    scale = door.get_by_role("combobox", name="Scale")
    expect(scale).to_have_value("0 to 4,095 (12 bits)")
    scale.click()
    door.get_by_role("option", name="0 to 65,535 (16 bits)").click()
    wait_for_app(door)
    expect(door.locator("figure:not(.preview)")).to_have_count(12)
    door.get_by_role("radio", name="New", exact=True).click()
    wait_for_app(door)
    keep(door)
    expect_words(door, "is kept: 60 images")
    [about] = own_datasets(kept)
    data = load_dataset(about.name, kept)
    assert int(data.images.max()) < 17
    assert len(data.splits["test"]) < 20


def test_pictures_that_cannot_be_read_are_named_together_and_left_out_on_request(
    door: Page, kept: Path, tmp_path: Path
) -> None:
    files = {f"{i:02d}.png": encoded(photograph(i)) for i in range(12)}
    damaged = {name: data[: len(data) // 2] for name, data in list(files.items())[:2]}
    (tmp_path / "some.zip").write_bytes(zipped(files | damaged))
    bring(door, tmp_path / "some.zip")
    expect_words(door, "2 pictures cannot be read:")
    for name in damaged:
        expect_words(door, name)
    keep(door)
    expect_words(door, "2 of 12 pictures cannot be read: leave these out")
    door.get_by_text("Leave out what cannot be read").click()
    wait_for_app(door)
    keep(door)
    expect_words(door, "is kept: 10 images")
    [about] = own_datasets(kept)
    assert len(load_dataset(about.name, kept).images) == 10


def test_nothing_has_to_be_scrolled_sideways(door: Page, tmp_path: Path) -> None:
    drawings = {
        f"{'long name of a class ' * 6}{k}/{i}.png": encoded(line_drawing(5 * i + k))
        for k in range(15)
        for i in range(2 + k)
    }
    (tmp_path / "drawings.zip").write_bytes(zipped(drawings))
    bring(door, tmp_path / "drawings.zip")
    expect_words(door, "The classes are uneven")
    expect_as_wide_as_the_window(door)
    door.get_by_role("radio", name="Here", exact=True).click()
    wait_for_app(door)
    expect_as_wide_as_the_window(door)
