"""What a page says before any script of Streamlit's is there: what room things take, what to fetch.

Streamlit hears from our script that a page is wide when it has drawn one that is narrow, and all
that is on it moves; and it draws what stands below the plane before the plane. A style in the page
itself is there before the first thing is drawn; so is what keeps a change of page one step of the
browser's history. And the modules of the plane and of what stands beside it, which Streamlit hears
of last of all, are here by then; so is the decoder.
"""

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from latent_atlas.ui.components.modules import bundle_address, js_sources
from latent_atlas.ui.latent_plane import KEY
from latent_atlas.ui.latent_plane.first_file import first_file
from latent_atlas.ui.streamlit_modules import modules_of

# As Streamlit's own rules for a wide page are; from this width on that has 5rem at either side.
_WIDE = (
    ".stMain .stMainBlockContainer{min-width:auto;max-width:initial}"
    "@media(min-width:864px){.stMain .stMainBlockContainer{padding-inline:5rem}}"
)
STAGE = "stage"  # the key of what holds the plane
# Down to the lower edge of the window, or as high as the plane is at most.
_HELD_OPEN = f".st-key-{STAGE},.st-key-{KEY}{{min-height:min(100vh - 132px,940px)}}"
_STYLE = f"<style>{_WIDE}{_HELD_OPEN}</style>"
# What is first seen beside the plane, in Streamlit's words; a component is the plane itself.
_ELEMENTS = ("BidiComponent", "Button", "FileUploader", "Html", "Selectbox")
# With these the answer may be no page, or one that has been packed.
_ASIDE = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")


class Head:
    """ASGI middleware: adds to the head of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; a page goes out whole, with this in its head."""
        if scope["type"] != "http" or not _is_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        page = bytearray()

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message  # its length is known when all of it is here
                return
            if start is None:
                await send(message)
                return
            page.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            head = await run_in_threadpool(_head, scope)  # it looks at the folders of models
            content = bytes(page).replace(b"</head>", f"{head}</head>".encode(), 1)
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(content))
            for name in ("etag", "last-modified"):  # those of Streamlit's file
                del headers[name]
            await send(start)
            await send({"type": "http.response.body", "body": content})

        asked = [(name, value) for name, value in scope["headers"] if name not in _ASIDE]
        await self._app({**scope, "headers": asked}, receive, answer)


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page of the app, which has a name without an ending."""
    accepted = Headers(scope=scope).get("accept", "")
    name = scope["path"].rpartition("/")[2]
    return scope["method"] == "GET" and "text/html" in accepted and "." not in name


def _is_html(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith("text/html")


def _head(scope: Scope) -> str:
    """What stands in the head of a page; Explore is the one at the root."""
    root = (st.get_option("server.baseUrlPath") or "").strip("/")
    links = _links(scope) if scope["path"].strip("/") == root else ""
    return f'{_STYLE}<script type="module">{js_sources()["components/page_steps"]}</script>{links}'


def _links(scope: Scope) -> str:
    """Links to what a page with the plane asks for late: modules, and its decoder behind them."""
    modules = (bundle_address("latent_plane/page"), *modules_of(*_ELEMENTS))
    links = [f'<link rel="modulepreload" href="{address}">' for address in modules]
    try:
        file = first_file(scope.get("query_string", b"").decode())
    except ValueError:  # nothing of ours has written that address
        file = None
    if file is not None:
        links.append(
            f'<link rel="preload" as="fetch" crossorigin fetchpriority="low" href="{file}">'
        )
    return "".join(links)
