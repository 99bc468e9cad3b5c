"""How what the browser fetches is answered: in a sentence where it is refused, and kept for ever.

Every address of these holds the hash of what it names, so all of it may be kept.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import wraps

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from latent_atlas.ui.owners import owner_asking
from latent_atlas.ui.visible_data import check_visible
from vae_core.data.own import is_own
from vae_core.errors import AtlasError

HEADERS = {
    # Private: the browser that was given it keeps it, and no proxy hands it on to another.
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
# Streamlit gzips what has no encoding: 100 ms of a core to take 8 % off a file of float32.
BINARY_HEADERS = {**HEADERS, "Content-Encoding": "identity"}
UNKEPT = {"Cache-Control": "no-store"}

# Plain functions, not coroutines: Starlette runs them in threads, so reading stalls nobody else.
Endpoint = Callable[[Request], Response]


def in_a_sentence(answer: Endpoint) -> Endpoint:
    """An endpoint that refuses with the sentence of its AtlasError, and 404."""

    @wraps(answer)
    def endpoint(request: Request) -> Response:
        try:
            return answer(request)
        except AtlasError as problem:
            return PlainTextResponse(str(problem), status_code=404)

    return endpoint


def in_turn(pool: Executor) -> Callable[[Endpoint], Callable[[Request], Awaitable[Response]]]:
    """An endpoint that waits for its turn in a small pool, and holds no thread of the others."""

    def made(answer: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        @wraps(answer)
        async def endpoint(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(pool, answer, request)

        return endpoint

    return made


def binary(content: bytes) -> Response:
    """Bytes as they are."""
    return Response(content, media_type="application/octet-stream", headers=BINARY_HEADERS)


def asked_step(text: str) -> int:
    """A step that an address names; −1, which all are after, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def at_work(words: str) -> Response:
    """What is asked for is being made: ask again in a second."""
    return PlainTextResponse(words, 202, UNKEPT)


def check_allowed(dataset: str, request: Request) -> None:
    """Raises AtlasError where the images of this name are somebody else's."""
    if is_own(dataset):
        check_visible(dataset, owner_asking(request))
