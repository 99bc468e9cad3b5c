"""What the browser fetches by address: JavaScript modules, decoders, encodings, images, maps.

Every address holds the hash of what it names, so all of it may be kept for ever.
"""

import contextlib
import threading
from collections.abc import AsyncIterator
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.catalog import companion_names
from ui.latent_plane.assets import js_module
from ui.latent_plane.encodings import FORMAT, encodings_part, part_count, shown_axes
from ui.latent_plane.images import asked_points, point_images
from ui.latent_plane.maps import Asked, Judge, asked_map, judge, map_bytes
from ui.model_files import list_models, load_by_digest
from ui.server_process import share_the_cores
from vae_core.data import Dataset, load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE, decoder_bytes

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
# Streamlit gzips what has no encoding: 100 ms of a core to take 8 % off a file of float32.
_BINARY_HEADERS = {**_HEADERS, "Content-Encoding": "identity"}
_encoding = threading.Lock()
_mapping = threading.Lock()


# Plain functions, not coroutines: Starlette runs them in threads, so encoding stalls nobody else.
def javascript(request: Request) -> Response:
    """One ES module of the latent plane."""
    source = js_module(request.path_params["version"], request.path_params["module"])
    if source is None:
        return _absent("There is no such module in this version: reload the page.")
    return Response(source, media_type="text/javascript", headers=_HEADERS)


def decoder(request: Request) -> Response:
    """The decoder of a model, as safetensors."""
    try:
        content = _decoder(request.path_params["digest"])
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def encodings(request: Request) -> Response:
    """Where the encoder of a model puts one part of the images of a dataset, as safetensors."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no encodings of that format: reload the page.")
    try:
        content = _encodings(asked["digest"], asked["dataset"], asked["part"])
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def images(request: Request) -> Response:
    """The real images of some points of a dataset, `?points=3,14,…`, as their bare pixels."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no points of that format: reload the page.")
    try:
        points = asked_points(request.query_params.get("points", ""))
        content = point_images(_fitting(asked["digest"], asked["dataset"])[1], points)
    except AtlasError as problem:
        return _absent(str(problem))
    # Digits are mostly zeros: here Streamlit's gzip earns its time.
    return Response(content, media_type="application/octet-stream", headers=_HEADERS)


def plane_map(request: Request) -> Response:
    """A map of the plane, or the support of its points, as safetensors."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no maps of that format: reload the page.")
    try:
        content = _map(asked["digest"], asked["dataset"], asked_map(asked["map"]))
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


ROUTES = [
    Route("/api/js/{version}/{module}.js", javascript),
    Route("/api/models/{digest}/decoder.safetensors", decoder),
    Route("/api/models/{digest}/{dataset}/{format}/encodings-{part:int}.safetensors", encodings),
    Route("/api/models/{digest}/{dataset}/{format}/images", images),
    Route("/api/models/{digest}/{dataset}/{format}/maps/{map}.safetensors", plane_map),
]


@contextlib.asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[None]:
    """Prepare what the first visitor will ask for, beside the starting server: about a second."""
    share_the_cores()
    threading.Thread(target=_prepare_first_model, name="warm-up", daemon=True).start()
    yield


def _prepare_first_model() -> None:
    with contextlib.suppress(AtlasError):  # whoever asks for it will be told
        for entry in list_models()[:1]:
            _decoder(entry.digest)
            for name in companion_names(load_by_digest(entry.digest))[:1]:
                for part in range(part_count(load_dataset(name))):
                    _encodings(entry.digest, name, part)
                _judge(entry.digest, name)


@lru_cache(maxsize=8)
def _decoder(digest: str) -> bytes:
    return decoder_bytes(load_by_digest(digest).vae)


def _encodings(digest: str, name: str, part: int) -> bytes:
    # A class that opens one model asks for the same parts at once: the first asker computes.
    with _encoding:
        return _encode(digest, name, part)


@lru_cache(maxsize=64)  # some 50 kB each
def _encode(digest: str, name: str, part: int) -> bytes:
    vae, dataset = _fitting(digest, name)
    if part >= part_count(dataset):
        raise AtlasError(f"The points of {dataset.title} have no part {part}: reload the page.")
    return encodings_part(vae, dataset, part, list(_axes(digest, name)))


def _map(digest: str, name: str, asked: Asked) -> bytes:
    with _mapping:
        return _drawn(digest, name, asked)


@lru_cache(maxsize=64)  # some 90 kB each
def _drawn(digest: str, name: str, asked: Asked) -> bytes:
    return map_bytes(_judge(digest, name), asked)


@lru_cache(maxsize=8)
def _judge(digest: str, name: str) -> Judge:
    return judge(*_fitting(digest, name), _axes(digest, name))


def _fitting(digest: str, name: str) -> tuple[VAE, Dataset]:
    vae, dataset = load_by_digest(digest).vae, load_dataset(name)
    if dataset.image_shape != vae.architecture.image_shape:
        raise AtlasError(f"The images of {dataset.title} do not fit this model.")
    return vae, dataset


@lru_cache(maxsize=64)
def _axes(digest: str, name: str) -> tuple[int, ...]:
    return tuple(shown_axes(load_by_digest(digest).vae, load_dataset(name)))


def _absent(sentence: str) -> Response:
    return PlainTextResponse(sentence, status_code=404)
