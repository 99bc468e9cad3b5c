"""The files that the app offers to take away, and the one that is a page of its own."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import torch

from latent_atlas.ui.export.explorer import explorer_html
from latent_atlas.ui.export.exports import export_files
from latent_atlas.ui.model_files import list_models
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import LabelColumn, load_dataset
from vae_core.models import SavedModel, TrainingRecord, load_model

MODULES = Path("latent_atlas/ui/latent_plane/js")
RECORD = TrainingRecord(
    dataset="digits",
    command="python -m vae_core train digits --name '<b>'",
    test={"elbo": -23.26, "rate": 3.0, "distortion": 20.26},
)


def _page(points: int | None = None, record: TrainingRecord = RECORD) -> str:
    saved = SavedModel(small_vae(), record)
    content = explorer_html(saved, load_dataset("digits"), title="a <model>", points=points)
    return content.decode()


def _file(page: str, name: str) -> bytes:
    [text] = re.findall(rf'data-file="{re.escape(name)}">([^<]*)<', page)
    return base64.b64decode(text)


def test_the_page_holds_the_decoder_as_the_app_serves_it() -> None:
    tensors = read_checkpoint(_file(_page(), "decoder.safetensors")).tensors
    expected = small_vae().decoder.state_dict()
    assert all(torch.equal(tensors[f"decoder.{key}"], value) for key, value in expected.items())


def test_fewer_points_are_a_sample_that_is_the_same_every_time() -> None:
    first, again = (read_checkpoint(_file(_page(40), "encodings-0.safetensors")) for _ in range(2))
    assert first.metadata["total"] == len(first.tensors["mu"]) == 40
    assert torch.equal(first.tensors["mu"], again.tensors["mu"])
    everything = read_checkpoint(_file(_page(), "encodings-0.safetensors"))
    assert everything.metadata["total"] == 1797


def test_fewer_points_are_shown_of_own_images_too() -> None:
    digits = load_dataset("digits")
    assert digits.labels is not None
    named = replace(
        digits,
        image_names=tuple(f"{k}.png" for k in range(len(digits.images))),
        other_labels=(LabelColumn("parity", digits.labels % 2, ("even", "odd")),),
    )
    page = explorer_html(SavedModel(small_vae(), RECORD), named, title="own", points=7).decode()
    points = read_checkpoint(_file(page, "encodings-0.safetensors"))
    assert len(points.tensors["mu"]) == 7
    other = read_checkpoint(_file(page, "labels-1.safetensors"))
    assert torch.equal(other.tensors["labels"], points.tensors["labels"] % 2)


def test_many_points_come_in_the_parts_that_the_plane_asks_for() -> None:
    digits = load_dataset("digits")
    many = replace(
        digits, images=digits.images.repeat(5, 1, 1, 1), labels=None, splits={}, test_splits={}
    )
    page = explorer_html(SavedModel(small_vae(), RECORD), many, title="m").decode()
    sizes = [
        len(read_checkpoint(_file(page, f"encodings-{n}.safetensors")).tensors["mu"])
        for n in range(2)
    ]
    assert sum(sizes) == 5 * 1797


def test_the_card_tells_what_the_file_knows_and_nothing_it_does_not() -> None:
    page = _page()
    assert "−23 (± not recorded) nats per image; higher is better<" in page
    sure = RECORD.model_copy(update={"test_half_widths": {"elbo": 0.42}})
    assert "−23.3 ± 0.4 nats per image; higher is better; ± in 95" in _page(record=sure)
    assert "--name &#x27;&lt;b&gt;&#x27;" in page
    assert "<title>a &lt;model&gt; · Latent Atlas</title>" in page
    bare = _page(record=TrainingRecord())
    assert "Test ELBO" not in bare
    assert "<dt>Command" not in bare


def test_the_page_asks_nothing_of_any_address() -> None:
    page = _page()
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=", page)
    assert not re.search(r"@import|url\(", page.split("</style>")[0])
    assert "<noscript>" in page


def test_every_module_of_the_plane_is_in_the_page() -> None:
    page = _page()
    for path in MODULES.rglob("*.js"):
        name = path.relative_to(MODULES).as_posix().removesuffix(".js")
        if path.stem == "difference":  # where there are two planes: here is one
            continue
        kind = f'data-worker="{name}.js"' if path.stem.endswith("_worker") else ""
        assert (kind or f'bundled["latent_plane/js/{name}"] = ') in page


def test_the_app_offers_each_file_and_makes_it_when_asked() -> None:
    entry = list_models()[0]
    offered = {each.name: each for each in export_files(entry)}
    assert list(offered) == [
        "mnist-2d.html",
        "mnist-2d-decoder.onnx",
        "mnist-2d-encoder.onnx",
        "mnist-2d.safetensors",
        "mnist-2d-encodings.csv",
    ]
    content = offered["mnist-2d.safetensors"].content()
    assert load_model(content).training == load_model(entry.source).training
    table = offered["mnist-2d-encodings.csv"].content().splitlines()
    assert len(table) > 12_000
