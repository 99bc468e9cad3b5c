"""What the browser fetches by address: JavaScript modules, decoders, encodings, images, maps,
geodesics, facts.

Every address of these holds the hash of what it names, so all of it may be kept for ever. What the
browser sends by address is in `data/upload_routes.py`.
"""

import asyncio
import contextlib
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import lru_cache, wraps
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from latent_atlas.ui.border import check_binding, rules_of
from latent_atlas.ui.catalog import companion_names
from latent_atlas.ui.classroom import check_mode
from latent_atlas.ui.components.modules import js_module
from latent_atlas.ui.data.upload_routes import UPLOAD_ROUTES
from latent_atlas.ui.latent_plane.encodings import FORMAT, column_bytes
from latent_atlas.ui.latent_plane.epochs import epoch_decoder, epoch_points
from latent_atlas.ui.latent_plane.images import (
    MOST_TABLE_BYTES,
    asked_points,
    point_images,
    point_names,
    points_table,
)
from latent_atlas.ui.latent_plane.judged import (
    Answer,
    AskedJudge,
    judge_told,
    judged_map,
    judged_path,
)
from latent_atlas.ui.latent_plane.live import Ended, asked_plane, live_frame, live_images
from latent_atlas.ui.latent_plane.served import (
    drawn_map,
    fitting,
    geodesic_leg,
    point_means,
    points_part,
    prepare,
)
from latent_atlas.ui.limits import Limits
from latent_atlas.ui.model_files import list_models, load_by_digest
from latent_atlas.ui.owners import owner_asking
from latent_atlas.ui.proxies import check_proxies
from latent_atlas.ui.reconstruct.image_facts import asked_image, image_facts
from latent_atlas.ui.reconstruct.on_plane import picked_points
from latent_atlas.ui.reconstruct.split.served import numbers
from latent_atlas.ui.route_numbers import register_numbers
from latent_atlas.ui.server_process import answer_without_delay, limit_torch_threads
from latent_atlas.ui.time_limits import stop_those_before_in_time
from latent_atlas.ui.train.one_batch.answer import NoBatch, batch_answer
from latent_atlas.ui.train.readout.answer import readout_answer
from latent_atlas.ui.uninterrupted import finish_callbacks
from latent_atlas.ui.visible_data import check_visible
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models import decoder_bytes
from vae_core.runs import runs_folder

