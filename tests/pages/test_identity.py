"""The view that asks whether a class is kept, as the script of its page runs."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.places import app_cache
from latent_atlas.ui.images import png_bytes
from latent_atlas.ui.judges import judge, kept_classifiers
from latent_atlas.ui.reconstruct.brought import Brought
from latent_atlas.ui.reconstruct.identity import words
from tests.onnx_graphs import SHAPE, linear
from tests.pages.reconstruct_page import APP
from tests.quick_classifier import learn_briefly
from vae_core.data import load_dataset
from vae_core.evaluation import Classifier, identity, material, train_classifier
from vae_core.models import load_model


@pytest.fixture(scope="module")
def trained() -> Classifier:
    with pytest.MonkeyPatch.context() as patch:
        learn_briefly(patch)
        return train_classifier(load_dataset("digits"))


@pytest.fixture
def kept(trained: Classifier) -> Classifier:
    """The classifier of the digits lies where the program keeps it."""
    file = kept_classifiers.file_of(material(load_dataset("digits")).digest)
    assert file.is_relative_to(app_cache())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(trained.content)
    return trained


def opened(**state: object) -> AppTest:
    at = AppTest.from_string(APP, default_timeout=120)
    at.query_params["model"] = "shipped:digits-2d"
    at.query_params["view"] = "identity"
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    while any("Looking at" in each.proto.text for each in at.get("progress")):
        at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(each.value for each in [*at.markdown, *at.caption])


def test_before_there_is_a_judge_the_page_says_what_it_would_be_and_offers_to_train_it() -> None:
    at = opened()
    assert at.title[0].value == "Is what comes back still taken for what it was?"
    assert "It learns once, from 1,497 originals of Digits, 8 × 8." in said(at)
    assert at.button(key="identity-train").label == "Train it"


def test_what_the_page_says_of_a_model_is_what_the_core_finds(kept: Classifier) -> None:
    at = opened()
    vae = load_model(Path("checkpoints/digits-2d.safetensors")).vae
    test = load_dataset("digits").split("test")
    found = identity(vae, kept, test.images, test.labels)
    assert words.verdict(found, "mean") in said(at)
    assert words.of_samples(found) in said(at)
    assert kept.digest[:12] in said(at)
    assert at.title[0].value == words.title([found.kept("mean").share])
    assert words.SEEN not in said(at)
    at.segmented_control(key="picture").set_value("Sample z").run()
    assert words.verdict(found, "sample") in said(at)
    assert len(at.get("echarts_chart")) == 2


def test_images_without_labels_are_judged_by_the_classifier_of_the_models_data(
    kept: Classifier,
) -> None:
    levels = np.zeros((8, 8), np.uint8)
    levels[1:7, 3:5] = 255
    at = AppTest.from_string(APP, default_timeout=120)
    for name, value in {
        "model": "shipped:digits-2d",
        "view": "identity",
        "data": "brought",
    }.items():
        at.query_params[name] = value
    at.session_state["brought-images"] = [Brought("one.png", png_bytes(levels))]
    at.run()
    assert not at.exception
    assert kept.digest[:12] in said(at)
    assert "is taken for the class of its image" in said(at)
    assert "of the originals themselves" not in said(at)


def test_of_fifty_classes_the_largest_changes_are_listed_and_no_map_is_drawn() -> None:
    graph = judge.OwnGraph("<b>mine</b>.onnx", linear(classes=50), SHAPE, 50)
    at = opened(**{judge.OWN: graph})
    assert r"\<b\>mine\</b\>.onnx" in said(at)
    assert "50 classes make no map that can be read" in said(at)
    assert len(at.get("echarts_chart")) == 1
    assert at.selectbox(key="identity-change").options


def test_in_a_classroom_no_classifier_is_brought(
    kept: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latent_atlas.ui.judges.bringing.in_classroom", lambda: True)
    at = opened()
    assert kept.digest[:12] in said(at)
    assert not [each for each in at.get("file_uploader") if ".onnx" in each.proto.label]
