"""Tagging several runs at once."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, tell_problem
from latent_atlas.ui.runs.problems import note_problems
from latent_atlas.ui.train.annotating import ONE_WORD_EACH
from latent_atlas.ui.train.directing import check_may_direct
from vae_core.errors import AtlasError
from vae_core.runs import Row, annotate

TAG = "tag runs"


@st.dialog("Tag runs", on_dismiss=close_dialog)
def tag_runs(ticked: Sequence[Row], known: Sequence[str]) -> None:
    """Ask for tags to add to all of these, and to take from those that have them."""
    there = sorted({tag for row in ticked for tag in row.annotations.tags})
    st.multiselect(
        f"Give all {len(ticked):,}",
        known,
        key="tag-add",
        accept_new_options=True,
        placeholder="Write or choose tags",
        help=ONE_WORD_EACH,
    )
    if there:
        st.multiselect("Take away", there, key="tag-remove", placeholder="None")
    st.button(
        "Keep",
        type="primary",
        key="tag-keep",
        on_click=carry_out,
        args=(partial(_tag_all, ticked),),
    )
    tell_problem()


def _tag_all(ticked: Sequence[Row]) -> None:
    more, less = st.session_state["tag-add"], st.session_state.get("tag-remove", [])
    allowed, problems = [], list[str]()
    for row in ticked:
        try:
            check_may_direct(row.run)
            allowed.append(row)
        except AtlasError as problem:
            problems.append(str(problem))
    if not allowed:
        raise AtlasError(problems[0])
    for row in allowed:
        annotate(row.run.path, add_tags=more, remove_tags=less)
    note_problems(problems)
