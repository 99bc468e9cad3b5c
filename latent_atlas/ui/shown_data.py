"""Whether a model was trained on the images that it is shown with, said on the page."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry, companion_names, loaded
from latent_atlas.ui.markdown import escaped_message
from vae_core.data import Kinship, kinship


def kinship_of(entry: ModelEntry, dataset: str, called: str | None = None) -> Kinship:
    """How the dataset of that name stands to what the model was trained on.

    `called` is what people call data that have no name of their own. Raises AtlasError when the
    model is gone.
    """
    training = loaded(entry).training
    return kinship(entry.title, training.dataset, training.split, dataset, called=called)


def companion_kinship(entry: ModelEntry) -> Kinship | None:
    """The same of the data that go with the model, if there are any. Raises AtlasError as above."""
    names = companion_names(loaded(entry))
    return kinship_of(entry, names[0]) if names else None


def banner(found: Sequence[Kinship]) -> None:
    """Warn where models are shown with data that they were not trained on."""
    for sentence in dict.fromkeys(each.sentence for each in found if each.strange):
        st.warning(escaped_message(sentence), icon=":material/warning:")


def footnote(found: Sequence[Kinship]) -> None:
    """Say quietly where models are shown with a part of their data."""
    for sentence in dict.fromkeys(each.sentence for each in found if not each.strange):
        if sentence:
            st.caption(escaped_message(sentence))
