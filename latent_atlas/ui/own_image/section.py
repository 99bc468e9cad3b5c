"""The section of Explore where an image of one's own comes in."""

import hashlib
from functools import partial

import streamlit as st
from torch import Tensor

from latent_atlas.stored_models import recorded_test
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.latent_plane import Landing, Pad, drawn
from latent_atlas.ui.likeness import likeness
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.own_image import words
from latent_atlas.ui.own_image.panel import panel
from latent_atlas.ui.own_image.reading import Reading, reading
from latent_atlas.ui.unread_images import why_unread
from vae_core.data.own import Likeness, OneImage, one_image
from vae_core.errors import AtlasError

LARGEST_UPLOAD_MB = 20
_MU = "yours_mu"  # of the latest image: (model digest, μ)
_LATEST = "yours_latest"


def sheet_beside(entry: ModelEntry) -> Pad | None:
    """The sheet that stands beside the plane of a model; None where no image has a place on it.

    Raises AtlasError without model.
    """
    saved = loaded(entry)
    if why_unread(saved.training) is not None:
        return None
    return Pad(
        saved.vae.architecture.image_shape[1:],
        words.invitation(likeness(saved.training.dataset)),
        partial(_latest, "sheet"),
    )


def own_image_section(entry: ModelEntry) -> Landing | None:
    """Draw the section of what was drawn on that sheet, or comes as a file.

    Returns where the image is, if one came. Raises AtlasError without model.

    What cannot be used is told here, in a sentence.
    """
    saved = loaded(entry)
    shape = saved.vae.architecture.image_shape
    like = likeness(saved.training.dataset)
    st.subheader(words.title(like), anchor="yours")
    if (why := why_unread(saved.training)) is not None:
        st.caption(escaped_message(why))
        st.session_state.pop(_MU, None)
        return None
    with st.container(horizontal=True, gap="medium"):
        with st.container(width="content" if in_classroom() else 288, gap="small"):
            image, problem = _latest_image(like, shape)
        with st.container(width="stretch", gap="small"):
            if problem:
                st.markdown(f":material/block: {escaped_message(problem)}")
            if image is None:
                st.caption(words.before(like, shape))
                st.session_state.pop(_MU, None)
                return None
            read = reading(entry, image.pixels)
            st.caption(_about(entry, image, read))
            panel(read.ledger, key="yours-panel")
    st.session_state[_MU] = (entry.digest, read.mu)
    return _landing(entry, image, read)


def latest_mean(entry: ModelEntry) -> Tensor | None:
    """μ [J] of the latest image under this model, for who wants to go on from it."""
    digest, mu = st.session_state.get(_MU, ("", None))
    return mu if digest == entry.digest else None


def _latest_image(like: Likeness, shape: tuple[int, int, int]) -> tuple[OneImage | None, str]:
    """What was drawn, pasted or uploaded last, as the model reads it, or why that cannot be."""
    try:
        sheet = drawn()
        upload = (
            None
            if in_classroom()
            else st.file_uploader(
                "Bring a picture",
                # Any type is let in, so that a wrong one is told what it is, not greyed out.
                type=None,
                max_upload_size=LARGEST_UPLOAD_MB,
                key="yours-file",
                on_change=partial(_latest, "file"),
            )
        )
        if upload is not None and (sheet is None or st.session_state.get(_LATEST) == "file"):
            return _image(upload.file_id, upload.name, upload.getvalue(), shape, like), ""
        if sheet is not None:
            name = "The pasted picture" if sheet.pasted else "The drawing"
            return _image(hashlib.sha256(sheet.png).hexdigest(), name, sheet.png, shape, like), ""
    except AtlasError as problem:
        return None, str(problem)
    return None, ""


# A photograph takes a while to open, and a pin on the plane reruns this section too.
@st.cache_resource(max_entries=16, show_spinner=False)
def _image(
    identity: str, name: str, _data: bytes, shape: tuple[int, int, int], like: Likeness
) -> OneImage:
    return one_image(name, _data, shape, like)


def _latest(source: str) -> None:
    """Callback: the newer one counts."""
    st.session_state[_LATEST] = source


def _about(entry: ModelEntry, image: OneImage, read: Reading) -> str:
    saved = loaded(entry)
    architecture = saved.vae.architecture
    parts = (
        words.done(image),
        words.trained_on(saved.training.dataset),
        words.landing(architecture.latent_dim),
        words.usual(recorded_test(saved.training, entry.digest), read.total, read.half_width),
    )
    return " ".join(part for part in parts if part)


def _landing(entry: ModelEntry, image: OneImage, read: Reading) -> Landing:
    pixels = image.pixels.numpy().tobytes()
    return Landing(
        z=tuple(read.mu.tolist()),
        deviation=tuple(read.deviation.tolist()),
        turn=hashlib.sha256(entry.digest.encode() + pixels).hexdigest()[:16],
    )
