"""The border: what other web sites, other names and other ports try, and what the app's own do."""

import asyncio
from typing import Any

import pytest

from latent_atlas.ui.border import EVERYWHERE, Border, Rules, check_binding, refusal, rules_of
from vae_core.errors import AtlasError

RULES = rules_of({})
HUB = rules_of(
    {
        "LATENT_ATLAS_ORIGINS": "https://hub.example.org",
        "LATENT_ATLAS_HOSTS": "atlas.example.org",
    }
)


def asked(
    host: str | None = "127.0.0.1:8501",
    *,
    origin: str | None = None,
    site: str | None = None,
    method: str = "GET",
    path: str = "/",
    kind: str = "http",
    extra: tuple[tuple[str, str], ...] = (),
) -> dict[str, Any]:
    named = [("Host", host), ("Origin", origin), ("Sec-Fetch-Site", site), *extra]
    headers = [(n.encode(), v.encode("latin-1")) for n, v in named if v is not None]
    return {"type": kind, "method": method, "path": path, "headers": headers}


OWN = [
    asked(),
    asked("localhost:8501"),
    asked("LOCALHOST:8501"),
    asked("localhost.:8501"),
    asked("[::1]:8501"),
    asked("127.0.0.1"),
    asked(path="/api/js/1/x.js", site="same-origin"),
    asked(path="/api/js/1/x.js", site="none"),
    asked(path="/api/js/1/x.js"),
    asked(site="cross-site"),  # a link on another page leads here
    asked(kind="websocket", origin="http://127.0.0.1:8501"),
    asked(kind="websocket"),  # no browser
    asked(method="PUT", origin="http://127.0.0.1:8501", path="/_stcore/upload_file/a/b"),
    asked("localhost", method="POST", origin="http://localhost:80"),
]
ATTACKS = {
    "a name that leads here": asked("evil.example.org:8501"),
    "a name that leads here, its own page": asked(
        "evil.example.org", origin="http://evil.example.org", kind="websocket"
    ),
    "an address of the network": asked("192.168.1.20:8501"),
    "no name": asked(None),
    "two names": asked("127.0.0.1:8501", extra=(("Host", "evil.example.org"),)),
    "a name with a user": asked("127.0.0.1@evil.example.org"),
    "a name and a path": asked("127.0.0.1/evil"),
    "a port that is none": asked("127.0.0.1:port"),
    "this machine's name with more behind": asked("127.0.0.1.evil.example.org"),
    "another site's websocket": asked(kind="websocket", origin="https://evil.example.org"),
    "another port's websocket": asked(kind="websocket", origin="http://127.0.0.1:9999"),
    "another scheme's websocket": asked(kind="websocket", origin="ftp://127.0.0.1:8501"),
    "a sandbox's websocket": asked(kind="websocket", origin="null"),
    "another of this machine's names": asked(kind="websocket", origin="http://localhost:8501"),
    "two origins": asked(
        kind="websocket",
        origin="http://127.0.0.1:8501",
        extra=(("Origin", "http://evil.example.org"),),
    ),
    "another site's upload": asked(method="PUT", origin="https://evil.example.org"),
    "another site's form": asked(method="POST", origin="null"),
    "another site's removal": asked(method="DELETE", origin="https://evil.example.org"),
    "another site's maps": asked(path="/api/models/a/b/1/c/maps/d.safetensors", site="cross-site"),
    "another port's maps": asked(path="/api/models/a/b/1/c/maps/d.safetensors", site="same-site"),
    "maps below a prefix": asked(path="/atlas/api/models/a/decoder.safetensors", site="cross-site"),
}


@pytest.mark.parametrize("scope", OWN)
def test_the_apps_own_requests_come_in(scope: dict[str, Any]) -> None:
    assert refusal(scope, RULES) is None


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_in_a_sentence(name: str) -> None:
    told = refusal(ATTACKS[name], RULES)
    assert told is not None
    assert told.endswith(".")


def test_what_was_allowed_comes_in_and_nothing_else() -> None:
    assert refusal(asked("atlas.example.org"), HUB) is None
    upload = asked("atlas.example.org:8501", origin="https://hub.example.org", method="PUT")
    assert refusal(upload, HUB) is None
    assert refusal(asked(origin="https://hub.example.org:443", kind="websocket"), HUB) is None
    assert refusal(asked(origin="http://hub.example.org", kind="websocket"), HUB) is not None
    assert refusal(asked("hub.example.org"), HUB) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LATENT_ATLAS_HOSTS", "a b"),
        ("LATENT_ATLAS_HOSTS", "http://a.example.org"),
        ("LATENT_ATLAS_ORIGINS", "a.example.org"),
        ("LATENT_ATLAS_ORIGINS", "https://a.example.org/path"),
        ("LATENT_ATLAS_ORIGINS", "*"),
    ],
)
def test_a_setting_that_says_nothing_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(AtlasError, match=f"{name} is “"):
        rules_of({name: value})


@pytest.mark.parametrize("address", [EVERYWHERE, "::", "192.168.1.20", None])
def test_nobody_serves_the_network_without_saying_under_which_names(address: str | None) -> None:
    with pytest.raises(AtlasError, match="--allow-host NAME"):
        check_binding(address, {})
    check_binding(address, {"LATENT_ATLAS_HOSTS": "atlas.example.org"})


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_alone_needs_no_names(address: str) -> None:
    check_binding(address, {})


def through(scope: dict[str, Any], rules: Rules = RULES) -> list[dict[str, Any]]:
    """What goes out for a request, where the app behind the border says hello to everything."""
    return handed_on(scope, rules)[1]


def handed_on(
    scope: dict[str, Any], rules: Rules
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the app behind the border is asked, and what goes out."""
    seen: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    async def receive() -> dict[str, Any]:
        return {"type": f"{scope['type']}.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Border(app, lambda: rules)(scope, receive, send))
    return seen, sent


def test_every_answer_tells_browsers_what_is_allowed() -> None:
    start, body = through(asked())
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    policy = headers["content-security-policy"]
    parts = ("default-src 'self'", "img-src 'self' data: blob:", "frame-ancestors 'self'")
    assert all(part in policy for part in (*parts, "object-src 'none'"))
    assert "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert body["body"] == b"hello"


def test_a_page_that_is_allowed_may_frame_the_app() -> None:
    start, _ = through(asked("atlas.example.org"), HUB)
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    assert "frame-ancestors 'self' https://hub.example.org" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_streamlit_sees_the_websocket_of_an_allowed_page_as_its_own() -> None:
    scope = asked("10.0.0.7:8501", origin="https://hub.example.org", kind="websocket")
    rules = Rules(HUB.hosts | {"10.0.0.7"}, HUB.origins)
    [seen], _ = handed_on(scope, rules)
    headers = dict(seen["headers"])
    assert (headers[b"host"], headers[b"Origin"]) == (
        b"hub.example.org",
        b"https://hub.example.org",
    )
    [seen], _ = handed_on(asked(kind="websocket", origin="http://127.0.0.1:8501"), rules)
    assert dict(seen["headers"])[b"Host"] == b"127.0.0.1:8501"


def test_what_is_refused_never_reaches_the_app() -> None:
    seen, (start, body) = handed_on(ATTACKS["a name that leads here"], RULES)
    assert not seen
    assert start["status"] == 403
    assert b"evil.example.org" in body["body"]
    [closed] = through(ATTACKS["another site's websocket"])
    assert closed["type"] == "websocket.close"
