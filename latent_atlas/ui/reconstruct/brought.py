"""Images that somebody brings to this page: from the disk, the clipboard, a pad, or a camera.

They stay for the session, as they came: each model reads them in its own size.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.components import component
from latent_atlas.ui.draw import MARKUP, STYLE, Pad, sheet_from
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.likeness import likeness
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct.shown_images import brought_name, remember
from vae_core.data import Dataset
from vae_core.data.own import Likeness, one_image
from vae_core.errors import AtlasError
from vae_core.sentences import counted

BROUGHT = "brought"  # what the address calls them
TITLE = "Your images"
MOST = 64  # of one session
LARGEST_MB = 20  # of one file, and of all of them together twice that
_LIST, _TURN, _PAD = "brought-images", "brought-turn", "brought-pad"

_pad = component(
    "latent_atlas_reconstruct_pad",
    "draw/pad",
    "createPad",
    html=MARKUP.read_text(encoding="utf-8"),
    css=".pad { --pad-side: 224px; }\n" + STYLE.read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Brought:
    """One picture as it came: the content of its file, and what that was called."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def brought_dataset(entry: ModelEntry) -> Dataset | None:
    """What was brought, as this model reads it; None where nothing was that it can read.

    Raises AtlasError when the model is gone.
    """
    held: list[Brought] = st.session_state.get(_LIST, [])
    saved = loaded(entry)
    like = likeness(saved.training.dataset)
    read = [(each, _pixels(each.digest, saved.model.image_shape, like, each)) for each in held]
    sound = [(each, pixels) for each, pixels in read if isinstance(pixels, Tensor)]
    for _, problem in read:
        if isinstance(problem, str):
            st.caption(escaped_message(problem))
    if not sound:
        return None
    images = torch.stack([pixels for _, pixels in sound])
    dataset = Dataset(
        name=brought_name(images),
        title=TITLE,
        images=images,
        labels=None,
        class_names=(),
        splits={BROUGHT: torch.arange(len(images))},
        provenance="brought by hand",
        licence="",
        image_names=tuple(each.name for each, _ in sound),
    )
    remember(dataset)
    return dataset


def bringing(entry: ModelEntry) -> None:
    """Draw the door for them. A new key after each success shuts it again."""
    turn = st.session_state.setdefault(_TURN, 0)
    count = len(st.session_state.get(_LIST, []))
    with st.popover("Bring images…", key=f"bring-{turn}"):
        if not in_classroom():
            name = f"bring-files-{turn}"
            st.file_uploader(
                f"Pictures, up to {LARGEST_MB} MB each",
                # Any type is let in, so that a wrong one is told what it is, not greyed out.
                type=None,
                accept_multiple_files=True,
                max_upload_size=LARGEST_MB,
                key=name,
                on_change=_add_files,
                args=(name,),
            )
            if st.toggle("Use the camera", key=f"bring-camera-{turn}"):
                photo = f"bring-photo-{turn}"
                st.camera_input(
                    "Take a picture",
                    key=photo,
                    label_visibility="collapsed",
                    on_change=_add_photo,
                    args=(photo,),
                )
        if st.toggle("Draw or paste one", key=f"bring-sheet-{turn}"):
            height, width = loaded(entry).model.image_shape[1:]
            sheet = Pad((height, width), "Draw here, or paste a picture.", lambda: None)
            key = f"{_PAD}-{turn}"
            _pad(sheet.told(), key=key, on_picture_change=sheet.changed)
            st.button(
                "Add the drawing", key=f"bring-drawing-{turn}", on_click=_add_sheet, args=(key,)
            )
        if count:
            st.button(
                f"Remove {counted(count, 'picture')}", key=f"bring-none-{turn}", on_click=_remove
            )


@st.cache_resource(max_entries=256, show_spinner=False)
def _pixels(
    digest: str, shape: tuple[int, int, int], like: Likeness, _brought: Brought
) -> Tensor | str:
    """uint8 [C, H, W], or the sentence that says why there are none."""
    try:
        return one_image(_brought.name, _brought.content, shape, like).pixels
    except AtlasError as problem:
        return str(problem)


def _add_files(key: str) -> None:
    """Callback: files were chosen."""
    files = st.session_state.get(key) or []
    _add(Brought(each.name, each.getvalue()) for each in files)


def _add_photo(key: str) -> None:
    """Callback: a picture was taken."""
    photo = st.session_state.get(key)
    if photo is not None:
        _add([Brought("photo.png", photo.getvalue())])


def _add_sheet(key: str) -> None:
    """Callback: what is on the sheet is to be kept."""
    with explained_errors():
        sheet = sheet_from((st.session_state.get(key) or {}).get("picture"))
        if sheet is None:
            raise AtlasError("The sheet is empty: draw on it, or paste a picture.")
        _add([Brought("pasted.png" if sheet.pasted else "drawing.png", sheet.png)])


def _add(new: Iterable[Brought]) -> None:
    """Keep them beside what was brought before, the same one once, and show them."""
    held: list[Brought] = [*st.session_state.get(_LIST, [])]
    with explained_errors():
        for each in new:
            if each.digest in {other.digest for other in held}:
                continue
            total = len(each.content) + sum(len(other.content) for other in held)
            if len(held) >= MOST or total > 2 * LARGEST_MB * 2**20:
                raise AtlasError(
                    f"There is room for {MOST} pictures of {2 * LARGEST_MB} MB in all: "
                    "remove some first, or make a data set of them on the page Data."
                )
            held.append(each)
            st.session_state[_LIST] = [*held]
    if held:
        st.session_state[_TURN] += 1
        address.choose("data", BROUGHT)


def _remove() -> None:
    """Callback: none of them is kept."""
    st.session_state.pop(_LIST, None)
    st.session_state[_TURN] += 1
    address.choose("data")
