"""Where the pages send files to, piece by piece: what is said of them beforehand, and how much."""

from collections.abc import Awaitable, Callable
from functools import wraps

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from latent_atlas.ui.border import UPLOADS
from latent_atlas.ui.data.pieces import (
    LARGEST_PIECE,
    MEGABYTE,
    Announced,
    UploadRefused,
    arrivals,
)
from latent_atlas.ui.limits import check_room
from latent_atlas.ui.owners import Owner, owner_asking
from latent_atlas.ui.route_numbers import register_numbers
from vae_core.data.own import Limits, megabytes
from vae_core.errors import AtlasError
from vae_core.runs import runs_folder
from vae_core.sentences import counted, plain

_LONGEST = 4096  # bytes of what is said of an upload
_UNTOLD = {"Cache-Control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]


class _Said(BaseModel):
    """What a page says of an upload before it sends it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(max_length=1024)
    bytes: int = Field(ge=0, lt=1 << 53)
    packed: bool
    files: int = Field(ge=1, lt=1 << 53)


def _in_a_sentence(answer: Endpoint) -> Endpoint:
    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except AtlasError as problem:
            status = problem.status if isinstance(problem, UploadRefused) else 400
            return PlainTextResponse(str(problem), status, _UNTOLD)
        except ClientDisconnect:  # nobody hears this
            return PlainTextResponse("It ended half-way.", 400, _UNTOLD)

    return endpoint


@_in_a_sentence
async def begin(request: Request) -> Response:
    """What is to be sent, as JSON; the answer has the token to send it under."""
    announced = announced_in(await _body(request, _LONGEST))
    check_size(announced, Limits.from_environment())
    token = await run_in_threadpool(_begun, announced, owner_asking(request))
    return JSONResponse({"token": token}, 201, _UNTOLD)


def _begun(announced: Announced, who: Owner | None) -> str:
    if who is not None:
        check_room(who, runs_folder())
    return arrivals.begin(announced, who)


@_in_a_sentence
async def piece(request: Request) -> Response:
    """The bytes from the place that the address names; the answer says how many are here."""
    asked = request.path_params
    content = await _body(request, LARGEST_PIECE)
    received = await run_in_threadpool(arrivals.add, asked["token"], asked["at"], content)
    return JSONResponse({"received": received}, headers=_UNTOLD)


@_in_a_sentence
async def cancel(request: Request) -> Response:
    """Nothing of it is kept."""
    await run_in_threadpool(arrivals.cancel, request.path_params["token"])
    return Response(status_code=204, headers=_UNTOLD)


register_numbers()
UPLOAD_ROUTES = [
    Route(UPLOADS, begin, methods=["POST"]),
    Route(f"{UPLOADS}/{{token}}/{{at:number}}", piece, methods=["PUT"]),
    Route(f"{UPLOADS}/{{token}}", cancel, methods=["DELETE"]),
]


def announced_in(content: bytes) -> Announced:
    """What a page says of an upload. It comes from outside: raises UploadRefused at all else."""
    try:
        said = _Said.model_validate_json(content)
    except ValidationError as error:
        raise UploadRefused(400, "What is to be sent was not said: reload the page.") from error
    return Announced(plain(said.name), said.bytes, said.packed, said.files)


def check_size(announced: Announced, limits: Limits) -> None:
    """Raises UploadRefused where that is more than is taken from a page."""
    if announced.files > limits.files:
        raise UploadRefused(
            413,
            f"{counted(announced.files, 'file')} are more than the {limits.files:,} that are "
            "allowed: bring a part of them.",
        )
    # Of one file by itself Streamlit's setting holds here as well.
    largest = int(st.get_option("server.maxUploadSize")) * MEGABYTE
    if not announced.packed and announced.bytes > largest:
        raise UploadRefused(
            413,
            f"{announced.name} has {megabytes(announced.bytes)}; a page takes files of up "
            f"to {megabytes(largest)}. Use latent-atlas data import for it.",
        )
    if announced.bytes > limits.source_bytes:
        raise UploadRefused(
            413,
            f"These are {megabytes(announced.bytes)}, more than the "
            f"{megabytes(limits.source_bytes)} allowed: bring a part of them, or smaller "
            "ones.",
        )


async def _body(request: Request, most: int) -> bytes:
    """What was sent, which is at most so long. Raises UploadRefused where it is longer."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise UploadRefused(413, "This piece is too large.")
    return bytes(content)
