"""What was uploaded, as a source for the core: files, a ZIP, arrays, or a folder."""

from collections.abc import Callable, Sequence
from typing import Protocol

import streamlit as st

from vae_core.data.own import Source, is_picture

FILES, FOLDER = "Files", "A folder"
HELP = {
    FILES: "A ZIP or tar (folders in it are classes), arrays, a table, or several pictures",
    FOLDER: "A folder of pictures: folders in it are classes",
}


class Upload(Protocol):
    """As much of Streamlit's UploadedFile as is needed."""

    name: str
    file_id: str

    def getvalue(self) -> bytes:
        """The content."""


def uploader(changed: Callable[[], None]) -> list[Upload]:
    """Draw the door for files, and return what came through it."""
    kind = st.segmented_control(
        "Bring",
        [FILES, FOLDER],
        default=FILES,
        required=True,
        key="own-kind",
        label_visibility="collapsed",
    )
    # Any type is let in, so that a wrong one is told what it is, not greyed out.
    found = st.file_uploader(
        HELP[str(kind)],
        type=None,
        accept_multiple_files="directory" if kind == FOLDER else True,
        key=f"own-upload-{kind}",
        on_change=changed,
    )
    return list(found or [])


def source_of(files: Sequence[Upload]) -> Source:
    """One file that is no picture stands for itself; everything else is a heap of pictures."""
    if len(files) == 1 and not is_picture(files[0].name):
        return files[0].name, files[0].getvalue()
    return [(file.name, file.getvalue()) for file in files]


def identity(files: Sequence[Upload]) -> tuple[str, ...]:
    """What tells one upload from another."""
    return tuple(file.file_id for file in files)
