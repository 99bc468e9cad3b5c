"""Sending files to the app as a page does it, and as others try to."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from latent_atlas.ui.border import UPLOADS, Border, rules_of
from latent_atlas.ui.classroom import MODE
from latent_atlas.ui.data import upload_routes
from latent_atlas.ui.data.drop_area import token_from
from latent_atlas.ui.data.pieces import LARGEST_PIECE, Arrivals
from latent_atlas.ui.routes import ROUTES, served_routes
from vae_core.data.own import Limits

OWN = {"origin": "http://127.0.0.1:8501", "sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def arrivals(monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrivals]:
    monkeypatch.setattr(Arrivals, "_watch", lambda self: None)
    here = Arrivals()
    monkeypatch.setattr(upload_routes, "arrivals", here)
    yield here
    for token in list(here._arrivals):
        here.cancel(token)


def ask(
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] = OWN,
    environment: dict[str, str] | None = None,
    parts: int = 1,
) -> tuple[int, str]:
    """The status and the words that the app answers with, from behind its border."""
    sent: list[dict[str, Any]] = []
    named = {"host": "127.0.0.1:8501", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    size = -(-len(body) // parts) or 1
    pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    messages = [
        {"type": "http.request", "body": each, "more_body": i + 1 < len(pieces)}
        for i, each in enumerate(pieces)
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    rules = rules_of(environment or {})
    asyncio.run(Border(Starlette(routes=ROUTES), lambda: rules)(scope, receive, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:]).decode()


def said(count: int, **others: object) -> bytes:
    return json.dumps(
        {"name": "a.zip", "bytes": count, "packed": False, "files": 1, **others}
    ).encode()


def begun(count: int) -> str:
    status, answer = ask("POST", UPLOADS, said(count))
    assert status == 201
    token = token_from(json.loads(answer)["token"])  # as it comes back from the page
    assert token is not None
    return token


def test_what_is_sent_piece_by_piece_is_here(arrivals: Arrivals) -> None:
    token = begun(10)
    assert ask("PUT", f"{UPLOADS}/{token}/0", b"012345", parts=3) == (200, '{"received":6}')
    assert ask("PUT", f"{UPLOADS}/{token}/6", b"6789") == (200, '{"received":10}')
    taken = arrivals.take(token)
    assert taken is not None
    assert taken[1].opened().read() == b"0123456789"


def test_what_is_called_off_is_gone(arrivals: Arrivals) -> None:
    token = begun(10)
    assert ask("DELETE", f"{UPLOADS}/{token}")[0] == 204
    assert ask("PUT", f"{UPLOADS}/{token}/0", b"0")[0] == 404
    assert arrivals.on_their_way() == 0


@pytest.mark.parametrize(
    ("at", "piece", "status"),
    [
        ("4", b"4567", 409),
        ("0", b"01234567890", 413),
        ("0", bytes(LARGEST_PIECE + 1), 413),
        ("9" * 15, b"0", 413),
        ("9" * 16, b"0", 404),
        ("-1", b"0", 404),
        ("x", b"0", 404),
    ],
)
def test_a_piece_that_is_not_the_next_one_is_refused(
    at: str, piece: bytes, status: int, arrivals: Arrivals
) -> None:
    token = begun(10)
    found, sentence = ask("PUT", f"{UPLOADS}/{token}/{at}", piece)
    assert found == status
    assert "Traceback" not in sentence
    assert arrivals._arrivals[token].received == 0


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"", 400, "was not said"),
        (b"[]", 400, "was not said"),
        (b'{"name": "a"}', 400, "was not said"),
        (said(-1), 400, "was not said"),
        (said(1, files=0), 400, "was not said"),
        (said(1, packed="yes"), 400, "was not said"),
        (said(1, path="/etc"), 400, "was not said"),
        (said(1, name="x" * 5000), 413, "too large"),
        (said(201 << 20), 413, "a.zip has 201 MB; a page takes files of up to 200 MB"),
        (said(1, packed=True, files=500_001), 413, "500,001 files are more than the 500,000"),
        (said(2049 << 20, packed=True), 413, "2,049 MB, more than the 2,048 MB allowed"),
    ],
)
def test_what_would_be_too_much_is_refused_before_it_is_sent(
    body: bytes, status: int, sentence: str, arrivals: Arrivals
) -> None:
    found, told = ask("POST", UPLOADS, body)
    assert found == status
    assert sentence in told
    assert told.endswith(".")
    assert arrivals.on_their_way() == 0


def test_several_together_may_be_more_than_one_file_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1 << 40}))
    assert ask("POST", UPLOADS, said(1000 << 20, packed=True, files=5000))[0] == 201


def test_the_limits_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_MAX_SOURCE_BYTES", "1000")
    assert Limits.from_environment().source_bytes == 1000
    assert ask("POST", UPLOADS, said(1001, packed=True))[0] == 413
    assert ask("POST", UPLOADS, said(1000, packed=True))[0] == 201


@pytest.mark.parametrize(
    ("headers", "environment"),
    [
        ({"origin": "https://evil.example.org"}, {}),
        ({"origin": "http://127.0.0.1:9999"}, {}),
        ({"origin": "null"}, {}),
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"host": "evil.example.org"}, {}),
        (OWN, {MODE: "classroom"}),
    ],
)
def test_other_sites_and_a_classroom_bring_nothing(
    headers: dict[str, str], environment: dict[str, str], arrivals: Arrivals
) -> None:
    token = begun(10)
    requests = [
        ("POST", UPLOADS, said(5)),
        ("PUT", f"{UPLOADS}/{token}/0", b"01234"),
        ("DELETE", f"{UPLOADS}/{token}", b""),
    ]
    for method, path, body in requests:
        status, sentence = ask(method, path, body, headers, environment)
        assert status == 403
        assert sentence.endswith(".")
    assert [each.received for each in arrivals._arrivals.values()] == [0]


def test_a_page_that_is_allowed_brings_files() -> None:
    hub = {"origin": "https://hub.example.org"}
    environment = {"LATENT_ATLAS_ORIGINS": hub["origin"]}
    assert ask("POST", UPLOADS, said(5), hub, environment)[0] == 201
    assert ask("POST", UPLOADS, said(5), hub)[0] == 403


def test_below_a_path_each_address_takes_what_it_takes_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda name: "/atlas/")
    assert [(each.path, each.methods) for each in served_routes()] == [
        (f"/atlas{each.path}", each.methods) for each in ROUTES
    ]


@pytest.mark.parametrize("sent", [None, 3, "", "a" * 31, "a" * 33, "../../etc/passwd" * 2, ["a"]])
def test_what_is_no_token_is_nothing(sent: object) -> None:
    assert token_from(sent) is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{UPLOADS}/x/{{}}"),
        ("GET", "/api/models/x/encodings/digits/f16/axes/encodings-{}.safetensors"),
        ("GET", "/api/models/x/digits/f16/labels-{}.safetensors"),
    ],
)
def test_a_number_of_thousands_of_digits_fits_no_route(method: str, path: str) -> None:
    status, _ = ask(method, path.format("9" * 5000))
    assert 400 <= status < 500
