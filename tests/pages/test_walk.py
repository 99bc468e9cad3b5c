"""Explore and Reconstruct with a model that makes one image of each z: a GAN, and a flow."""

import pytest
from streamlit.testing.v1 import AppTest
from torch import Generator

from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.model_files import ModelEntry
from tests.pages.reconstruct_page import APP, opened
from vae_core.models import TrainingRecord, model_bytes
from vae_core.models.flow import Flow, FlowArchitecture
from vae_core.models.gan import Gan, GanArchitecture


@pytest.fixture(scope="module")
def flow_file() -> bytes:
    sizes = {"coupling": "affine", "couplings": 2, "coupling_width": 2, "global_width": 2}
    flow = Flow(FlowArchitecture.model_validate({**sizes, "bins": 2, "image_shape": (1, 8, 8)}))
    flow.initialise("torch", Generator().manual_seed(0))
    return model_bytes(flow, TrainingRecord(dataset="digits", algorithm="flow"))


@pytest.fixture(scope="module")
def gan_file() -> bytes:
    gan = Gan(GanArchitecture(image_shape=(1, 8, 8), noise_dim=10, first_channels=2))
    gan.initialise("torch", Generator().manual_seed(0))
    return model_bytes(gan, TrainingRecord(dataset="digits", algorithm="gan"))


@pytest.fixture
def flow(flow_file: bytes) -> ModelEntry:
    return open_upload("flow.safetensors", flow_file)


@pytest.fixture
def gan(gan_file: bytes) -> ModelEntry:
    return open_upload("gan.safetensors", gan_file)


def explored(**query: str) -> AppTest:
    at = AppTest.from_string(
        APP.replace('("reconstruct", "explore")', '("explore", "reconstruct")'), default_timeout=60
    )
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def captions(at: AppTest) -> str:
    return " ".join(each.value for each in at.caption)


def test_of_a_flow_it_is_said_that_each_image_has_one_z_and_the_map_misses_nearly_all(
    flow: ModelEntry,
) -> None:
    told = captions(explored(model=flow.key))
    assert "in the 64 dimensions of z" in told
    assert "Each image has exactly one z, of 64 numbers, as many as it has values" in told
    assert "No image" not in told


def test_of_a_gan_it_is_said_that_no_image_is_on_its_map(gan: ModelEntry) -> None:
    told = captions(explored(model=gan.key))
    assert "in the 10 dimensions of z" in told
    assert "No image is on it: the model cannot tell of which z one would be made." in told


def test_reconstruct_says_that_an_image_comes_back_from_a_flow_as_it_was(flow: ModelEntry) -> None:
    at = opened(model=flow.key)
    assert at.title[0].value == "No reconstructions of this model"
    assert "each image has exactly one z in it, of as many numbers as the image" in at.info[0].value
    assert "no place" not in at.info[0].value
