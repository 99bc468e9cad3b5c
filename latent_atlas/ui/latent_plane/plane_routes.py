"""What the browser fetches of the latent plane: decoders, encodings, images, maps, geodesics."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
from latent_atlas.ui.latent_plane.served import (
    drawn_map,
    fitting,
    geodesic_leg,
    model_decoder,
    point_means,
    points_part,
)
from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.route_answers import (
    HEADERS,
    UNKEPT,
    at_work,
    binary,
    check_allowed,
    in_a_sentence,
    in_turn,
)
from latent_atlas.ui.route_numbers import register_numbers
from vae_core.errors import AtlasError
from vae_core.models import decoder_bytes

# Those that take long work few at a time, each kind in threads of its own: a page that asks for
# what is quick never waits for them.
_ENCODING = ThreadPoolExecutor(2, "encoding")
_MAPPING = ThreadPoolExecutor(2, "mapping")
_SEARCHING = ThreadPoolExecutor(1, "searching")


@in_a_sentence
def decoder(request: Request) -> Response:
    """The decoder of a model, as safetensors."""
    return binary(model_decoder(request.path_params["digest"]))


@in_a_sentence
def telling_decoder(request: Request) -> Response:
    """The decoder of a model with what says how wide p(x|z) is, as safetensors."""
    vae = load_by_digest(request.path_params["digest"]).vae
    return binary(decoder_bytes(vae, widths=True))


@in_a_sentence
def earlier_decoder(request: Request) -> Response:
    """The decoder of a model as it was after an epoch, as safetensors."""
    asked = request.path_params
    return binary(epoch_decoder(asked["key"], asked["epoch"], asked["digest"]))


@in_a_sentence
def earlier_points(request: Request) -> Response:
    """Where the encoder of a model put the first points after an epoch, as safetensors."""
    asked = of_this_format(request, "points")
    at = (asked["key"], asked["epoch"], asked["digest"])
    return binary(epoch_points(*at, asked["dataset"], asked["projection"]))


@in_turn(_ENCODING)
@in_a_sentence
def encodings(request: Request) -> Response:
    """Where the encoder of a model puts one part of the images of a dataset, as safetensors."""
    asked = of_this_format(request, "encodings")
    content = points_part(asked["digest"], asked["dataset"], asked["projection"], asked["part"])
    if content is None:  # t-SNE is at work
        return at_work("Arranging the points…")
    return binary(content)


@in_a_sentence
def images(request: Request) -> Response:
    """The real images of some points of a dataset, `?points=3,14,…`, as their bare pixels."""
    asked = of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    content = point_images(fitting(asked["digest"], asked["dataset"])[1], points)
    # Digits are mostly zeros: here Streamlit's gzip earns its time.
    return Response(content, media_type="application/octet-stream", headers=HEADERS)


@in_a_sentence
def names(request: Request) -> Response:
    """What the files of some points were called, `?points=3,14,…`, as JSON."""
    asked = of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    found = point_names(fitting(asked["digest"], asked["dataset"])[1], points)
    return Response(json.dumps(found), media_type="application/json", headers=HEADERS)


@in_a_sentence
def labels(request: Request) -> Response:
    """The classes of all points by one column of labels of a dataset, as safetensors."""
    asked = of_this_format(request, "labels")
    dataset = fitting(asked["digest"], asked["dataset"])[1]
    return binary(column_bytes(dataset, asked["column"]))


async def table(request: Request) -> Response:
    """What is known of the images of many points, which the body of the request names, as CSV."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_TABLE_BYTES:
            break  # it is refused for its length

    @in_a_sentence
    def written(request: Request) -> Response:
        asked = of_this_format(request, "points")
        text = points_table(fitting(asked["digest"], asked["dataset"])[1], bytes(body))
        return Response(text, media_type="text/csv", headers=UNKEPT)

    return await run_in_threadpool(written, request)


@in_turn(_ENCODING)
@in_a_sentence
def means(request: Request) -> Response:
    """The whole means of some points, `?points=3,14,…`, as float32."""
    asked = of_this_format(request, "points")
    points = asked_points(request.query_params.get("points", ""))
    return binary(point_means(asked["digest"], asked["dataset"], points))


