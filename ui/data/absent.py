"""The datasets that are not here: where to put their files, or a button that fetches them."""

from collections.abc import Sequence

import streamlit as st

from ui.data.words import escaped, in_short
from vae_core.data import DatasetInfo


def absent(infos: Sequence[DatasetInfo]) -> None:
    """Draw each dataset that is not here."""
    for info in infos:
        with st.container(gap="xsmall", key=f"absent-{info.name}"):
            st.markdown(f"**{escaped(info.title)}**  \n:small[:gray[{escaped(in_short(info))}]]")
            st.caption(f"Looked for in {escaped(info.where)}. {escaped(info.remedy)}")
