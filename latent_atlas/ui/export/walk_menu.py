"""The part of the menu that makes walks: which one, how many frames, and as what file."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from latent_atlas.ui.export.animations import Animation, PathAnimation
from latent_atlas.ui.export.endpoints import OWN, PIN, WalkContext, endpoint, endpoint_names
from latent_atlas.ui.export.exports import file_stem
from latent_atlas.ui.export.walks import (
    MOST_DIMENSIONS,
    MOST_FRAMES,
    WAYS,
    DrawnPath,
    Traversal,
    Walk,
)

_KEY = "take-away"
_FRAMES = 24
_DRAWN, _SPOTS, _EVERY = "The path", "Two spots", "Every dimension"


def walk_menu(here: WalkContext) -> None:
    """Draw it. Raises AtlasError, in a sentence, for an end that names nothing."""
    st.markdown("**A walk**")
    drawn = here.view.path is not None and len(here.view.path) >= 2 and here.view.dims != "tsne"
    offered = [*([_DRAWN] if drawn else []), _SPOTS, _EVERY]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        kind = st.segmented_control(
            "What to walk",
            offered,
            default=offered[0],
            required=True,
            # A choice that is gone must not be remembered.
            key=f"{_KEY}-kind-{drawn}",
            label_visibility="collapsed",
        )
        frames = st.number_input(
            "Frames",
            min_value=2,
            max_value=MOST_FRAMES,
            value=_FRAMES,
            key=f"{_KEY}-frames",
            persist_state="session",
            width=136,
        )
    if kind == _DRAWN:
        _offer(DrawnPath(here.entry, int(frames), here.view), "path")
        name, _ = WAYS[here.view.way]
        st.caption(f"{name} through your stops. {_EQUALLY}")
    elif kind == _SPOTS:
        _between_spots(here, int(frames))
    else:
        _offer(Traversal(here.entry, int(frames), here.view), "dimensions")
        st.caption(
            "Each dimension from −3 to 3, the others as at the pin; the most active first, at most "
            f"{MOST_DIMENSIONS}."
        )


_EQUALLY = "Each frame differs as much from the next as any other."


def _between_spots(here: WalkContext, frames: int) -> None:
    offered = endpoint_names(here)
    # One's own image is where the pin is, as a rule: a walk between them would stand still.
    elsewhere = next(
        (place for place, text in enumerate(offered) if text not in (PIN, OWN)), len(offered) - 1
    )
    with st.container(horizontal=True, gap="xsmall"):
        first = _end("From", offered, 0)
        last = _end("To", offered, elsewhere)
        way = st.selectbox(
            "Way",
            list(WAYS),
            format_func=lambda way: WAYS[way][0],
            key=f"{_KEY}-way",
            persist_state="session",
            width=152,
        )
    for text in (first, last):
        if text not in offered:
            endpoint(here, text)  # what was typed may name nothing: said before a button is pressed
    _offer(Walk(here.entry, frames, here, first, last, way), "walk")
    name, good_for = WAYS[way]
    st.caption(
        f"{name}: {good_for}. {_EQUALLY} An end can also be typed: a z such as 0.5, -1, or an "
        "image's number such as #17."
    )


def _offer(animation: Animation, ending: str) -> None:
    """A button for each kind of file."""
    makers: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "Film, GIF": ("gif", "image/gif", partial(animation.film, "GIF")),
        "Film, WebP": ("webp", "image/webp", partial(animation.film, "WEBP")),
        "Video, MP4": ("mp4", "video/mp4", animation.video),
    }
    if isinstance(animation, PathAnimation):
        makers = {"Strip, PNG": ("png", "image/png", animation.strip), **makers}
        makers["Path, CSV"] = ("csv", "text/csv", animation.table)
    with st.container(horizontal=True, gap="xsmall"):
        for label, (suffix, mime, make) in makers.items():
            st.download_button(
                label,
                make,
                file_name=f"{file_stem(animation.entry)}-{ending}.{suffix}",
                mime=mime,
                on_click="ignore",
                key=f"{_KEY}-{label}",
            )


def _end(label: str, offered: list[str], index: int) -> str:
    return st.selectbox(
        label,
        offered,
        index=index,
        accept_new_options=True,
        key=f"{_KEY}-{label}",
        persist_state="session",
        width=152,
    )
