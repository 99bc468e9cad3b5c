"""One file over the network, from whichever mirror has it whole.

Pooch speaks HTTP, in a thread: a server that says nothing would otherwise hold up the answer to
somebody who cancels. `progress` and `cancelled` are called in the caller's thread.
"""

import hashlib
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from vae_core.data.mirrors import RemoteFile
from vae_core.errors import AtlasError

if TYPE_CHECKING:
    from requests import Response

CHUNK = 1 << 14  # bytes
LOOK = 0.1  # seconds between two looks at how far it is
TIMEOUT = (10.0, 30.0)  # seconds to connect, and to wait for the next bytes

Progress = Callable[[int, int | None], None]  # bytes done, bytes in all
Cancelled = Callable[[], bool]


class FetchCancelled(AtlasError):
    """Somebody stopped a download; nothing of it was kept."""


class MirrorsFailed(AtlasError):
    """No mirror had the file: the message names each and says what it did."""


class _Stopped(Exception):
    """Ends the thread of a download that nobody waits for."""


def download(
    remote: RemoteFile,
    folder: Path,
    decode: Callable[[Path], bytes],
    progress: Progress,
    cancelled: Cancelled,
) -> Path:
    """Fetch a file into `folder`, under its mirror's name, and check the SHA-256 of its content.

    `progress` is told the bytes of this file; they begin again at 0 with each mirror. Raises
    MirrorsFailed, FetchCancelled, or AtlasError if the file cannot be written.
    """
    failures: dict[str, list[str]] = {}
    for mirror in remote.mirrors:
        file = folder / mirror.name
        # An address that sends ever more is not the file: text is up to twice the size.
        transfer = _Transfer(mirror.url, file, limit=2 * remote.size + (1 << 20))
        transfer.start()
        try:
            while transfer.is_alive():
                if cancelled():
                    raise FetchCancelled("The download was cancelled; nothing of it was kept.")
                progress(transfer.done, transfer.total)
                transfer.join(LOOK)
        finally:
            transfer.stop()
        transfer.raise_unwritable()
        failure = transfer.failure or _fault(file, decode, remote.sha256)
        if failure is None:
            progress(transfer.done, transfer.done)
            return file
        file.unlink(missing_ok=True)
        failures.setdefault(failure, []).append(urlsplit(mirror.url).hostname or mirror.url)
    raise MirrorsFailed("; ".join(f"{', '.join(hosts)} {f}" for f, hosts in failures.items()))


def _fault(file: Path, decode: Callable[[Path], bytes], sha256: str) -> str | None:
    """What is wrong with a file that arrived, in words that follow a server's name."""
    try:
        content = decode(file)
    except (AtlasError, OSError, EOFError, zlib.error):
        return "sent something that is not this file"
    arrived = hashlib.sha256(content).hexdigest()
    return None if arrived == sha256 else "sent something else than the known content"


class _Transfer(threading.Thread):
    """A download under way. `failure` says what went wrong, in words that follow a server's name.

    It is the file that Pooch writes to and the progress bar that it keeps, both at once.
    """

    def __init__(self, url: str, file: Path, limit: int) -> None:
        super().__init__(name=f"download {url}", daemon=True)
        self.done = 0
        self.total: int | None = None  # set by Pooch, 0 where the server does not tell
        self.failure: str | None = None
        self._url, self._file, self._limit = url, file, limit
        self._stop_asked = threading.Event()
        self._unwritable: OSError | None = None
        self._stream: BinaryIO | None = None
        self._response: Response | None = None

    def run(self) -> None:
        # Imported here: most people never download anything.
        from pooch import HTTPDownloader
        from requests import HTTPError, RequestException

        fetch = HTTPDownloader(
            progressbar=self,
            chunk_size=CHUNK,
            timeout=TIMEOUT,
            # Some servers unpack .gz on the way if asked to compress.
            headers={"Accept-Encoding": "identity"},
            hooks={"response": self._remember},
        )
        try:
            with self._file.open("wb") as self._stream:
                fetch(self._url, self, None)
        except _Stopped:
            self.failure = self.failure or "was left"
        except HTTPError as error:
            status = "an error" if error.response is None else error.response.status_code
            self.failure = f"answered {status}"
        except RequestException:
            self.failure = (
                "broke off in the middle" if self.done else "cannot be reached or did not answer"
            )
        except ValueError:
            self.failure = "answered what is not HTTP"
        except OSError as error:  # after RequestException, which is one too
            self._unwritable = error
        finally:
            if self._response is not None:  # Pooch leaves it open when it is interrupted
                self._response.close()

    def _remember(self, response: "Response", **_: object) -> None:
        self._response = response

    def stop(self) -> None:
        """Leave it: it ends with the next bytes."""
        self._stop_asked.set()

    def raise_unwritable(self) -> None:
        """Raises AtlasError if the disk refused the file."""
        if self._unwritable is not None:
            error = self._unwritable
            raise AtlasError(
                f"{self._file.name} could not be written to {self._file.parent.parent} "
                f"({error.strerror or error}): free some space or choose another data folder."
            ) from error

    def write(self, chunk: bytes) -> None:
        """Called by Pooch with each piece."""
        if self._stop_asked.is_set() or self._stream is None:
            raise _Stopped
        if self.done + len(chunk) > self._limit:
            self.failure = "sent something far larger than this file"
            raise _Stopped
        self._stream.write(chunk)
        self.done += len(chunk)

    def flush(self) -> None:
        """Called by Pooch; the file is flushed when it is closed."""

    def update(self, _: int) -> None:
        """Called by Pooch, with a size that is not the piece's."""

    def reset(self) -> None:
        """Called by Pooch at the end."""

    def close(self) -> None:
        """Called by Pooch at the end."""
