"""A user is who a listed proxy says, and nobody is who they say themselves."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any
from unittest.mock import AsyncMock

import pytest
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.runtime.context import StreamlitHeaders
from streamlit.web.server.starlette.starlette_websocket import StarletteClientContext
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from latent_atlas.cli.main import main
from latent_atlas.ui.proxies import (
    BELIEVED,
    HEADER,
    LONGEST_USER,
    PROXIES,
    NamedUsers,
    check_proxies,
    proxy_rules,
    user_named,
)
from vae_core.errors import AtlasError

SETTINGS = {HEADER: "X-Forwarded-User", PROXIES: "10.0.0.0/8, ::1"}
PROXY, SOMEBODY = "10.1.2.3", "203.0.113.5"


def handed_on(
    *headers: tuple[str, str], peer: str | None = PROXY, kind: str = "http", **extra: Any
) -> dict[str, Any]:
    """What the app behind is asked, where `peer` asks with these headers."""
    seen: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(dict(scope))

    async def receive() -> Message:
        return {"type": f"{kind}.request"}

    async def send(message: Message) -> None:
        """Nothing is sent."""

    scope = {
        "type": kind,
        "path": "/",
        "scheme": "http",
        "client": None if peer is None else (peer, 50000),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        **extra,
    }
    asyncio.run(NamedUsers(app, lambda: proxy_rules(SETTINGS))(scope, receive, send))
    return seen[0]


def users(scope: dict[str, Any]) -> Sequence[str]:
    found = [v for n, v in scope["headers"] if n.lower() == b"x-forwarded-user"]
    return [value.decode("latin-1") for value in found]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("peer", [PROXY, "::1", "::ffff:10.0.0.9"])
def test_a_listed_proxy_is_heard(peer: str, kind: str) -> None:
    seen = handed_on(("X-Forwarded-User", "ana"), ("Cookie", "a=b"), peer=peer, kind=kind)
    assert user_named(users(seen)) == "ana"
    assert (b"Cookie", b"a=b") in seen["headers"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("peer", [SOMEBODY, "127.0.0.1", "::2", "10.0.0.1.evil", "", None])
def test_a_header_that_somebody_else_sends_is_taken_away(peer: str | None, kind: str) -> None:
    for name in ("X-Forwarded-User", "x-forwarded-user", "X-FORWARDED-USER"):
        assert not users(handed_on((name, "ana"), peer=peer, kind=kind))


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Forwarded-User", "ana"), ("x-forwarded-user", "eve")],
        [("X-Forwarded-User", "ana, eve")],
        [("X-Forwarded-User", "a" * (LONGEST_USER + 1))],
        [("X-Forwarded-User", "")],
        [("X-Forwarded-User", "   ")],
        [("X-Forwarded-User", "ana\x00")],
        [("X-Forwarded-User", "ana\x1b[31m")],
        [("X-Forwarded-User", "ana\u202eeve")],
        [],
    ],
)
def test_what_names_no_user_or_two_is_taken_away(headers: list[tuple[str, str]]) -> None:
    assert not users(handed_on(*headers))


def test_a_name_may_have_letters_of_any_script_and_be_as_long_as_an_address() -> None:
    for name in ("José Ångström", "ana@example.org", "a" * LONGEST_USER):
        assert user_named(users(handed_on(("X-Forwarded-User", name)))) == name
    assert user_named(["\xff"]) is None  # no UTF-8


def test_what_people_ask_the_proxy_is_known_and_who_asks_the_app_cannot_be_forged() -> None:
    told = (("x-forwarded-for", SOMEBODY), ("x-forwarded-proto", "https"))
    seen = handed_on(*told)
    assert (seen["scheme"], seen["client"][0]) == ("https", SOMEBODY)
    forged = handed_on(
        ("x-forwarded-for", PROXY), ("x-forwarded-user", "ana"), told[1], peer=SOMEBODY
    )
    assert (forged["scheme"], forged["client"][0], users(forged)) == ("http", SOMEBODY, [])


def test_streamlit_shows_a_page_just_the_header_that_was_left() -> None:
    for peer, shown in ((PROXY, ["ana"]), (SOMEBODY, [])):
        seen = handed_on(("x-forwarded-user", "ana"), peer=peer, kind="websocket")
        context = StarletteClientContext(WebSocket(seen, AsyncMock(), AsyncMock()))
        assert StreamlitHeaders(context.headers).get_all("X-Forwarded-User") == shown


def test_without_the_settings_nothing_is_changed() -> None:
    assert proxy_rules({}) is None
    check_proxies({})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({HEADER: "X-Forwarded-User"}, PROXIES),
        ({PROXIES: "10.0.0.0/8"}, HEADER),
        ({HEADER: "two words", PROXIES: "::1"}, "two words"),
        ({HEADER: "X-User", PROXIES: "proxy.example.org"}, "proxy.example.org"),
        ({HEADER: "X-User", PROXIES: "10.0.0.1/8"}, "10.0.0.1/8"),
        ({HEADER: "X-User", PROXIES: "10.0.0.1,"}, PROXIES),
        ({HEADER: "X-User", PROXIES: "0.0.0.0/0"}, "0.0.0.0/0"),
    ],
)
def test_settings_that_are_none_end_the_start_with_a_sentence(
    environment: dict[str, str], said: str
) -> None:
    with pytest.raises(AtlasError, match=r"\.$") as problem:
        check_proxies(environment)
    assert said in str(problem.value)


@pytest.mark.parametrize("believed", [None, "*", "127.0.0.1"])
def test_the_app_does_not_start_where_it_would_not_see_the_proxys_own_address(
    believed: str | None,
) -> None:
    environment = SETTINGS if believed is None else SETTINGS | {BELIEVED: believed}
    with pytest.raises(AtlasError, match="latent-atlas app"):
        check_proxies(environment)
    check_proxies(SETTINGS | {BELIEVED: ""})


def test_what_the_server_is_told_then_has_it_see_that_address() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"::1")]}
    for believed in ("127.0.0.1,::1", ""):  # uvicorn's own, and ours
        asyncio.run(ProxyHeadersMiddleware(app, believed)(dict(scope), None, None))  # type: ignore[arg-type]
    assert seen == ["::1", "127.0.0.1"]


def test_the_command_tells_the_server_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SETTINGS | {BELIEVED: "*"}).items():
        monkeypatch.setenv(name, value)
    told: list[str] = []
    monkeypatch.setattr(
        "latent_atlas.cli.app.cli.main", lambda *_, **__: told.append(os.environ[BELIEVED])
    )
    assert main(["app", "--port", "0"]) == 0
    assert told == [""]
