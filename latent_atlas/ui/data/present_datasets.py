"""The datasets that are here, with samples; and those that are not, with a way to get them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.reports.data_words import SIZES
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.data.pictures import sample_strip
from latent_atlas.ui.data.words import dataset_summary
from latent_atlas.ui.dialogs import answer_removal, asked_about, close_dialog, open_dialog
from latent_atlas.ui.markdown import escaped, escaped_message, name
from latent_atlas.ui.visible_data import remove_images
from vae_core.data import DatasetInfo
from vae_core.data.own import is_own
from vae_core.runs import list_runs, runs_folder
from vae_core.sentences import counted

TRAIN = PAGES / "train.py"
_REMOVE = "remove images"
_DAMAGED = 5  # files told of one by one


def present_datasets(infos: Sequence[DatasetInfo]) -> None:
    """Draw each dataset that can be trained on, people's own first."""
    st.caption(SIZES)
    for info in sorted(infos, key=lambda info: not is_own(info.name)):
        with st.container(gap="xsmall", key=f"dataset-{info.name}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{name(info.title)}**  \n:small[:gray[{escaped(dataset_summary(info))}]]",
                    width="stretch",
                )
                if is_own(info.name) and not in_classroom():
                    st.button(
                        "Remove…",
                        key=f"remove-{info.name}",
                        type="tertiary",
                        on_click=open_dialog,
                        args=(_REMOVE, info.name),
                    )
                train_link(info.name, "Train on it")
            sample_strip(info.name, info.title, info.where)
    asked = asked_about(_REMOVE)
    for info in infos:
        if info.name == asked:
            _remove(info)


def damaged_ones(sentences: Sequence[str]) -> None:
    """Tell of own images that are here and cannot be read: nothing else is harmed by them."""
    for sentence in sentences[:_DAMAGED]:
        st.caption(escaped_message(sentence))
    if len(sentences) > _DAMAGED:
        st.caption(f"{counted(len(sentences) - _DAMAGED, 'more file')} cannot be read.")


def train_link(dataset: str, label: str) -> None:
    """A link to the Train page with this dataset chosen."""
    st.page_link(TRAIN, label=label, icon=":material/play_arrow:", query_params={"data": dataset})


@st.dialog("Remove these images?", on_dismiss=close_dialog)
def _remove(info: DatasetInfo) -> None:
    images = counted(sum(info.counts.values()), "image")
    st.markdown(f"“{name(info.title)}”, {images}, will be deleted. This cannot be undone.")
    users = [run.title for run in list_runs(runs_folder()) if run.config.dataset == info.name]
    if users:
        st.markdown(
            f"{counted(len(users), 'run was', 'runs were')} trained on it: the models stay, but "
            "training cannot go on, and their originals are no longer shown."
        )
    answer_removal("them", partial(remove_images, info.name), "images")
