import asyncio
import csv
import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import torch
from starlette.applications import Starlette

from latent_atlas.ui import routes
from latent_atlas.ui.catalog import companion_names
from latent_atlas.ui.components.modules import js_version, read_sources
from latent_atlas.ui.latent_plane import plane_routes, served
from latent_atlas.ui.latent_plane.encodings import (
    FORMAT,
    PART,
    encodings_part,
    part_count,
    shown,
    shown_axes,
)
from latent_atlas.ui.model_files import load_by_digest, open_upload
from latent_atlas.ui.routes import ROUTES
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import Dataset, LabelColumn, load_dataset
from vae_core.latent import encode_images

MODULES = Path("latent_atlas/ui")


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


Get = Callable[[str], Answer]


async def answered(address: str, sent_along: bytes | None = None) -> Answer:
    """What the routes answer at an address, as a server asks them; to a POST with something."""
    path, _, query = address.partition("?")
    sent: list[dict[str, Any]] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET" if sent_along is None else "POST",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent_along or b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await Starlette(routes=ROUTES)(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], headers, content)


@pytest.fixture
def get() -> Get:
    """Asks the routes for a path."""

    def ask(address: str) -> Answer:
        return asyncio.run(answered(address))

    return ask


def test_every_module_is_served_for_ever_under_the_present_version(get: Get) -> None:
    sources = read_sources(MODULES)
    assert len(sources) == len(list(MODULES.rglob("*.js")))
    for name, source in sources.items():
        answer = get(f"/api/js/{js_version()}/{name}.js")
        assert answer.status_code == 200
        assert answer.text == source
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "0000/draw/pad",
        "0000/draw/pad.bundle",
        "{version}/nothing",
        "{version}/nothing.bundle",
        "{version}/..%2Fui/draw/pad",
    ],
)
def test_an_unknown_module_is_a_plain_404(get: Get, path: str) -> None:
    answer = get(f"/api/js/{path.format(version=js_version())}.js")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_the_decoder_is_served_uncompressed_and_equal_to_the_models(get: Get) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(11))
    answer = get(f"/api/models/{entry.digest}/decoder.safetensors")
    assert answer.headers["content-encoding"] == "identity"
    assert "immutable" in answer.headers["cache-control"]
    state = small_vae(11).state_dict()
    tensors = read_checkpoint(answer.content).tensors
    assert set(tensors) == {name for name in state if name.startswith("decoder.")}
    assert all(torch.equal(tensor, state[name]) for name, tensor in tensors.items())


def test_the_encodings_are_the_means_of_the_encoder(get: Get) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    answer = get(f"/api/models/{entry.digest}/digits/{FORMAT}/axes/encodings-0.safetensors")
    found = read_checkpoint(answer.content)
    dataset = load_dataset("digits")
    order = torch.randperm(len(dataset.images), generator=torch.Generator().manual_seed(0))
    expected = encode_images(small_vae(12), dataset.images[order]).mu
    assert torch.allclose(found.tensors["mu"], expected, atol=1e-5)
    assert dataset.labels is not None
    assert torch.equal(found.tensors["labels"].long(), dataset.labels[order])
    deviations = (0.5 * encode_images(small_vae(12), dataset.images[order]).logvar).exp()
    assert torch.allclose(found.tensors["s"], deviations, rtol=1e-4)
    assert found.metadata["axes"] == [0, 1]
    assert found.metadata["class_names"] == list(dataset.class_names)


