"""One visitor's opened models and images are not in another's list."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from latent_atlas.ui import catalog, model_files
from latent_atlas.ui.border import HOSTS
from latent_atlas.ui.data import keeping
from latent_atlas.ui.data.keeping import keep_images
from latent_atlas.ui.latent_plane.encodings import FORMAT
from latent_atlas.ui.model_files import find_model, list_models, open_upload
from latent_atlas.ui.owners import Owner, claim, owner_here, owners_of
from latent_atlas.ui.routes import ROUTES
from latent_atlas.ui.visible_data import remove_images, visible_datasets
from latent_atlas.ui.visitors import COOKIE
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from tests.latent_atlas.ui.people import ANNA, BERT, Come, comers
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import datasets_folder, import_images, own_datasets, survey
from vae_core.errors import AtlasError
from vae_core.models import SavedModel, TrainingRecord

SOURCE = ("mine.zip", zipped({f"{k}.png": png(30 * k) for k in range(6)}))


@pytest.fixture
def come(monkeypatch: pytest.MonkeyPatch) -> Come:
    """Several people use the app: they come from a network, and nobody names them."""
    monkeypatch.setenv(HOSTS, "atlas.example.org")
    return comers(monkeypatch)


def bring(who: Owner | None, title: str = "Mine") -> str:
    return keep_images(
        SOURCE,
        survey(SOURCE).proposal,
        title,
        who,
        progress=lambda *_: None,
        cancelled=lambda: False,
    )


def listed() -> set[str]:
    return {info.name for info in visible_datasets()}


def opened() -> set[str]:
    found = list_models(owner_here())
    return {entry.key for entry in found if entry.key.startswith("file:")}


def test_images_are_in_the_list_of_who_has_brought_them(come: Come) -> None:
    name = bring(come(ANNA))
    assert name in listed()
    come(BERT)
    assert name not in listed()
    with pytest.raises(AtlasError, match="somebody else’s"):
        remove_images(name)
    assert own_datasets()


def test_images_are_their_owners_before_anybody_can_find_them(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = []

    def noted(path: Path, who: Owner | None) -> None:
        claims.append((path.exists(), who))
        claim(path, who)

    monkeypatch.setattr(keeping, "claim", noted)
    who = come(ANNA)
    bring(who)
    assert claims[0] == (False, who)


def test_who_brings_the_same_images_has_them_too_until_both_have_removed_them(come: Come) -> None:
    name = bring(come(ANNA))
    assert bring(come(BERT), "The same") == name
    assert name in listed()
    remove_images(name)
    assert name not in listed()
    come(ANNA)
    assert name in listed()
    remove_images(name)
    assert not own_datasets()
    assert not list(datasets_folder().glob("*.json"))


def test_images_that_were_everybodys_stay_so_when_one_brings_them_again(come: Come) -> None:
    name = import_images(SOURCE).about.name  # as on the command line
    assert bring(come(ANNA)) == name
    come(BERT)
    assert name in listed()


def test_images_beyond_ones_room_are_not_kept(come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_MEGABYTES", "1")
    monkeypatch.setattr("latent_atlas.ui.limits.MEGABYTE", 1000)
    with pytest.raises(AtlasError, match="remove runs or images of yours"):
        bring(come(ANNA))
    assert not own_datasets()
    assert not list(datasets_folder().glob("*.json"))


def test_alone_ones_images_are_found_whatever_the_browser_has_forgotten() -> None:
    name = bring(owner_here())
    assert name in listed()
    assert owners_of(own_datasets()[0].file) is None


def test_opened_models_are_in_the_list_of_who_has_opened_them(come: Come) -> None:
    key = open_upload("mine.safetensors", small_model_bytes(), come(ANNA)).key
    assert opened() == {key}
    come(BERT)
    assert opened() == set()
    assert find_model(key) is not None  # for whoever is given the link
    open_upload("the same.safetensors", small_model_bytes(), come(BERT))
    assert opened() == {key}
    model_files._opened.clear()  # as after a restart of the server
    come(ANNA)
    assert opened() == {key}


def test_alone_ones_opened_models_are_found_whatever_the_browser_has_forgotten() -> None:
    key = open_upload("mine.safetensors", small_model_bytes(), owner_here()).key
    assert opened() == {key}


def test_a_model_of_somebody_elses_images_is_shown_without_them(come: Come) -> None:
    name = bring(come(ANNA))
    shape = next(info.image_shape for info in visible_datasets() if info.name == name)
    saved = SavedModel(small_vae(image_shape=shape), TrainingRecord(dataset=name))
    assert catalog.companion_names(saved)[0] == name
    come(BERT)
    assert name not in catalog.companion_names(saved)


def test_images_of_others_are_not_served_though_their_address_is_known(come: Come) -> None:
    name = bring(come(ANNA))
    shape = next(info.image_shape for info in visible_datasets() if info.name == name)
    entry = open_upload("mine.safetensors", small_model_bytes(image_shape=shape), come(ANNA))
    address = f"/api/models/{entry.digest}/{name}/{FORMAT}/images"
    assert status(address, ANNA) == 200
    assert status(address, BERT) == 404
    assert status(address, "") == 404


def status(path: str, cookie: str) -> int:
    """How the routes answer a request for a point of a dataset."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"points=0",
        "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=ROUTES)(scope, receive, send))
    return int(sent[0]["status"])
