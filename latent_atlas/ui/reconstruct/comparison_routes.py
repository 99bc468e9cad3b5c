"""What the browser fetches of a comparison: what is known of one image, numbers of a split."""

from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.latent_plane.plane_routes import of_this_format
from latent_atlas.ui.latent_plane.served import fitting
from latent_atlas.ui.reconstruct.image_facts import asked_image, image_facts
from latent_atlas.ui.reconstruct.on_plane import picked_points
from latent_atlas.ui.reconstruct.split.served import numbers
from latent_atlas.ui.route_answers import (
    BINARY_HEADERS,
    HEADERS,
    UNKEPT,
    at_work,
    check_allowed,
    in_a_sentence,
    in_turn,
)
from latent_atlas.ui.route_numbers import register_numbers

_MEASURING = ThreadPoolExecutor(1, "facts")
_PICKING = ThreadPoolExecutor(2, "picking")


@in_turn(_MEASURING)
@in_a_sentence
def facts(request: Request) -> Response:
    """What is known of one image under one model beside its bound, as JSON."""
    names = ("digest", "dataset", "split", "treatment", "image")
    asked = asked_image(*(request.path_params[name] for name in names))
    check_allowed(asked.data, request)
    return Response(image_facts(asked), media_type="application/json", headers=HEADERS)


@in_turn(_PICKING)
@in_a_sentence
def picked(request: Request) -> Response:
    """Which points of a plane are of images that were selected here, as safetensors."""
    asked = of_this_format(request, "points")
    data = fitting(asked["digest"], asked["dataset"])[1]
    found = picked_points(data, request.query_params.get("of", ""))
    if isinstance(found, str):
        return at_work(found)
    headers = {**BINARY_HEADERS, **UNKEPT}  # a model keeps its name as it goes on
    return Response(found, media_type="application/octet-stream", headers=headers)


register_numbers()
COMPARISON_ROUTES = [
    Route("/api/models/{digest}/{dataset}/{format}/picked", picked),
    Route("/api/facts/{digest}/{dataset}/{split}/{treatment}/{image:number}", facts),
    Route("/api/split/{sheet}", in_a_sentence(numbers)),
]
