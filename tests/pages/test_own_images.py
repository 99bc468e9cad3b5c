"""Images of one's own on the Data page; `tests/browser/test_data.py` brings some to it."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.data import first_look, jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.pictures import (
    class_bars,
    image_row,
    sight_pairs,
)
from latent_atlas.ui.data.words import classes_title, warnings
from tests.pages.data_page import APP, FACES, brought, ending_job, opened, sent, settled, words
from tests.vae_core.data.own.makers import encoded, npy, npz, photograph, png, zipped
from vae_core.data import load_dataset
from vae_core.data.own import Choice, Survey, import_images, look, survey

pytestmark = pytest.mark.usefixtures("no_data")


LABELLED = (
    "scans.npz",
    npz(
        images=np.random.RandomState(0).randint(0, 256, (40, 8, 8)).astype(np.uint8),
        y_fine=np.arange(40) % 4,
        y_coarse=np.arange(40) // 30,
    ),
)


PREVIEW = """
import streamlit as st
from latent_atlas.ui.data.preview import preview
from tests.pages.test_own_images import LABELLED
from vae_core.data.own import survey
kept = lambda choice, title: st.session_state.update(kept=choice)
preview(LABELLED, "scans", survey(LABELLED), kept)
"""


def test_which_labels_are_the_classes_is_chosen_before_images_are_kept() -> None:
    app = AppTest.from_string(PREVIEW, default_timeout=30).run()
    [classes] = [each for each in app.selectbox if each.label == "Classes"]
    assert classes.options == ["y_fine", "y_coarse"]
    assert "Each class has 10 pictures" in words(app)
    classes.select("y_coarse").run()
    assert not app.exception
    assert "The classes have 10 to 30 pictures" in words(app)
    [button] = [each for each in app.button if each.label.startswith("Keep")]
    button.click().run()
    assert app.session_state["kept"].label == "y_coarse"


def test_the_preview_is_what_is_kept(tmp_path: Path) -> None:
    source = [(f"{i}.jpg", encoded(photograph(i, (300, 200)), "JPEG")) for i in range(20)]
    found = survey(source)
    sights_seen = look(source, found.proposal, found.samples)
    about = import_images(source, folder=tmp_path).about
    kept = load_dataset(about.name, tmp_path).images
    for sight, i in zip(sights_seen, found.samples, strict=True):
        assert np.array_equal(sight.image, kept[i].numpy())


def test_names_of_people_cannot_become_markup() -> None:
    assert "<script" not in class_bars({"<script>": 1, "b": 2})
    source = [("<img onerror=x>/a.png", png()), ("b/b.png", png())]
    found = survey(source)
    html = sight_pairs(look(source, Choice((8, 8), "grey", "crop"), found.samples))
    assert "<img onerror" not in html
    assert "<b>" not in image_row([], (8, 8), "<b>")


def test_warnings_are_given_for_few_pictures_and_small_classes() -> None:
    files = [(f"a/{i}.png", encoded(photograph(i))) for i in range(6)]
    files += [("b/1.png", encoded(photograph(6))), ("n.txt", b"")]
    told = warnings(survey(files))
    assert [sentence.split(",")[0].split(":")[0] for sentence in told] == [
        "1 file skipped",
        "7 pictures are few",
        "1 class has fewer than five pictures",
    ]


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"a": 3, "b": 3}, "Each class has 3 pictures"),
        ({"a": 3, "b": 4}, "The classes have 3 to 4 pictures"),
        ({"a": 3, "b": 40}, "The classes are uneven: 3 to 40 pictures"),
    ],
)
def test_the_title_over_the_classes_says_what_to_see(counts: dict[str, int], title: str) -> None:
    assert classes_title(counts) == title


def test_what_is_kept_is_told_with_what_it_is_tested_on_whatever_that_is_called() -> None:
    parts = [f"{part}/{i}.png" for part, count in (("train", 9), ("dev", 4)) for i in range(count)]
    about = import_images([(n, png(10 * i)) for i, n in enumerate(parts)]).about
    assert about.counts == {"train": 9, "valid": 4}
    job = jobs.start("kept", about.title, lambda _tell, _cancelled: about.name)
    while job.state == "running":
        time.sleep(0.01)
    app = opened(show="Your own images", job="kept")
    assert not app.exception
    assert "is kept: 13 images, 4 of them for testing." in words(app)


@pytest.mark.parametrize("times", range(5))
def test_an_import_that_ends_at_any_moment_of_a_drawing_is_told_of(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = import_images(FACES, title="Faces").about
    ending_job("0", about.name, times, monkeypatch)
    app = opened(show="Your own images", job="0")
    assert not app.exception
    told = words(app)
    assert "is kept: 12 images" in told or app.get("progress")
    if times < 2:  # later than the drawing itself looks; then the watch's timer sees it
        assert "is kept" in told


def test_what_was_sent_is_looked_at_kept_and_let_go_of() -> None:
    app = brought("", zipped(dict(FACES)), packed=True)
    assert not app.exception
    assert "12 pictures · 2 classes" in words(app)
    next(button for button in app.button if button.label == "Keep 12 images").click().run()
    settled(app)
    assert not app.exception
    assert "is kept: 12 images" in words(app)
    assert app.session_state["own-brought"][1] is None
    app.button(key="own-more").click().run()
    assert not app.exception
    assert not [b for b in app.button if b.label.startswith("Keep")]


def test_what_was_sent_comes_back_with_its_page_and_is_replaced_by_the_next() -> None:
    app = brought("faces.zip", zipped(dict(FACES)))
    del app.session_state["own-drop"]  # the component was off the page meanwhile
    assert "12 pictures" in words(app.run())
    app.session_state["own-drop"] = {"brought": sent("few.zip", zipped(dict(FACES[:3])))}
    assert "3 pictures" in words(app.run())
    app.session_state["own-drop"] = {"brought": "a" * 32}  # such as after the server started anew
    app.run()
    assert not app.exception
    assert "pictures ·" not in words(app)


def test_what_came_too_late_to_be_taken_is_to_be_brought_again() -> None:
    app = AppTest.from_string(APP, default_timeout=30)
    app.query_params["show"] = "Your own images"
    app.session_state["own-drop"] = {"brought": "a" * 32}
    assert "Bring it again" in app.run().warning[0].value
    assert len(app.run().warning) == 1


def test_what_is_wrong_with_it_is_said_and_flat_images_are_asked_about() -> None:
    app = brought("half.zip", zipped(dict(FACES))[:90])
    assert not app.exception
    assert "half.zip is damaged" in words(app)
    app = brought("flat.npy", npy(np.arange(6 * 15, dtype=np.uint8).reshape(6, 15)))
    assert not app.exception
    app.number_input(key="own-layout-height").set_value(3)
    app.number_input(key="own-layout-width").set_value(5)
    app.button(key="own-layout-read").click().run()
    assert not app.exception
    assert "6 pictures" in words(app)


def test_a_limit_that_is_no_number_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_MAX_FILES", "many")
    app = opened(show="Your own images")
    assert not app.exception
    assert "LATENT_ATLAS_MAX_FILES is “many”" in words(app).replace("\\", "")


def test_a_first_look_that_takes_long_tells_how_far_it_is_and_can_be_called_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_look, "_AT_ONCE", 0.01)
    begun = threading.Event()

    def slow(*args: Any, progress: Progress, cancelled: IsCancelled, **others: Any) -> Survey:
        progress(3, 200)
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        return survey(*args, cancelled=cancelled, **others)

    with monkeypatch.context() as patched:
        patched.setattr(first_look, "survey", slow)
        app = brought("faces.zip", zipped(dict(FACES)))
        assert begun.wait(10)
        app.run()
        [bar] = [each.proto for each in app.get("progress")]
        assert bar.text == "A first look: 3 of 200 pictures"
        next(button for button in app.button if button.label == "Cancel").click().run()
        settled(app)
    assert "was cancelled: nothing was kept." in words(app).replace("\\", "")
    assert not app.get("progress")
    app.button(key="own-look-again").click().run()
    settled(app)
    assert not app.exception
    assert "12 pictures" in words(app)


def test_the_button_counts_what_will_be_kept() -> None:
    files = {f"{part}/{k}.png": png(9 * k) for part in ("train", "test") for k in range(12)}
    files |= {"examples/x.png": png(250), "train/bad.png": b"\x89PNG\r\n\x1a\n"}
    app = brought("parts.zip", zipped(files))
    [keep] = [button for button in app.button if button.label == "Keep 25 images"]
    turn = str(keep.key).removeprefix("own-keep-")
    app.button_group(key=f"own-own_parts-{turn}").set_value(False).run()
    assert keep.key in [b.key for b in app.button if b.label == "Keep 26 images"]
    app.checkbox(key=f"own-leave_out-{turn}").check().run()
    assert not app.exception
    assert "Keep 25 images" in [button.label for button in app.button]