@pytest.fixture
def patients(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Digits with three columns of labels and names of files, under their own name."""
    digits = load_dataset("digits")
    assert digits.labels is not None
    columns = (
        LabelColumn("parity", digits.labels % 2, ("even", "odd")),
        LabelColumn("third", torch.arange(len(digits.labels)) % 3, ("a", "b", "=c")),
    )
    files = tuple(f"{k}.png" for k in range(len(digits.images)))
    changed = replace(digits, label_name="digit", other_labels=columns, image_names=files)
    monkeypatch.setattr(served, "load_dataset", lambda name: changed)
    for kept in (served._encode, served._judge, served._draw, served.shown_plane):
        kept.cache_clear()
    return changed


def test_the_labels_of_a_column_are_those_of_the_points(get: Get, patients: Dataset) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    base = f"/api/models/{entry.digest}/digits/{FORMAT}"
    points = read_checkpoint(get(f"{base}/axes/encodings-0.safetensors").content)
    assert points.metadata["columns"] == ["digit", "parity", "third"]
    answer = get(f"{base}/labels-1.safetensors")
    assert "immutable" in answer.headers["cache-control"]
    found = read_checkpoint(answer.content)
    assert found.metadata["class_names"] == ["even", "odd"]
    assert torch.equal(found.tensors["labels"], points.tensors["labels"] % 2)
    refused = get(f"{base}/labels-3.safetensors")
    assert refused.status_code == 404
    assert "no such labels" in refused.text


def test_a_map_of_classes_is_of_the_column_that_is_asked_for(get: Get, patients: Dataset) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    address = f"/api/models/{entry.digest}/digits/{FORMAT}/axes/maps/classes-z-3.safetensors"
    drawn = [get(f"{address}{query}") for query in ("", "?labels=1", "?labels=0")]
    classes = [read_checkpoint(each.content).tensors["classes"] for each in drawn]
    assert int(classes[1].max()) == 1 < int(classes[0].max())
    assert torch.equal(classes[0], classes[2])
    for odd in ("3", "99", "-1", "x", "1.0", ""):
        assert get(f"{address}?labels={odd}").status_code == 404


def test_the_table_of_points_has_their_files_and_all_their_classes(patients: Dataset) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    address = f"/api/models/{entry.digest}/digits/{FORMAT}/table"
    points = [5, 900, 3]
    asked = b"".join(point.to_bytes(4, "little") for point in points)
    answer = asyncio.run(answered(address, asked))
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    order = torch.randperm(len(patients.images), generator=torch.Generator().manual_seed(0))
    indices = sorted(order[points].tolist())
    assert [int(row["index"]) for row in rows] == indices
    assert [row["file"] for row in rows] == [f"{k}.png" for k in indices]
    assert [row["third"] for row in rows] == [("a", "b", "'=c")[k % 3] for k in indices]
    assert [row["parity"] for row in rows] == [
        ("even", "odd")[int(row["label"]) % 2] for row in rows
    ]


@pytest.mark.parametrize(
    "asked", [b"", b"\0\0\0", b"\xff\xff\xff\xff", bytes(4) * 70_001, (1797).to_bytes(4, "little")]
)
def test_a_table_of_no_points_or_too_many_is_refused_in_a_sentence(asked: bytes) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    answer = asyncio.run(answered(f"/api/models/{entry.digest}/digits/{FORMAT}/table", asked))
    assert answer.status_code == 404
    assert answer.text.endswith("reload the page.")


def test_a_table_is_written_below_the_path_that_the_app_is_served_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routes.st, "get_option", lambda name: "/atlas")
    [table] = [each for each in routes.served_routes() if each.path.endswith("/table")]
    assert table.path.startswith("/atlas/")
    assert table.methods == {"POST"}


def test_the_images_of_points_are_those_of_the_dataset(get: Get) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    answer = get(f"/api/models/{entry.digest}/digits/{FORMAT}/images?points=7,3")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    digits = load_dataset("digits")
    order = torch.randperm(len(digits.images), generator=torch.Generator().manual_seed(0))
    assert answer.content == digits.images[order[[7, 3]]].numpy().tobytes()


@pytest.mark.parametrize(
    "path",
    [
        f"{'0' * 64}/decoder.safetensors",
        "nonsense/decoder.safetensors",
        f"{{digest}}/mnist-12k/{FORMAT}/axes/encodings-0.safetensors",
        f"{{digest}}/nothing/{FORMAT}/axes/encodings-0.safetensors",
        "{digest}/digits/99/axes/encodings-0.safetensors",
        f"{{digest}}/digits/{FORMAT}/axes/encodings-1.safetensors",
        f"{{digest}}/digits/{FORMAT}/images?points=1797",
        f"{{digest}}/digits/{FORMAT}/images?points=1;2",
        f"{{digest}}/digits/{FORMAT}/images",
        f"{{digest}}/mnist-12k/{FORMAT}/images?points=1",
        "{digest}/digits/1/images?points=1",
    ],
)
def test_what_is_not_there_is_a_404_with_one_sentence(get: Get, path: str) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(13))
    answer = get("/api/models/" + path.format(digest=entry.digest))
    assert answer.status_code == 404
    assert answer.text.endswith(".")
    assert "Traceback" not in answer.text
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_more_than_two_dimensions_send_the_two_most_active() -> None:
    vae = small_vae(latent_dim=5)
    dataset = load_dataset("digits")
    with torch.no_grad():
        vae.encoder.mu.weight[3].mul_(50)
        vae.encoder.mu.weight[1].mul_(20)
    assert shown_axes(vae, dataset) == [3, 1]
    found = read_checkpoint(encodings_part(vae, dataset, 0, shown(vae, dataset)))
    assert found.metadata["axes"] == [3, 1]
    assert found.tensors["mu"].shape == (1797, 2)


def test_the_parts_together_hold_every_image_once() -> None:
    vae = small_vae(image_shape=(1, 28, 28), latent_dim=1)
    dataset = load_dataset("mnist-12k")
    parts = [
        read_checkpoint(encodings_part(vae, dataset, part, shown(vae, dataset)))
        for part in range(part_count(dataset))
    ]
    assert [len(part.tensors["mu"]) for part in parts] == [PART, PART]
    assert all(part.metadata["total"] == 12_000 for part in parts)
    together = torch.cat([part.tensors["mu"] for part in parts])
    everything = encode_images(vae, dataset.images).mu
    assert torch.allclose(together.sort(0).values, everything.sort(0).values, atol=1e-5)


def test_a_model_of_no_known_shape_has_no_companion() -> None:
    entry = open_upload("b.safetensors", small_model_bytes(image_shape=(3, 5, 5)))
    assert companion_names(load_by_digest(entry.digest)) == []


def test_maps_are_served_for_ever_and_refused_in_a_sentence(get: Get) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(14))
    base = f"/api/models/{entry.digest}/digits"
    answer = get(f"{base}/{FORMAT}/axes/maps/holes-z-3.safetensors")
    assert "immutable" in answer.headers["cache-control"]
    assert read_checkpoint(answer.content).tensors["values"].shape == (150, 150)
    for path in (f"{FORMAT}/axes/maps/holes-z-99", "99/axes/maps/holes-z-3"):
        refused = get(f"{base}/{path}.safetensors")
        assert refused.status_code == 404
        assert refused.text.endswith(".")
        assert "immutable" not in refused.headers.get("cache-control", "")


def test_a_geodesic_is_served_for_ever_and_refused_in_a_sentence(get: Get) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(15, latent_dim=3))
    base = f"/api/models/{entry.digest}/digits"
    answer = get(f"{base}/{FORMAT}/axes-3-1/geodesic?points=-1,0.5,1,2&base=0,0.5,0")
    assert "immutable" in answer.headers["cache-control"]
    path = json.loads(answer.text)["path"]
    assert (len(path), path[0], path[-1]) == (33, [-1.0, 0.5], [1.0, 2.0])
    spots = "geodesic?points=-1,0.5,1,2"
    for asked in (
        f"{FORMAT}/axes-3-1/geodesic",
        f"{FORMAT}/axes-3-1/geodesic?points=-1,1",
        f"{FORMAT}/axes-3-1/{spots}&base=0,1",
        f"{FORMAT}/axes-3-4/{spots}",
        f"{FORMAT}/tsne/{spots}",
        f"99/axes-3-1/{spots}",
    ):
        refused = get(f"{base}/{asked}")
        assert refused.status_code == 404
        assert refused.text.endswith(".")
        assert "immutable" not in refused.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("slow", "address"),
    [
        ("geodesic_leg", "axes/geodesic?points=0,0,1,1"),
        ("drawn_map", "axes/maps/holes-z-3.safetensors"),
        ("points_part", "axes/encodings-0.safetensors"),
    ],
)
def test_a_hundred_that_wait_for_what_takes_long_keep_nobody_from_what_is_quick(
    slow: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = open_upload("a.safetensors", small_model_bytes(12))
    base = f"/api/models/{entry.digest}/digits/{FORMAT}"
    go_on = threading.Event()

    def take_long(*asked: object) -> bytes:
        go_on.wait(timeout=30)
        return b"done"

    monkeypatch.setattr(plane_routes, slow, take_long)

    async def visit() -> list[Answer]:
        waiting = [asyncio.create_task(answered(f"{base}/{address}")) for _ in range(100)]
        await asyncio.sleep(0.1)  # all have asked
        quick = await asyncio.wait_for(answered(f"{base}/images?points=7"), timeout=20)
        assert not any(task.done() for task in waiting)
        go_on.set()
        return [quick, *await asyncio.gather(*waiting)]

    quick, *others = asyncio.run(visit())
    assert len(quick.content) == 64
    assert [each.content for each in others] == [b"done"] * 100
