"""The door for images of one's own: files, folders and archives, dropped or chosen.

Streamlit's uploader sends every file by a request of its own and shows none of five thousand within
minutes; here the browser shows the first ones by itself, and sends all as one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from latent_atlas.ui.border import UPLOADS
from latent_atlas.ui.components import component
from latent_atlas.ui.data.pieces import arrivals
from vae_core.data.own import LITTER, PICTURES, STREAM, Limits, NamedFile, Survey

_FOLDER = Path(__file__).parent
_BROUGHT = "own-brought"
_GONE = "own-brought-gone"  # the token of what came too late
_TOKEN = re.compile(r"[\w-]{32}")

_drop = component(
    "latent_atlas_drop_area",
    "data/drop_area/drop",
    "createDrop",
    html=(_FOLDER / "drop.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "drop.css").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Brought:
    """What somebody has brought, until they bring something else or their session ends.

    `token` tells it from all others; `surveys` holds what was found in it, by the layout that was
    said of flat images.
    """

    token: str
    source: NamedFile
    surveys: dict[tuple[int, int] | None, Survey] = field(default_factory=dict)


def drop_area(changed: Callable[[], None]) -> Brought | None:
    """Draw the door, and return what came through it last.

    `changed` is called before the rerun in which something new is here.
    """
    sent = _drop(
        {
            "address": UPLOADS.lstrip("/"),  # relative to the page: it may be below a path
            "pictures": sorted(PICTURES),
            "litter": {"names": sorted(LITTER), "pattern": STREAM.pattern},
            "most": Limits.from_environment().files,
        },
        key="own-drop",
        on_brought_change=changed,
    )
    token = token_from(sent.brought)
    last, brought = st.session_state.get(_BROUGHT, (None, None))
    if token is not None and token != last:
        brought = _taken(token)
        st.session_state[_BROUGHT] = (token, brought)
        st.session_state[_GONE] = token if brought is None else None
    if token is not None and token == st.session_state.get(_GONE):
        st.warning(
            "What you have brought is not here any more: the app was started anew, or too much "
            "time has passed. Bring it again.",
            icon=":material/warning:",
        )
    found: Brought | None = brought
    return found


def let_go() -> None:
    """Forget what was brought: it is kept as a dataset now, or nobody wants it."""
    last, _ = st.session_state.get(_BROUGHT, (None, None))
    st.session_state[_BROUGHT] = (last, None)


def token_from(sent: object) -> str | None:
    """Read what the component sends. It comes from outside: whatever else it is, is nothing."""
    return sent if isinstance(sent, str) and _TOKEN.fullmatch(sent) else None


def _taken(token: str) -> Brought | None:
    arrived = arrivals.take(token)
    if arrived is None:
        return None
    announced, content = arrived
    return Brought(token, NamedFile(announced.name, content.opened, announced.packed))
