"""Telling one visitor from another: a cookie with a random name, which nobody is asked for.

It is set where there is anything to tell apart, with the first page; the websocket that a page
opens brings it back.
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
    named = cookies.get(COOKIE, "")
    if _NAME.fullmatch(named):
        return named
    return str(st.session_state.setdefault(_UNKNOWN, secrets.token_hex(16)))


class Visitors:
    """ASGI middleware: gives a browser its cookie with the first page."""

    def __init__(self, app: ASGIApp, wanted: Callable[[], bool]) -> None:
        """`wanted` says whether visitors are told apart."""
        self._app, self._wanted = app, wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; a page for a browser without a cookie goes out with one."""
        if scope["type"] != "http" or not self._wanted() or _has_cookie(scope):
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                unchanged = message["status"] == 304 and "." not in scope["path"].rpartition("/")[2]
                if unchanged or headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _new_cookie(secure=scope["scheme"] == "https"))
            await send(message)

        await self._app(scope, receive, answer)


def _has_cookie(scope: Scope) -> bool:
    found = cookie_parser(Headers(scope=scope).get("cookie", ""))
    return _NAME.fullmatch(found.get(COOKIE, "")) is not None


def _new_cookie(*, secure: bool) -> str:
    parts = [f"{COOKIE}={secrets.token_hex(16)}", "Path=/", f"Max-Age={_SECONDS}"]
    return "; ".join([*parts, "HttpOnly", "SameSite=Lax", *(["Secure"] if secure else [])])
