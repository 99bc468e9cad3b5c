"""Telling one visitor from another: a cookie with a random name, which nobody is asked for.

It is set where there is anything to tell apart, with the first page, and set again with every page
after that, so that it ends when it has not been used for long; the websocket that a page opens
brings it back.
"""

import re
import secrets
from collections.abc import Callable, Mapping

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "latent-atlas-visitor"
_NAME = re.compile(r"[0-9a-f]{32}")
_SECONDS = 90 * 24 * 3600
_UNKNOWN = "visitor"


def visitor_of(cookies: Mapping[str, str]) -> str:
    """The name of the visitor of this session; one of its own where the browser keeps none."""
    named = visitor_named(cookies)
    return named or str(st.session_state.setdefault(_UNKNOWN, new_visitor()))


def visitor_named(cookies: Mapping[str, str]) -> str | None:
    """The name that a browser brings; None where it brings none of ours."""
    named = cookies.get(COOKIE, "")
    return named if _NAME.fullmatch(named) else None


def new_visitor() -> str:
    """A name that nobody has, and nobody guesses."""
    return secrets.token_hex(16)


class Visitors:
    """ASGI middleware: gives a browser its cookie with a page, and more time with the next one."""

    def __init__(self, app: ASGIApp, wanted: Callable[[], bool]) -> None:
        """`wanted` says whether visitors are told apart."""
        self._app, self._wanted = app, wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; a page goes out with the cookie that the browser has, or with a new one."""
        if scope["type"] != "http" or not self._wanted():
            await self._app(scope, receive, send)
            return
        visitor = _brought(scope) or new_visitor()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                unchanged = message["status"] == 304 and "." not in scope["path"].rpartition("/")[2]
                if unchanged or headers.get("content-type", "").startswith("text/html"):
                    secure = scope["scheme"] == "https"
                    headers.append("set-cookie", _cookie(visitor, secure=secure))
            await send(message)

        await self._app(scope, receive, answer)


def _brought(scope: Scope) -> str | None:
    return visitor_named(cookie_parser(Headers(scope=scope).get("cookie", "")))


def _cookie(visitor: str, *, secure: bool) -> str:
    parts = [f"{COOKIE}={visitor}", "Path=/", f"Max-Age={_SECONDS}"]
    return "; ".join([*parts, "HttpOnly", "SameSite=Lax", *(["Secure"] if secure else [])])
