"""The console that commands write to: any encoding, a pipe that closes, a terminal that goes away.

Whatever happens there, no training ends by it. And what files say steers no terminal: names of
runs, notes and errors may hold anything.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any, TextIO, cast

from vae_core.sentences import JOINERS

CLEAR_LINE = "\r\x1b[2K"  # what a line of progress begins with: back to its start, and empty it
_KEPT = re.compile(f"^(?:{re.escape(CLEAR_LINE)}|\r)")


@contextmanager
def console() -> Iterator[None]:
    """Have everything that is printed go through an `Outlet`."""
    with (
        redirect_stdout(cast(TextIO, Outlet(sys.stdout))),
        redirect_stderr(cast(TextIO, Outlet(sys.stderr))),
    ):
        yield


class Outlet:
    """A text stream that takes whatever is written, though nobody may be there any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        with suppress(AttributeError, ValueError):  # a stream of a test has no encoding to mind
            cast(Any, stream).reconfigure(errors="replace")

    def write(self, text: str) -> int:
        """Write what a terminal may be shown; all of it counts as written."""
        try:
            self._stream.write(for_terminal(text))
        except OSError:  # a closed pipe, or a terminal that was hung up
            self._hush()
        return len(text)

    def flush(self) -> None:
        """Have it arrive."""
        try:
            self._stream.flush()
        except OSError:
            self._hush()

    def _hush(self) -> None:
        """Let what follows go nowhere, what waits to be written as well."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def for_terminal(text: str) -> str:
    """`text` without what would steer a terminal, but for a line of progress that begins anew."""
    kept = _KEPT.match(text)
    begin = kept.group() if kept else ""
    rest = text[len(begin) :]
    if rest.isascii() and rest.replace("\n", "").replace("\t", "").isprintable():
        return text
    shown = (c if c.isprintable() or c in f"\n\t{JOINERS}" or c.isspace() else "�" for c in rest)
    return begin + "".join(" " if c.isspace() and c not in "\n\t" else c for c in shown)
