"""Where the browser fetches sheets of samples."""

from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.latent_plane.live import Ended
from latent_atlas.ui.owners import owner_asking
from latent_atlas.ui.route_answers import (
    BINARY_HEADERS,
    UNKEPT,
    asked_step,
    binary,
    in_a_sentence,
    in_turn,
)
from latent_atlas.ui.route_numbers import register_numbers
from latent_atlas.ui.sample_sheet.served import drawn_sheet, kept_sheet, newest_sheet

# Some models take seconds for a sheet.
_DRAWING = ThreadPoolExecutor(1, "drawing")


@in_a_sentence
def newest(request: Request) -> Response:
    """The newest sheet of a run that trains; 204 and 205 as for a frame of its plane."""
    after = asked_step(request.query_params.get("after", ""))
    try:
        content = newest_sheet(request.path_params["run"], after, owner_asking(request))
    except Ended:
        return Response(status_code=205, headers=UNKEPT)
    if content is None:
        return Response(status_code=204, headers=UNKEPT)
    return _unkept(content)


@in_a_sentence
def kept(request: Request) -> Response:
    """A sheet that a run has kept."""
    asked = request.path_params
    return _unkept(kept_sheet(asked["run"], asked["epoch"], owner_asking(request)))


@in_turn(_DRAWING)
@in_a_sentence
def drawn(request: Request) -> Response:
    """Samples of a model."""
    return binary(drawn_sheet(request.path_params["digest"], request.path_params["draw"]))


def _unkept(content: bytes) -> Response:
    headers = {**BINARY_HEADERS, **UNKEPT}
    return Response(content, media_type="application/octet-stream", headers=headers)


register_numbers()
SHEET_ROUTES = [
    Route("/api/live/{run}/samples", newest),
    Route("/api/runs/{run}/samples/{epoch:float}", kept),
    Route("/api/models/{digest}/samples-{draw:number}.safetensors", drawn),
]
