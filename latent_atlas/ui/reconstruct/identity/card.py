"""The card of the judge: which classifier it is, how well it does, and the way to another."""

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.judges.bringing import other_judge
from latent_atlas.ui.judges.judge import Judge, judge_of, own_graph
from latent_atlas.ui.judges.kept_classifiers import kept, teaching, train, training
from latent_atlas.ui.judges.words import of_classifier, of_column, of_graph, of_standing
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.identity import words
from latent_atlas.ui.reconstruct.identity.teacher import teacher
from latent_atlas.ui.reconstruct.parameters import among, key_of, menu
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.classifier import Standing
from vae_core.sentences import counted

_COLUMN = "classes"  # in the address: which label column


def judge_card(comparison: Comparison) -> Judge | None:
    """Draw it; returns the judge, or None where there is none yet, with what to do about it."""
    with st.container(border=True, key="identity-judge"):
        graph = own_graph(comparison.data.image_shape)
        if graph is not None:
            told, other = st.columns([3, 1], vertical_alignment="center")
            told.markdown(of_graph(graph))
            with other:
                other_judge(comparison.data.image_shape)
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
    if told := of_standing(standing):
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
        other_judge(comparison.data.image_shape)
        return None
    classifier, job = kept(digest), training(digest)
    if classifier is None:
        st.markdown(
            f"The judge is a small classifier of {of_column(given.column)}. It learns once, "
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
            st.markdown(of_classifier(classifier, data.title))
    with other:
        other_judge(comparison.data.image_shape)
    if classifier is None:
        return None
    standing_told(classifier.standing)
    given_split = (classifier.lessons.dataset, classifier.lessons.split)
    if given_split == (comparison.data.name, comparison.split.name):
        st.caption(words.SEEN)
    return judge_of(classifier, data)
