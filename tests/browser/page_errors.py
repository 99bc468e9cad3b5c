"""What goes wrong in pages without anybody asking."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# Errors on the console that say nothing about the app.
NOISE = [re.compile(r"favicon\.ico")]


def note_errors(context: BrowserContext, errors: list[str]) -> Callable[[], None]:
    """Add to `errors` what goes wrong in the pages of a profile; returns what ends that.

    An uncaught exception, an error on the console, or a request that leaves the machine.
    """

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_error(error: WebError) -> None:
        errors.append(f"uncaught: {error.error}")

    def on_request(request: Request) -> None:
        if not stays_here(request.url):
            errors.append(f"request to the outside: {request.url}")

    context.on("console", on_console)
    context.on("weberror", on_error)
    context.on("request", on_request)

    def end() -> None:
        context.remove_listener("console", on_console)
        context.remove_listener("weberror", on_error)
        context.remove_listener("request", on_request)

    return end


def stays_here(url: str) -> bool:
    """Whether a request is to this machine, or to nowhere (data:, blob:)."""
    parts = urlsplit(url)
    return parts.scheme not in {"http", "https", "ws", "wss"} or parts.hostname == "127.0.0.1"
