"""The data that are here on the Data page, and those that are not; see `test_own_images.py`."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.pictures import (
    sample_indices,
    shown_size,
)
from tests.pages.data_page import FACES, ending_job, opened, words
from vae_core.data import DatasetInfo, available_datasets, load_dataset
from vae_core.data.own import import_images
from vae_core.errors import AtlasError
from vae_core.runs import create_run, list_runs, make_config, runs_folder

pytestmark = pytest.mark.usefixtures("no_data")


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

    monkeypatch.setattr("latent_atlas.ui.data.fetching.fetch_dataset", fetch)
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
    monkeypatch.setattr("latent_atlas.ui.data.fetching.available_datasets", look_again)
    ending_job("fetch mnist", "mnist", times, monkeypatch)
    app = opened(show="Not here yet")
    assert not app.exception
    assert "is here now" in words(app) or app.get("progress")
