"""The border of a running app: what other pages, other names and other ports get."""

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from latent_atlas.ui.border import EVERYWHERE, HOSTS, ORIGINS
from tests.browser.helpers import until, until_equal
from tests.browser.server import REPOSITORY, AppServer

STREAM = "/_stcore/stream"
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def status(server: AppServer, path: str, headers: dict[str, str], method: str = "GET") -> int:
    """What the server answers to a request with just these headers."""
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_name_that_was_made_to_lead_here_gets_nothing(app_server: AppServer) -> None:
    here = urlsplit(app_server.url).netloc
    evil = here.replace("127.0.0.1", "evil.example.org")
    shake = {**HANDSHAKE, "Origin": f"http://{evil}"}
    assert status(app_server, "/", {"Host": evil}) == 403
    assert status(app_server, STREAM, {**shake, "Host": evil}) == 403
    assert status(app_server, "/_stcore/health", {"Host": evil}) == 403
    assert status(app_server, "/", {"Host": here}) == 200


def test_a_websocket_of_another_page_is_refused_and_the_apps_own_is_not(
    app_server: AppServer,
) -> None:
    here = urlsplit(app_server.url).netloc
    for origin in ("https://evil.example.org", "http://127.0.0.1:9", "http://localhost", "null"):
        assert status(app_server, STREAM, {**HANDSHAKE, "Host": here, "Origin": origin}) == 403
    own = {**HANDSHAKE, "Host": here, "Origin": f"http://{here}"}
    assert status(app_server, STREAM, own) == 101


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """A page of another local port, which is another site to a browser."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Elsewhere</title>")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_page_of_another_port_can_neither_ask_nor_frame_the_app(
    page: Page, app_server: AppServer, elsewhere: str, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors += [re.compile("403|frame|Frame|WebSocket|CORS|ERR_|Content Security Policy")]
    page.goto(f"{elsewhere}/index.html")
    asked = """async (url) => {
        const socket = await new Promise((told) => {
            const one = new WebSocket(`${url.replace("http", "ws")}/_stcore/stream`);
            one.onopen = () => told("open");
            one.onerror = () => told("refused");
        });
        const ask = async (path, options) => {
            try {
                return (await fetch(`${url}${path}`, options)).type;
            } catch {
                return "refused";
            }
        };
        return [
            socket,
            await ask("/api/models/x/decoder.safetensors"),
            await ask("/_stcore/upload_file/a/b", { method: "PUT", body: "x" }),
        ];
    }"""
    until_equal(page, lambda: page.evaluate(asked, app_server.url), ["refused"] * 3)
    page.evaluate(
        """(url) => {
            const frame = document.createElement("iframe");
            frame.src = url;
            document.body.append(frame);
        }""",
        app_server.url,
    )
    until(page, lambda: any(frame.url.startswith("chrome-error:") for frame in page.frames))


def streamlit_run(**settings: str) -> subprocess.CompletedProcess[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=REPOSITORY,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"STREAMLIT_SERVER_ADDRESS": EVERYWHERE, HOSTS: ""}, "--allow-host NAME"),
        ({ORIGINS: "hub"}, f"{ORIGINS} is “hub”"),
    ],
)
def test_what_would_open_the_app_to_all_ends_with_a_sentence(
    settings: dict[str, str], sentence: str
) -> None:
    ended = streamlit_run(**settings)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
