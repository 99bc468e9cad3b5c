"""Who a visitor is, as a proxy says it: in a header that only listed proxies may send.

The proxy signs people in and names them in `LATENT_ATLAS_USER_HEADER`; `LATENT_ATLAS_PROXIES` are
the networks that it may be in. From anybody else the header is taken away before anything reads
it, so that what is read further on is never forged.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vae_core.errors import AtlasError
from vae_core.sentences import plain

HEADER, PROXIES = "LATENT_ATLAS_USER_HEADER", "LATENT_ATLAS_PROXIES"
# Of uvicorn: whom it believes X-Forwarded-For, by which it replaces the address of who has asked.
# It believes this machine unless it is told otherwise, and so whoever can send it from here.
BELIEVED = "FORWARDED_ALLOW_IPS"
LONGEST_USER = 254  # characters, as of an e-mail address
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class ProxyRules:
    """Which header names a user, in lower case, and from whom it is heard."""

    header: str
    proxies: tuple[Network, ...]

    def lists(self, peer: str) -> bool:
        """Whether the other end of a connection is one of the proxies."""
        try:
            address = _unmapped(peer)
        except ValueError:  # no address: a name, or a socket of this machine
            return False
        return any(address in network for network in self.proxies)


def proxy_rules(environment: Mapping[str, str]) -> ProxyRules | None:
    """What LATENT_ATLAS_USER_HEADER and LATENT_ATLAS_PROXIES say; None where neither is set.

    Raises AtlasError where only one is, or where one holds what is no header, or no network.
    """
    header, listed = (environment.get(name, "").strip() for name in (HEADER, PROXIES))
    if not header and not listed:
        return None
    if not header or not listed:
        missing, there = (HEADER, PROXIES) if listed else (PROXIES, HEADER)
        raise AtlasError(
            f"{there} is set and {missing} is not: set both, or none. A user is only known where a "
            "header names them and the proxies are listed that may send it."
        )
    if not _TOKEN.fullmatch(header):
        raise AtlasError(
            f"{HEADER} is “{plain(header)}”: give the name of a header, such as X-Forwarded-User."
        )
    return ProxyRules(header.lower(), tuple(_network(each) for each in listed.split(",")))


def check_proxies(environment: Mapping[str, str]) -> None:
    """Raises AtlasError where the rules are none, or where it would not be known who has asked."""
    rules = proxy_rules(environment)
    if rules is not None and environment.get(BELIEVED, "*").strip():
        raise AtlasError(
            f"With {HEADER} the server has to see its proxy’s own address: start it with "
            f"latent-atlas app, or set {BELIEVED} to nothing."
        )


def user_named(values: Sequence[str]) -> str | None:
    """The user that the values of a header name, as ASGI hands them over; None where they do not.

    Two headers, one that a proxy has joined of two, an endless one, and one with what cannot be
    printed are no user.
    """
    if len(values) != 1:
        return None
    try:
        user = values[0].strip().encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    sound = 0 < len(user) <= LONGEST_USER and user.isprintable() and "," not in user
    return user if sound else None


class NamedUsers:
    """ASGI middleware: leaves the header that names a user only on what a listed proxy sends."""

    def __init__(self, app: ASGIApp, rules: Callable[[], ProxyRules | None] | None = None) -> None:
        """`rules` are asked for at the first request; by default for those of the environment."""
        self._app = app
        self._asked = rules or (lambda: proxy_rules(os.environ))

    @cached_property
    def _rules(self) -> ProxyRules | None:
        return self._asked()

    @cached_property
    def _behind(self) -> ASGIApp:
        """The app behind a proxy, which tells how and from where people have asked it."""
        trusted = [str(each) for each in self._rules.proxies] if self._rules else []
        app: ASGIApp = ProxyHeadersMiddleware(self._app, trusted)  # type: ignore[arg-type,assignment]
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, without the header unless it is heard."""
        rules = self._rules
        if rules is None or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        peer, port = scope.get("client") or ("", 0)
        headers = [pair for pair in scope["headers"] if not _is(pair[0], rules.header)]
        if not rules.lists(peer):
            await self._app({**scope, "headers": headers}, receive, send)
            return
        told = [value for name, value in scope["headers"] if _is(name, rules.header)]
        if user_named([value.decode("latin-1") for value in told]) is not None:
            headers.append((rules.header.encode(), told[0]))
        client = (str(_unmapped(peer)), port)
        await self._behind({**scope, "headers": headers, "client": client}, receive, send)


def _is(name: bytes, header: str) -> bool:
    return name.decode("latin-1").lower() == header


def _unmapped(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; one of version 4 that came in by a socket of version 6 is one of version 4."""
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError:
        network = None
    if network is None or not network.prefixlen:
        raise AtlasError(
            f"{PROXIES} has “{plain(text.strip())}” in it: give addresses or networks such as "
            "127.0.0.1,10.0.0.0/8, with commas between them, and not all that there are."
        )
    return network
