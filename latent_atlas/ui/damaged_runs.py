"""Folders of runs that cannot be read, told on every page that lists runs."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from latent_atlas.ui.markdown import escaped, escaped_message
from vae_core.sentences import counted

_MOST = 5


def damaged_runs(damaged: Sequence[tuple[Path, str]]) -> None:
    """Say of each, with its sentence, that it cannot be read; of many, how many more there are."""
    for path, sentence in damaged[:_MOST]:
        st.caption(f"{escaped(path.name)}: {escaped_message(sentence)}")
    if len(damaged) > _MOST:
        st.caption(f"{counted(len(damaged) - _MOST, 'more folder')} of runs cannot be read.")
