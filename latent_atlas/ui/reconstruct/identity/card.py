"""The card of the judge: which classifier it is, how well it does, and the way to another."""

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.identity import words
from latent_atlas.ui.reconstruct.identity.judge import (
    OWN,
    PROBLEM,
    Judge,
    brought_graph,
    judge_of,
    own_graph,
    teacher,
)
from latent_atlas.ui.reconstruct.identity.kept_classifiers import kept, teaching, train, training
from latent_atlas.ui.reconstruct.parameters import among, key_of, menu
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.classifier import Standing
from vae_core.evaluation.onnx_classifier import LARGEST_MB
from vae_core.sentences import counted

_COLUMN = "classes"  # in the address: which label column
_FILE = "identity-file"


def judge_card(comparison: Comparison) -> Judge | None:
    """Draw it; returns the judge, or None where there is none yet, with what to do about it."""
    with st.container(border=True, key="identity-judge"):
        graph = own_graph(comparison.data.image_shape)
        if graph is not None:
            told, other = st.columns([3, 1], vertical_alignment="center")
            told.markdown(
                f"**{escaped(graph.name)}**, a classifier of your own of "
                f"{counted(graph.classes, 'class', 'classes')} · `{graph.digest[:12]}`"
            )
            with other:
                _other(comparison)
            return judge_of(graph, comparison.data)
        return _own_of_program(comparison)


def shown_judge(comparison: Comparison) -> Judge | None:
    """The judge that the card shows, without drawing it; None where there is none yet."""
    if (graph := own_graph(comparison.data.image_shape)) is not None:
        return judge_of(graph, comparison.data)
    data = teacher(comparison)
    try:
        _, digest = teaching(data.name, chosen_column(data), data)
    except AtlasError:
        return None
    classifier = kept(digest)
    return None if classifier is None else judge_of(classifier, data)


def standing_told(standing: Standing) -> None:
    """Say how far verdicts are to be trusted, where that is not far."""
    if told := words.of_standing(standing):
        st.warning(told, icon=":material/warning:")


def chosen_column(data: Dataset) -> int:
    """Which label column of the data the classifier is of."""
    key = key_of(address.first_named(_COLUMN) or "", _columns(data))
    return int(key) if key else 0


def _columns(data: Dataset) -> dict[str, str]:
    return {str(place): each.name for place, each in enumerate(data.label_columns)}


def _columns_of(comparison: Comparison) -> dict[str, str]:
    return _columns(teacher(comparison)) or {"0": ""}


CLASSES = among(_COLUMN, _columns_of)


def _own_of_program(comparison: Comparison) -> Judge | None:
    data = teacher(comparison)
    if len(columns := _columns(data)) > 1:
        menu(_COLUMN, "Classes of", columns, width=240, shown=True)
    column = chosen_column(data)
    try:
        given, digest = teaching(data.name, column, data)
    except AtlasError as problem:
        st.markdown(escaped_message(str(problem)))
        _other(comparison)
        return None
    classifier, job = kept(digest), training(digest)
    if classifier is None:
        st.markdown(
            f"The judge is a small classifier of {words.of_column(given.column)}. It learns once, "
            f"from {counted(len(given.images), 'original')} of {escaped(data.title)}. That "
            "takes seconds, for a large set up to a minute."
        )
        if job is not None and job.state == "running":
            watch(job, "identity-training", "images")
            return None
        if job is not None and job.message:
            st.caption(escaped_message(job.message))
    told, other = st.columns([3, 1], vertical_alignment="center")
    with told:
        if classifier is None:
            st.button(
                "Train it",
                type="primary",
                icon=":material/school:",
                key="identity-train",
                on_click=train,
                args=("The classifier learns", given, digest),
            )
        else:
            st.markdown(words.of_classifier(classifier, data.title))
    with other:
        _other(comparison)
    if classifier is None:
        return None
    standing_told(classifier.standing)
    given_split = (classifier.lessons.dataset, classifier.lessons.split)
    if given_split == (comparison.data.name, comparison.split.name):
        st.caption(words.SEEN)
    return judge_of(classifier, data)


def _other(comparison: Comparison) -> None:
    """The door for an ONNX file, and the way back from one."""
    if in_classroom():
        return
    if own_graph(comparison.data.image_shape) is not None:
        st.button(
            "The program's own again",
            icon=":material/undo:",
            key="identity-program",
            on_click=lambda: st.session_state.pop(OWN, None),
        )
        return
    channels, height, width = comparison.data.image_shape
    with st.popover("Bring a classifier…", key="identity-bring"):
        upload = st.file_uploader(
            f"An .onnx file, up to {LARGEST_MB} MB",
            # Any type is let in, so that a wrong one is told what it is, not greyed out.
            type=None,
            key=_FILE,
            max_upload_size=LARGEST_MB,
            on_change=_receive,
            args=(comparison.data.image_shape,),
        )
        st.caption(
            f"It gets images [N, {channels}, {height}, {width}] or flattened, float32 from 0 to 1, "
            "and gives scores or probabilities [N, K]. It stays with this session."
        )
        problem = st.session_state.get(PROBLEM)
        if upload is not None and problem:
            st.error(escaped_message(problem))


def _receive(shape: tuple[int, int, int]) -> None:
    """Callback: a file was chosen."""
    upload = st.session_state[_FILE]
    st.session_state.pop(PROBLEM, None)
    if upload is None:
        return
    try:
        st.session_state[OWN] = brought_graph(upload.name, upload.getvalue(), shape)
    except AtlasError as problem:
        st.session_state[PROBLEM] = str(problem)
