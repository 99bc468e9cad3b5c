"""Being told to end while something trains: Ctrl-C, a signal, a terminal that is closed."""

import signal
from collections.abc import Callable
from types import FrameType

INTERRUPTED = 130  # what shells call the end of a program by Ctrl-C


def ending_signals() -> Callable[[], bool]:
    """Take note of the signals that end a program instead of ending by them; has one come?

    A hang-up, as a terminal that is closed or a line that breaks sends it, is one as well.
    """
    told_to_end = False

    def end(signal_number: int, frame: FrameType | None) -> None:
        nonlocal told_to_end
        told_to_end = True

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    return lambda: told_to_end
