"""What a page says first: it goes out whole, and nothing else is touched."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.types import Message, Receive, Scope, Send

from latent_atlas.ui.components.modules import bundle_address
from latent_atlas.ui.head import STAGE, Head
from latent_atlas.ui.latent_plane import decoder_address
from latent_atlas.ui.model_files import list_models
from latent_atlas.ui.streamlit_modules import modules_of

PAGE = [b"<html><head><title>Streamlit</title></he", b"ad><body></body></html>"]
BROWSER = [(b"accept", b"text/html,*/*"), (b"accept-encoding", b"gzip"), (b"if-none-match", b"x")]


def answer_to(
    path: str,
    kind: str = "text/html",
    headers: list[tuple[bytes, bytes]] = BROWSER,
    query: bytes = b"",
) -> tuple[dict[str, str], bytes, Scope]:
    """The headers and the body that go out, and what Streamlit was asked."""
    sent: list[Message] = []
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        told = [(b"content-type", kind.encode()), (b"content-length", b"63"), (b"etag", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        for n, part in enumerate(PAGE):
            await send({"type": "http.response.body", "body": part, "more_body": n == 0})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise NotImplementedError

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": headers,
        "query_string": query,
    }
    asyncio.run(Head(app)(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return told, b"".join(each["body"] for each in sent[1:]), seen[0]


def test_a_page_says_in_its_head_how_wide_it_is_and_keeps_the_rest() -> None:
    headers, body, asked = answer_to("/train")
    head, _, rest = body.decode().partition("</head>")
    assert "max-width:initial" in head
    assert f".st-key-{STAGE}," in head
    assert rest == "<body></body></html>"
    assert headers == {"content-type": "text/html", "content-length": str(len(body))}
    # It is asked for anew and unpacked.
    assert asked["headers"] == BROWSER[:1]


def test_the_modules_of_the_plane_are_fetched_with_the_page_that_has_it() -> None:
    assert bundle_address("latent_plane/page").encode() in answer_to("/")[1]
    assert b"modulepreload" not in answer_to("/train")[1]


def test_the_modules_of_streamlit_that_the_plane_waits_for_are_fetched_once_with_its_page() -> None:
    named = re.findall(r'href="(static/js/[^"]+)"', answer_to("/")[1].decode())
    assert any("/BidiComponent." in name for name in named)
    folder = Path(streamlit.__file__).parent / "static"
    asked_for = (folder / "index.html").read_text(encoding="utf-8")
    assert all((folder / name).is_file() for name in named)
    assert not [name for name in named if name in asked_for or named.count(name) > 1]


def test_the_decoder_that_explore_opens_with_is_fetched_with_its_page() -> None:
    first, second = list_models()[:2]
    for query, entry in ((b"", first), (f"model={second.key}".encode(), second)):
        assert f'href="{decoder_address(entry.digest)}"' in answer_to("/", query=query)[1].decode()
    for nowhere in (b"model=shipped:no-such-model", b"model=%FF%22%3E", b"\xff", b"&" * 999):
        assert b"<link" in answer_to("/", query=nowhere)[1]
    assert b"safetensors" not in answer_to("/", query=b"model=shipped:no-such-model")[1]
    assert b"safetensors" not in answer_to("/train")[1]


def test_an_element_that_streamlit_does_not_have_brings_nothing() -> None:
    assert modules_of("NoSuchElement") == ()


@pytest.mark.parametrize(
    ("path", "kind", "headers"),
    [
        ("/media/report.html", "text/html", BROWSER),  # one of ours to keep
        ("/export", "application/zip", BROWSER),
        ("/train", "text/html", [(b"accept", b"*/*")]),
    ],
)
def test_whatever_is_no_page_goes_out_as_it_came(
    path: str, kind: str, headers: list[tuple[bytes, bytes]]
) -> None:
    told, body, _ = answer_to(path, kind, headers)
    assert body == b"".join(PAGE)
    assert told["etag"] == "x"
