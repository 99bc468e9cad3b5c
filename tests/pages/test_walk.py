"""Explore and Reconstruct with a model that makes one image of each z: a GAN, and a flow."""

import math

import pytest
from streamlit.testing.v1 import AppTest
from torch import Generator

from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.walk_map.view import MAPS, WalkView
from tests.pages.reconstruct_page import APP, components, opened
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


def pinned(at: AppTest) -> tuple[int, list[float] | None]:
    """Which map is walked, and where its pin is."""
    (sent,) = components(at, "walk_map")
    assert sent["at"].endswith(f"map-{sent['map']}")
    return sent["map"], sent["spot"]


def named(at: AppTest) -> dict[str, str]:
    """What the address says of the map."""
    found = {name: at.query_params.get(name) for name in ("map", "spot")}
    return {n: each if isinstance(each, str) else each[0] for n, each in found.items() if each}


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


def test_a_link_restores_the_map_and_the_spot_and_another_map_begins_in_its_middle(
    gan: ModelEntry,
) -> None:
    at = explored(model=gan.key, map="3", spot="0.5,-1.5708")
    number, spot = pinned(at)
    assert number == 3
    assert spot == pytest.approx([0.5, -math.pi / 2])
    assert named(at) == {"map": "3", "spot": "0.5,-1.5708"}
    at.button(key="walk-again").click().run()
    assert pinned(at) == (4, None)
    assert named(at) == {"map": "4"}


def test_after_the_last_map_the_first_one_comes(gan: ModelEntry) -> None:
    at = explored(model=gan.key, map=str(MAPS - 1))
    at.button(key="walk-again").click().run()
    assert pinned(at) == (0, None)
    assert named(at) == {}


@pytest.mark.parametrize("spot", ["nan,0", "1e400,0", "2,0", "0", "0,0,0", "x,y", "0" * 9999, ""])
@pytest.mark.parametrize("number", ["1000", "9" * 400, "-1", "1.5", "٣", "nan", ""])
def test_what_a_link_cannot_mean_is_the_first_map_and_its_middle(
    gan: ModelEntry, number: str, spot: str
) -> None:
    assert pinned(explored(model=gan.key, map=number, spot=spot)) == (0, None)


def test_the_map_leaves_the_address_where_a_plane_stands() -> None:
    at = explored(model="shipped:digits-2d", map="3", spot="0.5,1")
    assert named(at) == {}


def test_a_spot_is_kept_that_was_pinned_on_the_map_that_is_seen() -> None:
    def script() -> None:
        import streamlit as st

        from latent_atlas.ui.walk_map.view import hear_spot, walk_view

        hear_spot(st.session_state["sent"])
        st.text(repr(walk_view()))

    for sent, spot in (
        ({"map": 2, "spot": "0.25,1"}, (0.25, 1.0)),
        ({"map": 1, "spot": "0.25,1"}, None),  # of the map before
        ({"map": 2, "spot": [0.25, 1]}, None),
        ({"map": 2, "spot": "9,9"}, None),
        (None, None),
    ):
        at = AppTest.from_function(script)
        at.session_state["sent"] = sent
        at.query_params["map"] = "2"
        assert not at.run().exception
        assert at.text[0].value == repr(WalkView(2, spot))
