"""The view of a whole split as its script runs, against the core's own numbers."""

import re
import zlib
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.images import png_bytes
from latent_atlas.ui.model_files import ModelEntry, list_models, load_by_digest
from latent_atlas.ui.reconstruct.brought import Brought
from tests.pages.reconstruct_page import APP, components
from vae_core.data import available_datasets, load_dataset
from vae_core.data.own.store import datasets_folder, keep
from vae_core.evaluation import evaluate_images
from vae_core.evaluation.paired import paired
from vae_core.models import VAE, Architecture, TrainingRecord, model_bytes
from vae_core.numerals import decimal, with_error

SAMPLES = 4


def opened(**query: str) -> AppTest:
    """The page once all is measured: an AppTest hears of nothing that ends later by itself."""
    at = AppTest.from_string(APP, default_timeout=60)
    for name, value in {"model": "shipped:digits-2d", "view": "split", **query}.items():
        at.query_params[name] = value
    for _ in range(100):
        at.run()
        assert not at.exception
        if not any(button.label == "Cancel" for button in at.button):
            return at
    raise AssertionError("it is still being measured")


def tiny(
    name: str, likelihood: str = "bernoulli", shape: tuple[int, int, int] = (1, 8, 8), j: int = 4
) -> ModelEntry:
    torch.manual_seed(zlib.crc32(name.encode()))  # a model of its own
    vae = VAE(Architecture(image_shape=shape, latent_dim=j, hidden=(8,), likelihood=likelihood))
    return open_upload(f"{name}.safetensors", model_bytes(vae, TrainingRecord(dataset="digits")))


def charts(at: AppTest) -> dict[str, Any]:
    return components(at, "split_brush")[0]


def said(at: AppTest) -> str:
    return "\n".join(each.value for each in [*at.markdown, *at.caption])


def test_who_is_better_is_what_the_core_says_of_the_differences() -> None:
    other = tiny("other")
    at = opened(**{"with": other.key})
    images = load_dataset("digits").split("test").images
    digests = [e.digest for e in list_models() if e.key == "shipped:digits-2d"] + [other.digest]
    vaes = [load_by_digest(digest).vae for digest in digests]
    elbos = [evaluate_images(vae, images, samples=SAMPLES).elbo for vae in vaes]
    found = paired(*elbos)
    by = with_error(abs(found.mean), found.half_width)
    assert f"**B other** is **worse** than **A digits-2d** by {by} nats an image" in said(at)
    assert found.won is not None
    assert f"wins on {decimal(100 * found.won.share, 0)}" in said(at)
    rows = at.dataframe[0].value
    assert list(rows["Class"]) == list(load_dataset("digits").class_names)
    labels = load_dataset("digits").split("test").labels
    assert labels is not None
    of_3 = paired(*(elbo[labels == 3] for elbo in elbos))
    assert rows["B is better by"][3] == with_error(of_3.mean, of_3.half_width)
    assert "expected calibration error" in said(at)


def test_a_selection_in_the_address_is_said_and_goes_to_the_wall() -> None:
    at = opened(picked="A:20,30")
    assert charts(at)["picked"] == "A:20,30"
    count = re.search(r"\*\*([0-9]+) images? selected\*\*, 20.0 to 30.0 nats under A", said(at))
    assert count
    wall = opened(picked="A:20,30", view="images")
    totals = [
        float(card["models"][0]["brief"][0])
        for card in components(wall, "reconstruction_wall")[0]["cards"]
    ]
    assert len(totals) == min(24, int(count[1]))
    assert all(19.9 <= total <= 30.1 for total in totals)
    next(button for button in wall.button if button.label == "Show all").click().run()
    assert not any(button.label == "Show all" for button in wall.button)


@pytest.mark.parametrize("likelihood", ["gaussian", "continuous-bernoulli"])
def test_densities_stand_apart_and_have_their_spread_looked_at(likelihood: str) -> None:
    at = opened(**{"with": tiny("dense", likelihood).key})
    assert charts(at)["comparable"] == [0]
    assert "An image costs" in said(at)
    assert "within the central" in said(at)


def test_one_dimension_without_classes_is_drawn_too() -> None:
    at = opened(model=tiny("line", j=1).key, picked="A-B:1,2~z:,,nonsense")
    assert charts(at)["axes"] == ["z₁", "its rate in nats"]
    assert "selected" not in said(at)


def test_log_p_is_measured_on_demand_with_its_gap() -> None:
    at = opened()
    # Chosen and clicked at once: what is measured is what was chosen, not what stood there before.
    at.selectbox(key="split-log-p-images").set_value(25)
    next(button for button in at.button if button.label == "Measure log p").click()
    for _ in range(200):
        at.run()
        if not any(button.label == "Cancel" for button in at.button):
            break
    assert "| model | log p(x) | ELBO | gap |" in said(at)
    assert "by integration over a grid of z" in said(at)


def test_twelve_models_of_colour_images_with_forty_five_classes() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat(np.arange(45), 4)
    images = generator.integers(0, 256, (180, 3, 28, 20), dtype=np.uint8)
    names = [f"kind {n}" for n in range(45)]
    keep(images, labels, names, "Forty-five kinds", "made up", datasets_folder())
    models = [tiny(f"model {n}", shape=(3, 28, 20)) for n in range(12)]
    own = next(info.name for info in available_datasets() if info.title == "Forty-five kinds")
    others = ",".join(each.key for each in models[1:])
    at = opened(model=models[0].key, data=own, split="train", **{"with": others}, pair="CL")
    assert charts(at)["comparable"] == list(range(12))
    assert charts(at)["pair"] == [2, 11]
    assert len(re.findall(r"\| [B-L] model-[0-9]+ \|.* (?:better|worse|cannot)", said(at))) == 11
    rows = at.dataframe[0].value
    assert len(rows) > 40
    assert {"C", "L", "L is better by", "L wins", "Better"} <= set(rows.columns)
    assert "by chance alone" in said(at)


def test_one_image_is_drawn_and_decides_nothing() -> None:
    at = opened(**{"with": tiny("other").key})
    pixels = load_dataset("digits").split("test").images[5, 0].numpy()
    at.session_state["brought-images"] = [Brought("five.png", png_bytes(pixels))]
    at.query_params["data"] = "brought"
    for _ in range(3):
        at.run()
        assert not at.exception
    assert "One image does not say which" in said(at)
    assert "expected calibration error" in said(at)
