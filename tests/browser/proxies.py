"""Reverse proxies as people have before the app: one forwards a path, one takes a prefix away.

Both replace Host by the address of the app and pass the browser's Origin on, as many do, but for
websockets, whose Origin they replace as well.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_HEAD = b"\r\n\r\n"


@contextmanager
def proxy(server_url: str, path: str, port: int, *, strips: bool) -> Iterator[str]:
    """Serves the app at http://127.0.0.1:`port``path`/, and nothing beside that path."""
    backend = urlsplit(server_url).netloc
    with socket.create_server(("127.0.0.1", port), backlog=64) as listening:
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    client, _ = listening.accept()
                    threading.Thread(
                        target=_serve, args=(client, backend, path, strips), daemon=True
                    ).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{port}{path}"
        ended.set()


def _serve(client: socket.socket, backend: str, path: str, strips: bool) -> None:
    with client, suppress(OSError):
        head = b""
        while _HEAD not in head:
            if not (piece := client.recv(65_536)):
                return
            head += piece
        head, _, body = head.partition(_HEAD)
        first, *headers = head.split(b"\r\n")
        method, target, version = first.split(b" ")
        if not (target == path.encode() or target.startswith(path.encode() + b"/")):
            client.sendall(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return
        if strips:
            target = target[len(path) :] or b"/"
        upgrades = any(line.lower().startswith(b"upgrade: websocket") for line in headers)
        dropped = (b"host:", b"origin:") if upgrades else (b"host:", b"connection:")
        kept = [line for line in headers if not line.lower().startswith(dropped)]
        kept.append(b"Host: " + backend.encode())
        kept.append(b"Origin: http://" + backend.encode() if upgrades else b"Connection: close")
        host, _, port = backend.partition(":")
        with socket.create_connection((host, int(port))) as server:
            request = b"\r\n".join([b" ".join([method, target, version]), *kept]) + _HEAD + body
            server.sendall(request)
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()


def _pump(source: socket.socket, drain: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            drain.sendall(piece)
        drain.shutdown(socket.SHUT_WR)
