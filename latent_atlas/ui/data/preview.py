"""The preview: how to see the pictures, what the model will see, and what to know beforehand."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from latent_atlas.ui.data.pictures import class_bars, sight_pairs
from latent_atlas.ui.data.words import classes_title, upload_summary, warnings
from latent_atlas.ui.markdown import escaped
from vae_core.data.own import Choice, Fit, Mode, Source, Survey, look
from vae_core.numerals import size as size_text
from vae_core.sentences import counted

SIDES = (28, 32, 48, 64, 96, 128)
COLOURS: dict[Mode, str] = {"grey": "Grey", "rgb": "RGB"}
FITS: dict[Fit, str] = {"crop": "Crop", "pad": "Pad"}
Made = TypeVar("Made")


def preview(
    source: Source, upload: Hashable, found: Survey, keep: Callable[[Choice, str], None]
) -> None:
    """Draw all of it; `keep` is called with the choice and the title. AtlasError as `look`."""
    st.markdown(upload_summary(found))
    for warning in warnings(found):
        st.caption(f":material/info: {escaped(warning)}")
    choice = _controls(found, hash(upload), keep)
    st.markdown(
        "**What the model will see**  \n"
        ":small[:gray[left the picture, right what the model gets of it]]"
    )
    seen = kept_in_session(
        "own-look", (upload, choice), lambda: look(source, choice, found.samples)
    )
    st.html(sight_pairs(seen))
    if found.counts:
        st.markdown(f"**{classes_title(found.counts)}**")
        if len(set(found.counts.values())) > 1:  # bars of one length tell nothing
            st.html(class_bars(found.counts))


def kept_in_session(name: str, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` returned for this key the last time, if that was the last key."""
    known = st.session_state.get(name)
    if known is None or known[0] != key:
        known = (key, make())
        st.session_state[name] = known
    made: Made = known[1]
    return made


def _controls(found: Survey, turn: int, keep: Callable[[Choice, str], None]) -> Choice:
    proposed = found.proposal
    sizes = list(dict.fromkeys([proposed.size, *((side, side) for side in SIDES)]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.selectbox(
            "Size",
            sizes,
            format_func=size_text,
            key=f"own-size-{turn}",
            width=136,
            help="Height × width of an image, in pixels. Larger shows more and trains slower.",
        )
        mode = st.segmented_control(
            "Colour",
            list(COLOURS),
            format_func=COLOURS.__getitem__,
            default=proposed.mode,
            required=True,
            key=f"own-mode-{turn}",
        )
        fit = st.segmented_control(
            "Proportions",
            list(FITS),
            format_func=FITS.__getitem__,
            default=proposed.fit,
            required=True,
            key=f"own-fit-{turn}",
            help="Where a picture is too long: cut both ends off, or show all of it on paper of "
            "its border's colour.",
        )
        st.text_input("Name", found.title, max_chars=60, key=f"own-title-{turn}", width=240)
        st.button(
            f"Keep {counted(found.count, 'image')}",
            type="primary",
            icon=":material/save:",
            key=f"own-keep-{turn}",
            on_click=_keep,
            args=(turn, found.title, keep),
        )
    return Choice(size, mode, fit)


def _keep(turn: int, proposed: str, keep: Callable[[Choice, str], None]) -> None:
    """Callback: as the controls say now. One may have changed since they were drawn."""
    size, mode, fit, title = (
        st.session_state[f"own-{name}-{turn}"] for name in ("size", "mode", "fit", "title")
    )
    keep(Choice(size, mode, fit), title or proposed)
