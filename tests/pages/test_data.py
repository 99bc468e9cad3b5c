"""The Data page as its script draws it; `tests/browser/test_data.py` brings images to it."""

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.data import first_look, jobs
from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress
from latent_atlas.ui.data.pictures import (
    class_bars,
    image_row,
    sample_indices,
    shown_size,
    sight_pairs,
)
from latent_atlas.ui.data.pieces import Announced, arrivals
from latent_atlas.ui.data.words import classes_title, warnings
from tests.vae_core.data.own.makers import encoded, npy, npz, photograph, png, zipped
from vae_core.data import DatasetInfo, available_datasets, load_dataset
from vae_core.data.own import Choice, Survey, import_images, look, survey
from vae_core.errors import AtlasError
from vae_core.runs import create_run, list_runs, make_config, runs_folder

# Data first, so that it opens; Train, so that links to it lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("data", "train")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "data") for name in names]).run()
"""
FACES = [(f"{who}/{i}.png", png(20 * i)) for who in ("Ada", "Bo") for i in range(6)]


@pytest.fixture(autouse=True)
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))


def opened(page: str = "", **query: str) -> AppTest:
    app = AppTest.from_string(APP, default_timeout=30)
    for key, value in query.items():
        app.query_params[key] = value
    if page:
        app.switch_page(page)
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in [*app.title, *app.markdown, *app.caption])


def sent(name: str, content: bytes, *, packed: bool = False) -> str:
    """The token of something that a browser has sent whole."""
    token = arrivals.begin(Announced(name, len(content), packed, 1))
    arrivals.add(token, 0, content)
    return token


def brought(name: str, content: bytes, *, packed: bool = False) -> AppTest:
    """The page of own images as it is drawn once something was sent."""
    app = AppTest.from_string(APP, default_timeout=30)
    app.query_params["show"] = "Your own images"
    app.session_state["own-drop"] = {"brought": sent(name, content, packed=packed)}
    return app.run()


def settled(app: AppTest) -> AppTest:
    """The page once its jobs have ended."""
    deadline = time.monotonic() + 20
    while any(job.state == "running" for job in list(jobs._jobs.values())):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return app.run()


def test_the_data_that_are_here_are_shown_with_samples_size_licence_and_origin() -> None:
    app = opened()
    assert not app.exception
    told = words(app).replace("\\", "")
    assert "10,000 train + 2,000 test · 28 × 28, grey · CC BY-SA 3.0" in told
    assert "subset of the MNIST database" in told
    pictures = [each.proto.body for each in app.get("html")]
    assert all(body.count("<img") == 12 for body in pictures)
    assert len(app.get("page_link")) == len(pictures)


def test_what_is_absent_says_where_its_files_go(tmp_path: Path) -> None:
    app = opened(show="Not here yet")
    assert not app.exception
    told = words(app).replace("\\", "")
    assert "MNIST, all 70,000" in told
    assert str(tmp_path / "mnist") in told


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
from tests.pages.test_data import LABELLED
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


def test_own_images_come_first_and_are_removed_after_a_question_only() -> None:
    about = import_images(FACES, title="My *faces*").about
    create_run(make_config(dataset=about.name), runs_folder())
    app = opened()
    assert "My \\*faces\\*" in app.markdown[0].value
    app.button(key=f"remove-{about.name}").click().run()
    assert "1 run was trained on it" in words(app)
    assert [b.label for b in app.button][-2:] == ["Remove them", "Keep them"]
    assert about.file.exists()


def test_a_damaged_file_costs_its_own_row_only() -> None:
    about = import_images(FACES, title="Torn").about
    with np.load(about.file) as content:
        arrays = {key: content[key] for key in content.files}
    arrays["images"] = arrays["images"][:3]
    np.savez(about.file, **arrays)
    app = opened()
    assert not app.exception
    assert "is damaged" in words(app)
    assert "subset of the MNIST database" in words(app)


def test_a_link_with_own_data_fills_the_form_and_the_run_bears_their_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)
    about = import_images(FACES, title="Faces").about
    for _ in range(2):  # without any run the form is on the page, afterwards it is in a dialog
        app = opened(str(Path("pages/train.py").resolve()), data=about.name)
        assert not app.exception
        assert app.selectbox(key="new-dataset").value == about.name
        assert app.number_input(key="new-epochs").value == 200
        assert "data" not in app.query_params
        app.button(key="new-start").click().run()
        assert not app.exception
    runs = list_runs(runs_folder())
    assert [run.title for run in runs] == ["Faces · 2-D", "Faces · 2-D"]
    assert {run.config.data_dir for run in runs} == {str(about.file.parent)}


def test_a_link_to_data_that_are_gone_opens_the_page_as_ever() -> None:
    app = opened(str(Path("pages/train.py").resolve()), data="own-0123456789abcdef")
    assert not app.exception
    assert app.selectbox(key="new-dataset").value == "digits"


@pytest.mark.parametrize(
    ("size", "shown"),
    [((28, 28), (56, 56)), ((8, 8), (56, 56)), ((64, 64), (64, 64)), ((28, 20), (56, 40))],
)
def test_images_are_drawn_at_whole_multiples(size: tuple[int, int], shown: tuple[int, int]) -> None:
    height, width, style = shown_size(size, 56)
    assert (height, width) == shown
    assert "pixelated" in style


def test_very_large_images_are_shrunk_smoothly() -> None:
    assert shown_size((256, 128), 56) == (84, 42, "")


def test_samples_show_every_class() -> None:
    digits = load_dataset("digits")
    assert digits.labels is not None
    assert set(digits.labels[sample_indices(digits)].tolist()) == set(range(10))


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


def test_a_dataset_is_fetched_in_the_background_and_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, told = threading.Event(), []

    def fetch(name: str, progress: Progress, cancelled: IsCancelled) -> None:
        progress(1_500_000, 11_000_000)
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        told.append(name)
        raise AtlasError("The download of MNIST was cancelled.")

    monkeypatch.setattr("latent_atlas.ui.data.missing_datasets.fetch_dataset", fetch)
    app = opened(show="Not here yet")
    app.button(key="fetch-mnist").click().run()
    assert not app.exception
    assert begun.wait(10)
    assert app.run().button(key="fetch-mnist").disabled
    bars = [each.proto for each in app.get("progress")]
    assert [bar.text for bar in bars] == ["MNIST, all 70,000: 1.5 of 11.0 MB"]
    app.button(key="cancel-mnist").click().run()
    job = jobs.find("fetch mnist")
    assert job is not None
    while job.state == "running":
        time.sleep(0.01)
    app.run()
    assert told == ["mnist"]
    assert "The download of MNIST was cancelled." in words(app).replace("\\", "")
    assert not app.button(key="fetch-mnist").disabled


class EndingJob(Job):
    """A job that ends after its state was asked for so many times."""

    asked_before = 0

    def __getattribute__(self, name: str) -> object:
        if name == "state":
            self.asked_before -= 1
            return "running" if self.asked_before >= 0 else "finished"
        return super().__getattribute__(name)


def ending_job(key: str, dataset: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    job = EndingJob("Faces", dataset=dataset)
    job.asked_before = times
    monkeypatch.setattr(jobs, "find", lambda asked: job if asked == key else None)


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


@pytest.mark.parametrize("times", range(4))
def test_a_download_that_ends_at_any_moment_of_a_drawing_is_told_of(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def look_again() -> list[DatasetInfo]:
        """MNIST arrives after the first look."""
        looks.append(1)
        return [
            replace(info, present=len(looks) > 1) if info.name == "mnist" else info
            for info in available_datasets()
        ]

    monkeypatch.setattr("latent_atlas.ui.visible_data.available_datasets", look_again)
    monkeypatch.setattr("latent_atlas.ui.data.missing_datasets.available_datasets", look_again)
    ending_job("fetch mnist", "mnist", times, monkeypatch)
    app = opened(show="Not here yet")
    assert not app.exception
    assert "is here now" in words(app) or app.get("progress")


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
