"""The pages take a model of a likelihood that was added a moment ago as they take any other.

What the plane itself says of one that the browser does not know is shown in the browser's tests.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.export.explorer import explorer_html
from latent_atlas.ui.train.run_view import Seen, comparable
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from tests.pages.reconstruct_page import components
from tests.vae_core.models.laplace import laplace_added
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.models import SavedModel, TrainingRecord
from vae_core.runs import create_run, make_config, runs_folder

PAGES = Path(__file__).parents[3] / "pages"


@pytest.fixture(autouse=True)
def _laplace(tmp_path: Path) -> Iterator[None]:
    with laplace_added(tmp_path / "likelihoods"):
        yield


def _opened(page: str, model: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    app.query_params["model"] = model
    app.run()
    assert not app.exception
    assert not app.error
    return app


def _component(app: AppTest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


@pytest.mark.parametrize(("likelihood", "wide"), [("laplace", True), ("laplace-fixed", False)])
def test_explore_sends_the_plane_its_decoder_and_the_widths_that_it_declares(
    likelihood: str, wide: bool
) -> None:
    entry = open_upload("toy.safetensors", small_model_bytes(likelihood=likelihood))
    data = _component(_opened("explore", entry.key))
    assert entry.digest in data["decoder"]
    assert (data["deviations"] is not None) == wide


def test_reconstruct_measures_it_and_says_that_its_numbers_are_densities() -> None:
    entry = open_upload("toy.safetensors", small_model_bytes(likelihood="laplace"))
    app = _opened("reconstruct", entry.key)
    [wall] = components(app, "reconstruction_wall")
    cards = wall["cards"]
    assert len(cards) == 24
    assert all(card["models"][0]["floor"] is None for card in cards)
    assert any("**density** of grey levels" in block.value for block in app.markdown)


def test_its_runs_compare_with_densities_and_not_with_probabilities() -> None:
    runs = [
        create_run(make_config(dataset="digits", name=name, likelihood=name), runs_folder())
        for name in ("laplace", "gaussian", "bernoulli")
    ]
    seen = [Seen(run, run.status()) for run in runs]
    same, sentence = comparable(seen)
    assert [each.run.title for each in same] == ["laplace", "gaussian"]
    assert "grey digits against grey digits as a laplace density" in sentence


def test_the_explorer_as_a_file_holds_it_whole() -> None:
    vae = small_vae(likelihood="laplace")
    saved = SavedModel(vae.requires_grad_(False), TrainingRecord(dataset="digits"))
    page = explorer_html(saved, load_dataset("digits"), title="toy", points=10).decode()
    assert "fully connected networks" in page
    assert "laplace p(x|z)" in page
    [text] = re.findall(r'data-file="decoder.safetensors">([^<]*)<', page)
    tensors = read_checkpoint(base64.b64decode(text), "decoder").tensors
    assert torch.equal(
        tensors["decoder.log_width.bias"], vae.state_dict()["decoder.log_width.bias"]
    )
