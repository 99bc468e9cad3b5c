"""The border of the app: under which names it answers, to which pages, and what its own may do.

A browser lets any page on the web send requests to any address, this app's too, and a name that was
this machine's a moment ago (DNS rebinding) makes such a page the app's own in the browser's eyes.
So before anything else sees a request, Streamlit's own checks included, it is asked here under
which name it came (Host), from whose page (Origin), and how (Sec-Fetch-Site).
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from latent_atlas.ui.classroom import in_classroom
from vae_core.errors import AtlasError
from vae_core.sentences import plain

HOSTS, ORIGINS = "LATENT_ATLAS_HOSTS", "LATENT_ATLAS_ORIGINS"
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = "0.0.0.0"  # where Streamlit serves that was given no address
COSTLY = "/api/"
UPLOADS = "/api/uploads"  # ours, beside Streamlit's
_UPLOADING = ("/_stcore/upload_file", UPLOADS)
_READING = ("GET", "HEAD", "OPTIONS")
_NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # or an address of version 6
_POLICY_VIOLATION = 1008  # of websockets
# Streamlit compiles what Vega draws, sets styles in elements, and loads a component's script from a
# blob; for all else the browser may ask this server alone.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-eval' 'unsafe-inline' blob:",
    "style-src": "'self' 'unsafe-inline' blob:",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob: data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


@dataclass(frozen=True)
class Rules:
    """The names that the app answers to, and the pages of others that may ask it.

    `hosts` are names without a port, `origins` such as ``https://hub.example.org``. `uploads` says
    whether files may come in.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    uploads: bool = True


def rules_of(environment: Mapping[str, str]) -> Rules:
    """What LATENT_ATLAS_HOSTS and LATENT_ATLAS_ORIGINS say, besides this machine's own names.

    Raises AtlasError where one of them holds what is no name, or no origin.
    """
    hosts = {_host_of(each) for each in _listed(environment.get(HOSTS, ""))}
    if None in hosts:
        raise AtlasError(
            f"{HOSTS} is “{plain(environment[HOSTS])}”: give names such as atlas.example.org, with "
            "commas between them."
        )
    origins = [_origin_of(each) for each in _listed(environment.get(ORIGINS, ""))]
    if None in origins:
        raise AtlasError(
            f"{ORIGINS} is “{plain(environment[ORIGINS])}”: give origins such as "
            "https://hub.example.org:8000, with commas between them."
        )
    known = {name for name in (*LOOPBACK, *hosts) if name}
    allowed = frozenset(each for each in origins if each)
    return Rules(frozenset(known), allowed, uploads=not in_classroom(environment))


def check_binding(address: str | None, environment: Mapping[str, str]) -> None:
    """Raises AtlasError where others could reach the app and it was not said under which names."""
    address = address or EVERYWHERE
    if address not in LOOPBACK and not _listed(environment.get(HOSTS, "")):
        raise AtlasError(
            f"At {address} others on the network can reach the app. Say under which names it may "
            f"answer: latent-atlas app --host {address} --allow-host NAME (or {HOSTS}=NAME,OTHER)."
        )


class Border:
    """ASGI middleware: refuses what comes from elsewhere, and tells browsers what is allowed."""

    def __init__(self, app: ASGIApp, rules: Callable[[], Rules] | None = None) -> None:
        """`rules` are asked for at the first request; by default for those of the environment."""
        self._app = app
        self._asked = rules or (lambda: rules_of(os.environ))

    @cached_property
    def _rules(self) -> Rules:
        return self._asked()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what may come in; the answer goes out with what browsers have to heed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        problem = refusal(scope, self._rules)
        if problem is not None:
            await _refuse(problem, scope, receive, send)
            return
        host = _one(_headers(scope), "host") or ""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _told(self._rules, host).items():
                    headers[name] = value
            await send(message)

        await self._app(_as_one_origin(scope, self._rules), receive, answer)


