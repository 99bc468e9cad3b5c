"""Data: what there is to learn from, what could be, and images of one's own."""

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.data.missing_datasets import missing_datasets
from latent_atlas.ui.data.own_images import own_images
from latent_atlas.ui.data.present_datasets import damaged_ones, present_datasets
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data.own import damaged_datasets
from vae_core.sentences import counted

ORDER = 50  # in the navigation

HERE, OWN, ABSENT = "Here", "Your own images", "Not here yet"

infos = visible_datasets()
present = [info for info in infos if info.present]
missing = [info for info in infos if not info.present]

with st.container(horizontal=True, vertical_alignment="center"):
    head = st.empty()  # filled once it is known what is looked at
    view = (
        HERE
        if in_classroom()
        else st.segmented_control(
            "View",
            [HERE, OWN, ABSENT],
            default=HERE,
            required=True,
            key="show",
            bind="query-params",
            label_visibility="collapsed",
        )
    )

if view == OWN:
    head.title("What will a model see in your images?")
    own_images()
elif view == ABSENT:
    head.title(f"{counted(len(missing), 'set')} of images still to be fetched")
    missing_datasets(infos)
else:
    head.title(f"{counted(len(present), 'set')} of images to learn from")
    present_datasets(present)
    damaged_ones(damaged_datasets())