_HEADERS = {
    # Private: the browser that was given it keeps it, and no proxy hands it on to another.
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
# Streamlit gzips what has no encoding: 100 ms of a core to take 8 % off a file of float32.
_BINARY_HEADERS = {**_HEADERS, "Content-Encoding": "identity"}
_UNKEPT = {"Cache-Control": "no-store"}


Endpoint = Callable[[Request], Response]


def _in_a_sentence(answer: Endpoint) -> Endpoint:
    """An endpoint that refuses with the sentence of its AtlasError, and 404."""

    @wraps(answer)
    def endpoint(request: Request) -> Response:
        try:
            return answer(request)
        except AtlasError as problem:
            return PlainTextResponse(str(problem), status_code=404)

    return endpoint


def _in_turn(pool: Executor) -> Callable[[Endpoint], Callable[[Request], Awaitable[Response]]]:
    """An endpoint that waits for its turn in a small pool, and holds no thread of the others."""

    def made(answer: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        @wraps(answer)
        async def endpoint(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(pool, answer, request)

        return endpoint

    return made


# Those that take long work few at a time, each kind in threads of its own: a page that asks for
# what is quick never waits for them.
_ENCODING = ThreadPoolExecutor(2, "encoding")
_MAPPING = ThreadPoolExecutor(2, "mapping")
_SEARCHING = ThreadPoolExecutor(1, "searching")


# Plain functions, not coroutines: Starlette runs them in threads, so reading stalls nobody else.
@_in_a_sentence
def javascript(request: Request) -> Response:
    """One ES module, alone or with all that it imports inside."""
    source = js_module(request.path_params["version"], request.path_params["module"])
    if source is None:
        raise AtlasError("There is no such module in this version: reload the page.")
    return Response(source, media_type="text/javascript", headers=_HEADERS)


@_in_a_sentence
def decoder(request: Request) -> Response:
    """The decoder of a model, as safetensors."""
    return _binary(_decoder(request.path_params["digest"]))


@_in_a_sentence
def telling_decoder(request: Request) -> Response:
    """The decoder of a model with what says how wide p(x|z) is, as safetensors."""
    vae = load_by_digest(request.path_params["digest"]).vae
    return _binary(decoder_bytes(vae, widths=True))


@_in_a_sentence
def earlier_decoder(request: Request) -> Response:
    """The decoder of a model as it was after an epoch, as safetensors."""
    asked = request.path_params
    return _binary(epoch_decoder(asked["key"], asked["epoch"], asked["digest"]))


@_in_a_sentence
def earlier_points(request: Request) -> Response:
    """Where the encoder of a model put the first points after an epoch, as safetensors."""
    asked = _of_this_format(request, "points")
    at = (asked["key"], asked["epoch"], asked["digest"])
    return _binary(epoch_points(*at, asked["dataset"], asked["projection"]))


@_in_a_sentence
def live(request: Request) -> Response:
    """What a run that trains looks like now.

    204 where it is as it was at the step `after`; 205 where it does not train any more, which is
    no error: browsers report those by themselves.
    """
    asked = request.query_params
    after = asked.get("after", "")
    try:
        frame = live_frame(
            request.path_params["run"],
            _step(after),
            asked_plane(asked.get("plane", "")),
            owner_asking(request),
        )
    except Ended:
        return Response(status_code=205, headers=_UNKEPT)
    if frame is None:
        return Response(status_code=204, headers=_UNKEPT)
    headers = {**_BINARY_HEADERS, **_UNKEPT}
    return Response(frame.content, media_type="application/octet-stream", headers=headers)


@_in_a_sentence
def live_points(request: Request) -> Response:
    """The real images of some points of a run that trains, as their bare pixels."""
    points = request.query_params.get("points", "")
    content = live_images(request.path_params["run"], points, owner_asking(request))
    return Response(content, media_type="application/octet-stream", headers=_UNKEPT)


@_in_a_sentence
def batch(request: Request) -> Response:
    """The batch that a paused run has taken after the step `after`, as JSON.

    204 while it is being taken; 205 where none is, which is no error, as in `live`.
    """
    after = request.query_params.get("after", "")
    try:
        content = batch_answer(
            request.path_params["run"],
            _step(after),
            owner_asking(request),
        )
    except NoBatch:
        return Response(status_code=205, headers=_UNKEPT)
    if content is None:
        return Response(status_code=204, headers=_UNKEPT)
    return Response(content, media_type="application/json", headers=_UNKEPT)


def readout(request: Request) -> Response:
    """Where a run stands, as JSON. 205 where it is not here any more, which is no error."""
    content = readout_answer(request.path_params["run"])
    if content is None:
        return Response(status_code=205, headers=_UNKEPT)
    return Response(content, media_type="application/json", headers=_UNKEPT)


@_in_turn(_ENCODING)
@_in_a_sentence
def encodings(request: Request) -> Response:
    """Where the encoder of a model puts one part of the images of a dataset, as safetensors."""
    asked = _of_this_format(request, "encodings")
    content = points_part(asked["digest"], asked["dataset"], asked["projection"], asked["part"])
    if content is None:  # t-SNE is at work
        return _at_work("Arranging the points…")
    return _binary(content)


@_in_a_sentence
def images(request: Request) -> Response:
    """The real images of some points of a dataset, `?points=3,14,…`, as their bare pixels."""
    asked = _of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    content = point_images(fitting(asked["digest"], asked["dataset"])[1], points)
    # Digits are mostly zeros: here Streamlit's gzip earns its time.
    return Response(content, media_type="application/octet-stream", headers=_HEADERS)


@_in_a_sentence
def names(request: Request) -> Response:
    """What the files of some points were called, `?points=3,14,…`, as JSON."""
    asked = _of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    found = point_names(fitting(asked["digest"], asked["dataset"])[1], points)
    return Response(json.dumps(found), media_type="application/json", headers=_HEADERS)


@_in_a_sentence
def labels(request: Request) -> Response:
    """The classes of all points by one column of labels of a dataset, as safetensors."""
    asked = _of_this_format(request, "labels")
    dataset = fitting(asked["digest"], asked["dataset"])[1]
    return _binary(column_bytes(dataset, asked["column"]))


async def table(request: Request) -> Response:
    """What is known of the images of many points, which the body of the request names, as CSV."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_TABLE_BYTES:
            break  # it is refused for its length

    @_in_a_sentence
    def written(request: Request) -> Response:
        asked = _of_this_format(request, "points")
        text = points_table(fitting(asked["digest"], asked["dataset"])[1], bytes(body))
        return Response(text, media_type="text/csv", headers={"Cache-Control": "no-store"})

    return await run_in_threadpool(written, request)


@_in_turn(_ENCODING)
@_in_a_sentence
def means(request: Request) -> Response:
    """The whole means of some points, `?points=3,14,…`, as float32."""
    asked = _of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    return _binary(point_means(asked["digest"], asked["dataset"], points))


@_in_turn(_SEARCHING)
@_in_a_sentence
def facts(request: Request) -> Response:
    """What is known of one image under one model beside its bound, as JSON."""
    names = ("digest", "dataset", "split", "treatment", "image")
    asked = asked_image(*(request.path_params[name] for name in names))
    if is_own(asked.data):
        check_visible(asked.data, owner_asking(request))
    return Response(image_facts(asked), media_type="application/json", headers=_HEADERS)


@_in_turn(_MAPPING)
@_in_a_sentence
def judge(request: Request) -> Response:
    """The classifier that judges what a model draws, as JSON; while it learns, how far it is."""
    asked = _of_this_format(request, "judges")
    labels = request.query_params.get("labels")
    return _json(judge_told(asked["digest"], asked["dataset"], labels), _UNKEPT)


@_in_turn(_MAPPING)
@_in_a_sentence
def path_judged(request: Request) -> Response:
    """What a judge makes of the spots of a path, `?points=0.5,-1,2,0`, as JSON."""
    asked = _of_this_format(request, "judges")
    points = request.query_params.get("points", "")
    content = judged_path(asked["digest"], asked["dataset"], points, _asked_judge(request))
    return _json(content, _HEADERS)


@_in_turn(_MAPPING)
@_in_a_sentence
def picked(request: Request) -> Response:
    """Which points are of images that were selected elsewhere, as safetensors."""
    asked = _of_this_format(request, "points")
    data = fitting(asked["digest"], asked["dataset"])[1]
    found = picked_points(data, request.query_params.get("of", ""))
    if isinstance(found, str):
        return _at_work(found)
    headers = {**_BINARY_HEADERS, **_UNKEPT}  # a model keeps its name as it goes on
    return Response(found, media_type="application/octet-stream", headers=headers)


@_in_turn(_MAPPING)
@_in_a_sentence
def plane_map(request: Request) -> Response:
    """A map of the plane, or the support of its points, as safetensors."""
    asked = _of_this_format(request, "maps")
    base, column = (request.query_params.get(name) for name in ("base", "labels"))
    model = (asked["digest"], asked["dataset"])
    if asked["map"].startswith("judged"):
        found = judged_map(*model, asked["map"], _asked_judge(request))
        return _at_work(found) if isinstance(found, str) else _binary(found)
    return _binary(drawn_map(*model, asked["projection"], asked["map"], base, column))


@_in_turn(_SEARCHING)
@_in_a_sentence
def geodesic(request: Request) -> Response:
    """The geodesic between two spots of a plane, `?points=0.5,-1,2,0`, as JSON."""
    asked = _of_this_format(request, "geodesics")
    points, base = (request.query_params.get(name) for name in ("points", "base"))
    model = (asked["digest"], asked["dataset"])
    content = geodesic_leg(*model, asked["projection"], points or "", base)
    return Response(content, media_type="application/json", headers=_HEADERS)


def _asked_judge(request: Request) -> AskedJudge:
    return AskedJudge(request.query_params.get("judge", ""), request.query_params.get("labels"))


def _json(content: Answer, headers: dict[str, str]) -> Response:
    if isinstance(content, str):
        return _at_work(content)
    return Response(content, media_type="application/json", headers=headers)


def _at_work(words: str) -> Response:
    """What is asked for is being made: ask again in a second."""
    return PlainTextResponse(words, 202, _UNKEPT)


def _step(text: str) -> int:
    """A step that an address names; −1, which all are after, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _binary(content: bytes) -> Response:
    return Response(content, media_type="application/octet-stream", headers=_BINARY_HEADERS)


def _of_this_format(request: Request, what: str) -> dict[str, Any]:
    """What an address names.

    Raises AtlasError where it was written for another version, or names images of somebody else.
    """
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        raise AtlasError(f"There are no {what} of that format: reload the page.")
    if is_own(asked["dataset"]):
        check_visible(asked["dataset"], owner_asking(request))
    return asked


_PLANE = "/api/models/{digest}/{dataset}/{format}/{projection}"
_EPOCH = "/api/epochs/{key}/{epoch:float}-{digest}"
register_numbers()
ROUTES = [
    Route("/api/js/{version}/{module:path}.js", javascript),
    Route("/api/models/{digest}/decoder.safetensors", decoder),
    Route("/api/models/{digest}/deviations.safetensors", telling_decoder),
    Route("/api/live/{run}/frame", live),
    Route("/api/live/{run}/images", live_points),
    Route("/api/runs/{run}/batch", batch),
    Route("/api/runs/{run}/readout", readout),
    Route(f"{_EPOCH}.safetensors", earlier_decoder),
    Route(f"{_EPOCH}/{{dataset}}/{{format}}/{{projection}}.safetensors", earlier_points),
    Route(f"{_PLANE}/encodings-{{part:number}}.safetensors", encodings),
    Route("/api/models/{digest}/{dataset}/{format}/images", images),
    Route("/api/models/{digest}/{dataset}/{format}/names", names),
    Route("/api/models/{digest}/{dataset}/{format}/labels-{column:number}.safetensors", labels),
    Route("/api/models/{digest}/{dataset}/{format}/table", table, methods=["POST"]),
    Route("/api/models/{digest}/{dataset}/{format}/means", means),
    Route("/api/models/{digest}/{dataset}/{format}/picked", picked),
    Route("/api/models/{digest}/{dataset}/{format}/judge", judge),
    Route("/api/models/{digest}/{dataset}/{format}/judged-path", path_judged),
    Route(f"{_PLANE}/maps/{{map}}.safetensors", plane_map),
    Route(f"{_PLANE}/geodesic", geodesic),
    Route(
        "/api/facts/{digest}/{dataset}/{split}/{treatment}/{image:number}",
        facts,
    ),
    Route("/api/split/{sheet}", _in_a_sentence(numbers)),
    *UPLOAD_ROUTES,
]


def served_routes() -> list[Route]:
    """`ROUTES`, below the path that Streamlit is told to serve the app at, if there is one.

    One by one: what is mounted at that path would hide all that Streamlit serves there.
    """
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    below = f"/{path}" if path else ""
    return [
        Route(f"{below}{each.path}", each.endpoint, methods=list(each.methods or ()))
        for each in ROUTES
    ]


@contextlib.asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[None]:
    """Prepare what the first visitor will ask for, beside the starting server: about a second.

    Where the app would be open to a network that it was not told of, it ends with a sentence.
    """
    try:
        check_binding(st.get_option("server.address"), os.environ)
        rules_of(os.environ)
        check_mode(os.environ)
        check_proxies(os.environ)
        Limits.from_environment(os.environ)
    except AtlasError as problem:
        print(problem, file=sys.stderr, flush=True)
        os._exit(2)  # any other end is told with a traceback, or the server goes on without this
    limit_torch_threads()
    answer_without_delay()
    finish_callbacks()
    threading.Thread(target=_prepare, name="warm-up", daemon=True).start()
    yield


def _prepare() -> None:
    stop_those_before_in_time(runs_folder())
    _prepare_first_model()


def _prepare_first_model() -> None:
    with contextlib.suppress(AtlasError):  # whoever asks for it will be told
        for entry in list_models()[:1]:
            _decoder(entry.digest)
            for name in companion_names(load_by_digest(entry.digest))[:1]:
                prepare(entry.digest, name)


@lru_cache(maxsize=8)
def _decoder(digest: str) -> bytes:
    return decoder_bytes(load_by_digest(digest).vae)
