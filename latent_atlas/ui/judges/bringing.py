"""The door for a classifier of one's own, and the way back to that of the program."""

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.judges.judge import OWN, brought_graph, own_graph
from latent_atlas.ui.markdown import escaped_message
from vae_core.errors import AtlasError
from vae_core.evaluation.onnx_classifier import LARGEST_MB

_FILE, _PROBLEM = "judge-file", "judge-problem"


def other_judge(image_shape: tuple[int, int, int]) -> None:
    """Draw whichever of the two is of use for images of this shape; nothing in a classroom."""
    if in_classroom():
        return
    if own_graph(image_shape) is not None:
        st.button(
            "The program's own again",
            icon=":material/undo:",
            key="judge-program",
            on_click=lambda: st.session_state.pop(OWN, None),
        )
        return
    channels, height, width = image_shape
    with st.popover("Bring a classifier…", key="judge-bring"):
        upload = st.file_uploader(
            f"An .onnx file, up to {LARGEST_MB} MB",
            # Any type is let in, so that a wrong one is told what it is, not greyed out.
            type=None,
            key=_FILE,
            max_upload_size=LARGEST_MB,
            on_change=_receive,
            args=(image_shape,),
        )
        st.caption(
            f"It gets images [N, {channels}, {height}, {width}] or flattened, float32 from 0 to 1, "
            "and gives scores or probabilities [N, K]. It stays with this session."
        )
        problem = st.session_state.get(_PROBLEM)
        if upload is not None and problem:
            st.error(escaped_message(problem))


def _receive(shape: tuple[int, int, int]) -> None:
    """Callback: a file was chosen."""
    upload = st.session_state[_FILE]
    st.session_state.pop(_PROBLEM, None)
    if upload is None:
        return
    try:
        st.session_state[OWN] = brought_graph(upload.name, upload.getvalue(), shape)
    except AtlasError as problem:
        st.session_state[_PROBLEM] = str(problem)
