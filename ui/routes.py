"""What the browser fetches by address: JavaScript modules, decoders, encodings, images, maps,
geodesics.

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
from ui.latent_plane.encodings import FORMAT
from ui.latent_plane.epochs import epoch_decoder
from ui.latent_plane.images import asked_points, point_images
from ui.latent_plane.served import (
    drawn_map,
    fitting,
    geodesic_leg,
    point_means,
    points_part,
    prepare,
)
from ui.model_files import list_models, load_by_digest
from ui.server_process import share_the_cores
from vae_core.errors import AtlasError
from vae_core.models import decoder_bytes

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
# Streamlit gzips what has no encoding: 100 ms of a core to take 8 % off a file of float32.
_BINARY_HEADERS = {**_HEADERS, "Content-Encoding": "identity"}


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


def telling_decoder(request: Request) -> Response:
    """The decoder of a model with what says how wide p(x|z) is, as safetensors."""
    try:
        vae = load_by_digest(request.path_params["digest"]).vae
    except AtlasError as problem:
        return _absent(str(problem))
    content = decoder_bytes(vae, widths=True)
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def earlier_decoder(request: Request) -> Response:
    """The decoder of a model as it was after an epoch, as safetensors."""
    asked = request.path_params
    try:
        content = epoch_decoder(asked["key"], asked["epoch"], asked["digest"])
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def encodings(request: Request) -> Response:
    """Where the encoder of a model puts one part of the images of a dataset, as safetensors."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no encodings of that format: reload the page.")
    try:
        content = points_part(asked["digest"], asked["dataset"], asked["projection"], asked["part"])
    except AtlasError as problem:
        return _absent(str(problem))
    if content is None:  # t-SNE is at work: ask again in a second
        return PlainTextResponse("Arranging the points…", 202, {"Cache-Control": "no-store"})
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def images(request: Request) -> Response:
    """The real images of some points of a dataset, `?points=3,14,…`, as their bare pixels."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no points of that format: reload the page.")
    try:
        points = asked_points(request.query_params.get("points", ""))
        content = point_images(fitting(asked["digest"], asked["dataset"])[1], points)
    except AtlasError as problem:
        return _absent(str(problem))
    # Digits are mostly zeros: here Streamlit's gzip earns its time.
    return Response(content, media_type="application/octet-stream", headers=_HEADERS)


def means(request: Request) -> Response:
    """The whole means of some points, `?points=3,14,…`, as float32."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no points of that format: reload the page.")
    try:
        points = asked_points(request.query_params.get("points", ""))
        content = point_means(asked["digest"], asked["dataset"], points)
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def plane_map(request: Request) -> Response:
    """A map of the plane, or the support of its points, as safetensors."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no maps of that format: reload the page.")
    try:
        model, base = (asked["digest"], asked["dataset"]), request.query_params.get("base")
        content = drawn_map(*model, asked["projection"], asked["map"], base)
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def geodesic(request: Request) -> Response:
    """The geodesic between two spots of a plane, `?points=0.5,-1,2,0`, as JSON."""
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        return _absent("There are no geodesics of that format: reload the page.")
    try:
        points, base = (request.query_params.get(name) for name in ("points", "base"))
        content = geodesic_leg(
            asked["digest"], asked["dataset"], asked["projection"], points or "", base
        )
    except AtlasError as problem:
        return _absent(str(problem))
    return Response(content, media_type="application/json", headers=_HEADERS)


_PLANE = "/api/models/{digest}/{dataset}/{format}/{projection}"
ROUTES = [
    Route("/api/js/{version}/{module}.js", javascript),
    Route("/api/models/{digest}/decoder.safetensors", decoder),
    Route("/api/models/{digest}/deviations.safetensors", telling_decoder),
    Route("/api/epochs/{key}/{epoch:int}-{digest}.safetensors", earlier_decoder),
    Route(f"{_PLANE}/encodings-{{part:int}}.safetensors", encodings),
    Route("/api/models/{digest}/{dataset}/{format}/images", images),
    Route("/api/models/{digest}/{dataset}/{format}/means", means),
    Route(f"{_PLANE}/maps/{{map}}.safetensors", plane_map),
    Route(f"{_PLANE}/geodesic", geodesic),
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
                prepare(entry.digest, name)


@lru_cache(maxsize=8)
def _decoder(digest: str) -> bytes:
    return decoder_bytes(load_by_digest(digest).vae)


def _absent(sentence: str) -> Response:
    return PlainTextResponse(sentence, status_code=404)
