"""A tab of the app without a browser: it speaks Streamlit's protocol over a websocket."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 60.0  # seconds for a page's script


class Gone(Exception):
    """The app closed the connection, or did not answer in time."""


@dataclass(frozen=True)
class Shown:
    """What a page drew, once its script had run to its end."""

    elements: list[Element]

    @property
    def exceptions(self) -> list[str]:
        """What was raised and shown."""
        found = [each.exception for each in self.elements if each.HasField("exception")]
        return [f"{each.type}: {each.message}" for each in found]


class Visitor:
    """One session, within `visiting`. Raises `Gone` where the app does not do its part."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._page, self._query = "", ""

    def open(self, page: str = "", query: str = "") -> Shown:
        """Go to a page by its address, as `train` and `run=ID`."""
        self._page, self._query = page, query
        return self._rerun([])

    def press(self, shown: Shown, label: str) -> Shown:
        """Press the button of this label, of those on the page."""
        buttons = [each.button for each in shown.elements if each.HasField("button")]
        found = [each for each in buttons if each.label == label]
        if len(found) != 1:
            raise Gone(f"there are {len(found)} buttons {label!r}")
        return self._rerun([WidgetState(id=found[0].id, trigger_value=True)])

    def _rerun(self, pressed: Sequence[WidgetState]) -> Shown:
        state = ClientState(
            query_string=self._query,
            page_name=self._page,
            widget_states=WidgetStates(widgets=pressed),
        )
        self._connection.send(BackMsg(rerun_script=state).SerializeToString())
        return Shown(list(self._elements(time.monotonic() + PATIENCE)))

    def _elements(self, until: float) -> Iterator[Element]:
        """What the script draws, until it has run to its end."""
        while True:
            content = self._connection.recv(timeout=until - time.monotonic(), decode=False)
            message = ForwardMsg.FromString(content)
            match message.WhichOneof("type"):
                case "delta" if message.delta.HasField("new_element"):
                    yield message.delta.new_element
                case "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        raise Gone("the page's script does not compile")
                    if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                        return
                case "page_not_found":
                    raise Gone(f"there is no page {self._page!r}")


@contextmanager
def visiting(url: str) -> Iterator[Visitor]:
    """A session with the app at this address, closed at the end."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    try:
        with connect(
            address,
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(url),
            open_timeout=PATIENCE,
            max_size=None,
            proxy=None,
        ) as connection:
            yield Visitor(connection)
    except (OSError, WebSocketException) as error:  # TimeoutError is an OSError
        raise Gone(f"{type(error).__name__}: {error}") from error
