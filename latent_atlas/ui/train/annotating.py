"""What people add to a run: a name of their own, a note, tags, a star."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, open_dialog, tell_problem
from latent_atlas.ui.train.directing import check_may_direct
from vae_core.options import options_of
from vae_core.runs import Annotations, Run, annotate

ABOUT = "Name, note, tags, star…"
ONE_WORD_EACH = "One word each, such as thesis or chapter-2; runs are found by them."
_LONGEST_TITLE, _LONGEST_NOTE = 80, 2_000
_BEFORE = "about-before"  # the fields as they were before anybody typed


def ask_about(run: Run) -> None:
    """In a callback: open the dialog, whose fields begin with what is there."""
    added = run.annotations
    before = {
        "title": run.title,
        "tags": list(added.tags),
        "note": added.note,
        "starred": added.starred,
    }
    st.session_state[_BEFORE] = before
    for name, value in before.items():
        st.session_state[_key(name)] = value
    open_dialog(ABOUT, run.id)


@st.dialog("Name, note, tags, star", on_dismiss=close_dialog)
def annotations_dialog(run: Run, known: Iterable[str]) -> None:
    """Ask for them; a run goes on training meanwhile. `known` are tags to choose among."""
    labels = {name: option.label for name, option in options_of(Annotations).items()}
    given = run.config.name or "what it learns"
    st.text_input("Name", key=_key("title"), max_chars=_LONGEST_TITLE, placeholder=given)
    st.multiselect(
        labels["tags"],
        sorted({*known, *st.session_state[_BEFORE]["tags"]}),
        key=_key("tags"),
        accept_new_options=True,
        placeholder="None yet: write one",
        help=ONE_WORD_EACH,
    )
    st.text_area(labels["note"], key=_key("note"), max_chars=_LONGEST_NOTE, height=120)
    st.toggle("Starred", key=_key("starred"))
    save = partial(_save, run)
    st.button("Save", type="primary", key="about-save", on_click=carry_out, args=(save,))
    tell_problem()


def _save(run: Run) -> None:
    """Change what was typed anew, and leave the rest as somebody else may have made it since."""
    check_may_direct(run)
    before = st.session_state[_BEFORE]
    now = {name: st.session_state[_key(name)] for name in before}
    changed = {n: v for n, v in now.items() if v != before[n] and n != "tags"}
    old, new = before["tags"], [tag.strip().casefold() for tag in now["tags"]]
    more = [tag for tag in new if tag not in old]
    less = [tag for tag in old if tag not in new]
    annotate(run.path, add_tags=more, remove_tags=less, **changed)


def _key(name: str) -> str:
    return f"about-{name}"