def refusal(scope: Scope, rules: Rules) -> str | None:
    """Why a request is refused, in a sentence; None where it may come in."""
    headers = _headers(scope)
    host = _one(headers, "host")
    name = None if host is None else _host_of(host)
    if name is None or name not in rules.hosts:
        return (
            f"This app does not answer to the name “{plain(host or 'none')}”: whoever runs it can "
            f"allow it with --allow-host or {HOSTS}."
        )
    writes = scope["type"] == "websocket" or scope["method"] not in _READING
    if writes and not _is_of(headers, host or "", rules):
        page = plain(_one(headers, "origin") or "none")
        return (
            f"The page at “{page}” is not this app’s, and may not ask it for anything: whoever "
            f"runs the app can allow it with {ORIGINS}."
        )
    if writes and not rules.uploads and any(each in scope["path"] for each in _UPLOADING):
        return "In this classroom nothing is uploaded."
    site = _one(headers, "sec-fetch-site")
    if COSTLY in scope["path"] and site not in (None, "same-origin", "none"):
        return "This is only for the app’s own pages."
    return None


def _is_of(headers: Mapping[str, list[str]], host: str, rules: Rules) -> bool:
    """Whether a request comes from a page of this app, or from one that is allowed.

    What is no browser names no origin, and cannot be made to ask by a page.
    """
    if "origin" not in headers:
        return True
    origin = _one(headers, "origin")
    if origin is None:
        return False
    found = _origin_of(origin)
    if found is None:
        return False
    scheme, _, netloc = found.partition("://")
    return found in rules.origins or netloc == _without_usual_port(host.lower(), scheme)


def _as_one_origin(scope: Scope, rules: Rules) -> Scope:
    """A websocket of an allowed page, with that page's host for its own.

    Streamlit takes what comes from its own origin. About any other it asks a server on the internet
    for this machine's address, and waits; and its sign-in knows the app by the page's origin.
    """
    headers = _headers(scope)
    origin = _origin_of(_one(headers, "origin") or "")
    if scope["type"] != "websocket" or origin not in rules.origins:
        return scope
    host = headers["origin"][0].strip().partition("://")[2]
    rest = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
    return {**scope, "headers": [*rest, (b"host", host.encode("latin-1"))]}


def _told(rules: Rules, host: str) -> dict[str, str]:
    """What browsers have to heed with every answer."""
    beside = " ".join(sorted(rules.origins))
    # Some browsers do not count a websocket to the same server as `self`.
    names = [host, *sorted(each.partition("://")[2] for each in rules.origins)]
    sockets = " ".join(f"ws://{name} wss://{name}" for name in names)
    connect = f"'self' {sockets} data: blob:"
    policy = {**_POLICY, "connect-src": connect, "frame-ancestors": f"'self' {beside}".strip()}
    told = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return told if beside else {**told, "X-Frame-Options": "SAMEORIGIN"}


async def _refuse(problem: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # that it wants to connect
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""})
        return
    await PlainTextResponse(problem, 403, {"Cache-Control": "no-store"})(scope, receive, send)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _one(headers: Mapping[str, list[str]], name: str) -> str | None:
    """The value of a header that may be there once; two of them are none."""
    values = headers.get(name, [])
    return values[0].strip() if len(values) == 1 else None


def _host_of(text: str) -> str | None:
    """The name in `name`, `name:port` or `[::1]:port`, lower case; None where there is none."""
    try:
        parts = urlsplit(f"//{text.strip()}")
        _ = parts.port
    except ValueError:
        return None
    strange = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    name = (parts.hostname or "").rstrip(".")
    return name if not strange and _NAME.fullmatch(name) else None


def _origin_of(text: str) -> str | None:
    """An origin as it is compared: lower case, without the usual port; None where it is none."""
    try:
        parts = urlsplit(text.strip().lower())
        _ = parts.port
    except ValueError:
        return None
    strange = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if strange or parts.scheme not in ("http", "https"):
        return None
    if not _NAME.fullmatch(parts.hostname or ""):
        return None
    return f"{parts.scheme}://{_without_usual_port(parts.netloc, parts.scheme)}"


def _without_usual_port(netloc: str, scheme: str) -> str:
    return netloc.removesuffix(":443" if scheme == "https" else ":80")


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def allowed(hosts: Iterable[str]) -> str:
    """The value of LATENT_ATLAS_HOSTS for these names besides those that it has."""
    return ",".join(dict.fromkeys([*_listed(os.environ.get(HOSTS, "")), *hosts]))
