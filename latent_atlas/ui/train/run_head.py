"""The head of the watched run: its name and star; below, what people said of it, and its parent."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.train.run_view import Seen, choose
from vae_core.runs import Parent
from vae_core.sentences import counted, plain

_LONGEST = 160  # characters of a note; the dialog has all of it


def title(watched: Seen, others: int) -> None:
    """Draw the name, with a star where it has one."""
    more = f" :gray[with {others} more]" if others else ""
    star = ":material/star:" if watched.run.annotations.starred else None
    st.title(escaped(watched.run.title) + more, icon=star, width="stretch")


def run_head(watched: Seen, seen: Sequence[Seen]) -> None:
    """Draw what there is to tell below the name; as a rule nothing, and so no line."""
    told, parent = watched.run.annotations, watched.run.document.parent
    if not (told.tags or told.note or parent):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if told.tags:
            badges = " ".join(f":gray-badge[{escaped(tag)}]" for tag in told.tags)
            st.markdown(badges, width="content")
        if told.note:
            st.caption(escaped(plain(told.note, _LONGEST)), width="content")
        if parent is not None:
            _clone_of(parent, watched, seen)


def _clone_of(parent: Parent, watched: Seen, seen: Sequence[Seen]) -> None:
    found = next((each for each in seen if each.run.id == parent.run), None)
    st.caption("Clone of", width="content")
    if found is None:
        st.caption(f"“{escaped(parent.title)}”, which is not here now,", width="content")
    else:
        st.button(
            escaped(found.run.title),
            type="tertiary",
            icon=":material/account_tree:",
            key=f"parent-{watched.run.id}",
            on_click=choose,
            args=([found.run.id],),
        )
    st.caption(f"after {counted(parent.samples, 'image')}", width="content")
