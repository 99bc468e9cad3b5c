"""An image of one's own on the Explore page, without a browser: what Python makes of it."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.draw import sheet_from
from latent_atlas.ui.model_files import list_models, load_by_digest, open_upload
from latent_atlas.ui.own_image.reading import SAMPLES, reading
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate_images
from vae_core.latent import encode_images
from vae_core.numerals import decimal

PAGE = str(Path("pages/explore.py").resolve())


def png(levels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, "PNG")
    return stream.getvalue()


def component(app: AppTest, name: str) -> dict[str, Any] | None:
    for element in app.get("bidi_component"):
        if element.proto.component_name == name:
            data: dict[str, Any] = json.loads(element.proto.json)
            return data
    return None


def explore() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60).run()


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader(key="yours-file").set_value((name, content, "image/png")).run()


def landed(app: AppTest) -> dict[str, Any] | None:
    plane = component(app, "latent_plane")
    assert plane is not None
    found: dict[str, Any] | None = plane["landed"]
    return found


def test_before_anything_came_the_page_says_what_becomes_of_it_and_measures_nothing() -> None:
    app = explore()
    assert not app.exception
    assert [each.value for each in app.subheader] == ["Your own digit"]
    assert any("centre of mass" in each.value for each in app.caption)
    assert landed(app) is None
    assert component(app, "latent_atlas_your_image") is None


def test_an_uploaded_digit_lands_where_the_encoder_puts_it_and_its_ledger_adds_up() -> None:
    image = load_dataset("mnist-12k").images[3]
    app = explore()
    bring(app, "three.png", png(image[0].numpy()))
    assert not app.exception
    expected = encode_images(load_by_digest(list_models()[0].digest).vae, image[None])
    found = landed(app)
    assert found is not None
    assert found["z"] == pytest.approx(expected.mu[0].tolist(), abs=1e-6)
    deviation = torch.exp(0.5 * expected.logvar[0])
    assert found["deviation"] == pytest.approx(deviation.tolist(), abs=1e-6)
    ledger = component(app, "latent_atlas_your_image")
    assert ledger is not None
    [model] = ledger["cards"][0]["models"]
    distortion, rate, total = (
        float(model[name].partition(" ± ")[0]) for name in ("distortion", "rate", "total")
    )
    assert round(distortion + rate, 2) == total
    # The rate has no more digits than the total, of which it is a part.
    assert sum(nats for _, _, nats in model["dimensions"]) == pytest.approx(rate, abs=0.051)
    assert any("taken pixel for pixel" in each.value for each in app.caption)


def test_a_file_that_is_no_picture_is_one_sentence_and_nothing_lands() -> None:
    app = explore()
    bring(app, "no*te.png", b"hello")
    assert not app.exception
    [told] = [each.value for each in app.markdown]
    assert r"no\*te.png is not a PNG" in told
    assert landed(app) is None


def test_a_model_of_colours_or_other_sizes_reads_the_same_picture() -> None:
    entry = open_upload("colours.safetensors", small_model_bytes(3, image_shape=(3, 8, 6)))
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.query_params["model"] = entry.key
    app.run()
    stroke = Image.new("L", (90, 120), 0)
    ImageDraw.Draw(stroke).line((45, 20, 45, 100), 255, 12)
    bring(app, "stroke.png", png(np.asarray(stroke)))
    assert not app.exception
    found = landed(app)
    assert found is not None
    assert len(found["z"]) == 2


def test_its_error_is_how_much_another_draw_changes_its_nats() -> None:
    entry = list_models()[0]
    image = load_dataset("mnist-12k").images[7]
    read, vae = reading(entry, image), load_by_digest(entry.digest).vae
    totals = [
        -float(evaluate_images(vae, image[None], samples=SAMPLES, seed=seed).elbo)
        for seed in range(60)
    ]
    spread = float(torch.tensor(totals).std())
    assert read.half_width == pytest.approx(1.96 * spread, rel=0.6)
    assert f" ± {decimal(read.half_width, 1)}" in read.ledger["cards"][0]["models"][0]["total"]


def test_the_same_image_is_measured_once() -> None:
    entry = list_models()[0]
    image = load_dataset("mnist-12k").images[11]
    assert reading(entry, image) is reading(entry, image.clone())


def test_what_the_sheet_sends_is_read_only_if_it_is_a_png_in_base64() -> None:
    content = png(np.zeros((4, 4), np.uint8))
    uri = "data:image/png;base64," + base64.b64encode(content).decode()
    sheet = sheet_from({"kind": "drawn", "png": uri})
    assert sheet is not None
    assert (sheet.png, sheet.pasted) == (content, False)
    assert sheet_from(None) is None
    for bad in ("x", {}, {"png": 3}, {"png": "data:image/svg;base64,AA=="}, {"png": uri + "!"}):
        with pytest.raises(AtlasError, match="did not arrive whole"):
            sheet_from(bad)