@in_turn(_MAPPING)
@in_a_sentence
def judge(request: Request) -> Response:
    """The classifier that judges what a model draws, as JSON; while it learns, how far it is."""
    asked = of_this_format(request, "judges")
    labels = request.query_params.get("labels")
    return _json(judge_told(asked["digest"], asked["dataset"], labels), UNKEPT)


@in_turn(_MAPPING)
@in_a_sentence
def path_judged(request: Request) -> Response:
    """What a judge makes of the spots of a path, `?points=0.5,-1,2,0`, as JSON."""
    asked = of_this_format(request, "judges")
    points = request.query_params.get("points", "")
    content = judged_path(asked["digest"], asked["dataset"], points, _asked_judge(request))
    return _json(content, HEADERS)


@in_turn(_MAPPING)
@in_a_sentence
def plane_map(request: Request) -> Response:
    """A map of the plane, or the support of its points, as safetensors."""
    asked = of_this_format(request, "maps")
    base, column = (request.query_params.get(name) for name in ("base", "labels"))
    model = (asked["digest"], asked["dataset"])
    if asked["map"].startswith("judged"):
        found = judged_map(*model, asked["map"], _asked_judge(request))
        return at_work(found) if isinstance(found, str) else binary(found)
    return binary(drawn_map(*model, asked["projection"], asked["map"], base, column))


@in_turn(_SEARCHING)
@in_a_sentence
def geodesic(request: Request) -> Response:
    """The geodesic between two spots of a plane, `?points=0.5,-1,2,0`, as JSON."""
    asked = of_this_format(request, "geodesics")
    points, base = (request.query_params.get(name) for name in ("points", "base"))
    model = (asked["digest"], asked["dataset"])
    content = geodesic_leg(*model, asked["projection"], points or "", base)
    return Response(content, media_type="application/json", headers=HEADERS)


def _asked_judge(request: Request) -> AskedJudge:
    return AskedJudge(request.query_params.get("judge", ""), request.query_params.get("labels"))


def _json(content: Answer, headers: dict[str, str]) -> Response:
    if isinstance(content, str):
        return at_work(content)
    return Response(content, media_type="application/json", headers=headers)


def of_this_format(request: Request, what: str) -> dict[str, Any]:
    """What an address names.

    Raises AtlasError where it was written for another version, or names images of somebody else.
    """
    asked = request.path_params
    if asked["format"] != str(FORMAT):
        raise AtlasError(f"There are no {what} of that format: reload the page.")
    check_allowed(asked["dataset"], request)
    return asked


_PLANE = "/api/models/{digest}/{dataset}/{format}/{projection}"
_EPOCH = "/api/epochs/{key}/{epoch:float}-{digest}"
register_numbers()
PLANE_ROUTES = [
    Route("/api/models/{digest}/decoder.safetensors", decoder),
    Route("/api/models/{digest}/deviations.safetensors", telling_decoder),
    Route(f"{_EPOCH}.safetensors", earlier_decoder),
    Route(f"{_EPOCH}/{{dataset}}/{{format}}/{{projection}}.safetensors", earlier_points),
    Route(f"{_PLANE}/encodings-{{part:number}}.safetensors", encodings),
    Route("/api/models/{digest}/{dataset}/{format}/images", images),
    Route("/api/models/{digest}/{dataset}/{format}/names", names),
    Route("/api/models/{digest}/{dataset}/{format}/labels-{column:number}.safetensors", labels),
    Route("/api/models/{digest}/{dataset}/{format}/table", table, methods=["POST"]),
    Route("/api/models/{digest}/{dataset}/{format}/means", means),
    Route("/api/models/{digest}/{dataset}/{format}/judge", judge),
    Route("/api/models/{digest}/{dataset}/{format}/judged-path", path_judged),
    Route(f"{_PLANE}/maps/{{map}}.safetensors", plane_map),
    Route(f"{_PLANE}/geodesic", geodesic),
]
