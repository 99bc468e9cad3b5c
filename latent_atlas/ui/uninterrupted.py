"""What a click asks for is done, whatever the browser says next."""

from collections.abc import Callable
from functools import cache, wraps

from streamlit.runtime.state import SafeSessionState


@cache
def finish_callbacks() -> None:
    """Let callbacks of this process come to their end before the next message is heeded.

    Streamlit 1.67 leaves a script run at any use of the session state when the browser has sent
    another message, also just before callbacks and within them. It has taken the click from the
    first message by then, and the second does not hold it: nobody acts on it any more. Where a page
    settles on a busy machine, such a second message is common. It is heeded right after.
    """
    interrupted: Callable[..., None] = SafeSessionState.on_script_will_rerun

    @wraps(interrupted)
    def on_script_will_rerun(self: SafeSessionState, *args: object, **kwargs: object) -> None:
        heed = self._yield_callback
        # It takes any other assignment for one of the session's values.
        object.__setattr__(self, "_yield_callback", _go_on)
        try:
            interrupted(self, *args, **kwargs)
        finally:
            object.__setattr__(self, "_yield_callback", heed)

    SafeSessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


def _go_on() -> None:
    """In place of looking for another message."""
