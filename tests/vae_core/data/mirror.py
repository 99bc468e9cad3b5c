"""A mirror on this machine that serves well or badly, as a test asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mirror(ThreadingHTTPServer):
    """Serves `files` by path. The first folder of the path says how:

    good · broken (one byte is another) · cut (half of what is announced) · endless (no size, more
    and more) · slow (a byte at a time, until `released`) · held (half, and once `released` the
    rest) · silent (nothing, until `released`) · gone (404) · unsized (good, but without a size).
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.answered: list[str] = []  # to the last byte
        self.released = threading.Event()

    def url(self, how: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{how}"


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        _, how, name = self.path.split("/")
        content = self.server.files.get(name)
        if how == "silent":
            self.server.released.wait()
            self.server.answered.append(self.path)
        if content is None or how in ("gone", "silent"):
            self.send_error(404)
            return
        self.send_response(200)
        if how not in ("unsized", "endless"):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # The client may go, as it should.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(how, content)

    def _send(self, how: str, content: bytes) -> None:
        if how == "broken":
            content = content[:-1] + bytes([content[-1] ^ 1])
        elif how == "cut":
            content = content[: len(content) // 2]
        if how == "slow":
            for byte in content:
                self.wfile.write(bytes([byte]))
                if self.server.released.wait(0.02):
                    return
        if how == "held":
            half = len(content) // 2
            self.wfile.write(content[:half])
            self.server.released.wait()
            content = content[half:]
        while how == "endless" and not self.server.released.is_set():
            self.wfile.write(bytes(1 << 16))
        self.wfile.write(content)
        self.server.answered.append(self.path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def mirror() -> Iterator[Mirror]:
    server = Mirror()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
