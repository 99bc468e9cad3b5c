"""What the browser fetches of runs that train: frames of the plane, batches, where they stand."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.latent_plane.live import Ended, asked_plane, live_frame, live_images
from latent_atlas.ui.owners import owner_asking
from latent_atlas.ui.route_answers import BINARY_HEADERS, UNKEPT, asked_step, in_a_sentence
from latent_atlas.ui.train.one_batch.answer import NoBatch, batch_answer
from latent_atlas.ui.train.readout.answer import readout_answer


@in_a_sentence
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
            asked_step(after),
            asked_plane(asked.get("plane", "")),
            owner_asking(request),
        )
    except Ended:
        return Response(status_code=205, headers=UNKEPT)
    if frame is None:
        return Response(status_code=204, headers=UNKEPT)
    headers = {**BINARY_HEADERS, **UNKEPT}
    return Response(frame.content, media_type="application/octet-stream", headers=headers)


@in_a_sentence
def live_points(request: Request) -> Response:
    """The real images of some points of a run that trains, as their bare pixels."""
    points = request.query_params.get("points", "")
    content = live_images(request.path_params["run"], points, owner_asking(request))
    return Response(content, media_type="application/octet-stream", headers=UNKEPT)


@in_a_sentence
def batch(request: Request) -> Response:
    """The batch that a paused run has taken after the step `after`, as JSON.

    204 while it is being taken; 205 where none is, which is no error, as in `live`.
    """
    after = request.query_params.get("after", "")
    try:
        content = batch_answer(
            request.path_params["run"],
            asked_step(after),
            owner_asking(request),
        )
    except NoBatch:
        return Response(status_code=205, headers=UNKEPT)
    if content is None:
        return Response(status_code=204, headers=UNKEPT)
    return Response(content, media_type="application/json", headers=UNKEPT)


def readout(request: Request) -> Response:
    """Where a run stands, as JSON. 205 where it is not here any more, which is no error."""
    content = readout_answer(request.path_params["run"])
    if content is None:
        return Response(status_code=205, headers=UNKEPT)
    return Response(content, media_type="application/json", headers=UNKEPT)


RUN_ROUTES = [
    Route("/api/live/{run}/frame", live),
    Route("/api/live/{run}/images", live_points),
    Route("/api/runs/{run}/batch", batch),
    Route("/api/runs/{run}/readout", readout),
]
