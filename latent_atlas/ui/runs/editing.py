"""What people write about runs: a title, a note, tags and a star of one, tags of several."""

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from latent_atlas.ui.dialogs import (
    carry_out,
    close_dialog,
    tell_problem,
)
from latent_atlas.ui.train.directing import check_may_direct
from vae_core.options import options_of
from vae_core.runs import Annotations, Row, annotate

EDIT, TAG = "edit run", "tag runs"
_OF_ONE = "One word each, such as thesis or chapter-2."


@st.dialog("Edit run", on_dismiss=close_dialog)
def edit_run(row: Row, known: Sequence[str]) -> None:
    """Ask for what people add to a run."""
    told, about = options_of(Annotations), row.annotations
    key = f"edit-{row.run.id}"
    st.text_input(
        told["title"].label,
        value=about.title,
        key=f"{key}-title",
        max_chars=80,
        placeholder=row.run.title,
    )
    st.multiselect(
        told["tags"].label,
        _with(known, about.tags),
        default=list(about.tags),
        key=f"{key}-tags",
        accept_new_options=True,
        placeholder="None yet: write one",
        help=_OF_ONE,
    )
    st.text_area(told["note"].label, value=about.note, key=f"{key}-note", max_chars=2_000)
    st.toggle("Starred", value=about.starred, key=f"{key}-starred")
    st.button(
        "Keep",
        type="primary",
        key=f"{key}-keep",
        on_click=carry_out,
        args=(partial(_keep, row, key),),
    )
    tell_problem()


def _keep(row: Row, key: str) -> None:
    check_may_direct(row.run)
    state, before = st.session_state, row.annotations
    tags = {tag.strip().casefold() for tag in state[f"{key}-tags"]}
    # Only what was changed here: meanwhile somebody may have written the rest elsewhere.
    title, note, starred = (
        None if state[f"{key}-{name}"] == was else state[f"{key}-{name}"]
        for name, was in (
            ("title", before.title),
            ("note", before.note),
            ("starred", before.starred),
        )
    )
    annotate(
        row.run.path,
        title=title,
        note=note,
        starred=starred,
        add_tags=sorted(tags - set(before.tags)),
        remove_tags=sorted(set(before.tags) - tags),
    )


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
        help=_OF_ONE,
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
    for row in ticked:
        check_may_direct(row.run)
    for row in ticked:
        annotate(row.run.path, add_tags=more, remove_tags=less)


def _with(known: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*known, *more]))
