"""What the pages do with a model that no image can be shown to at once: no number of noise."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.latent_atlas.ui.model_fixtures import run_with_model, small_vae
from tests.latent_atlas.ui.test_widget_values import opened
from tests.pages.train_page import made, words
from vae_core.algorithms import ALGORITHMS
from vae_core.models import VAE, TrainingRecord, save_model
from vae_core.runs import Run, runs_folder

WITHOUT_ENCODER = [
    name for name, kind in ALGORITHMS.items() if kind.trains is VAE and not kind.amortised
]


@pytest.fixture(params=WITHOUT_ENCODER)
def run(request: pytest.FixtureRequest) -> Run:
    run = run_with_model(runs_folder(), name="Without an encoder")
    [folder] = run.checkpoints_path.iterdir()
    record = TrainingRecord(dataset="digits", algorithm=request.param)
    save_model(folder / "model.safetensors", small_vae(), record)
    return run


def shown(page: str, **query: str) -> AppTest:
    app = opened(page)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_reconstruct_says_that_it_has_no_encoder_and_measures_nothing(run: Run) -> None:
    app = shown("reconstruct", model=f"run:{run.id}")
    assert [title.value for title in app.title] == ["This model has no encoder"]
    assert "trains no encoder" in app.info[0].value


def test_beside_others_it_has_no_column_and_is_said_to_have_none(run: Run) -> None:
    app = shown("reconstruct", model="shipped:digits-2d", **{"with": f"run:{run.id}"})
    assert ["Without an encoder does not stand here" in info.value for info in app.info] == [True]


def test_explore_offers_it_no_sheet_to_draw_on_and_says_why(run: Run) -> None:
    app = shown("explore", model=f"run:{run.id}")
    assert "trains no encoder" in words(app)
    doors: list[Any] = list(app.get("file_uploader"))
    planes: list[Any] = list(app.get("bidi_component"))
    assert "Bring a picture" not in [each.label for each in doors]
    [plane] = [each.proto.json for each in planes if "decoder" in each.proto.json]
    assert json.loads(plane)["pad"] is None


@pytest.mark.parametrize("algorithm", WITHOUT_ENCODER)
def test_train_leads_to_its_tiles_and_not_to_reconstruct(algorithm: str) -> None:
    made("finished", events=5, algorithm=algorithm)
    links = {each.proto.label: each.proto for each in shown("train").get("page_link")}
    assert "layers=tiles" in links["Explore it"].query_string
    assert "Reconstruct with it" not in links
