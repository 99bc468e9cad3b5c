"""What people add to a run: a name of their own, a note, tags, a star."""

import re
from functools import partial

import streamlit as st

from latent_atlas.ui.dialogs import carry_out, close_dialog, tell_problem
from latent_atlas.ui.train.directing import check_may_direct
from latent_atlas.ui.train.run_view import Seen
from vae_core.options import options_of
from vae_core.runs import Annotations, Run, annotate

ABOUT = "Name, note, tags, star…"
_LONGEST_TITLE, _LONGEST_NOTE = 80, 2_000
_BEFORE = "about-before"  # the fields as they were before anybody typed


def fill_about(seen: Seen) -> None:
    """Callback: the fields begin with what is there."""
    run, told = seen.run, seen.run.annotations
    before = {
        "title": run.title,
        "note": told.note,
        "tags": " ".join(told.tags),
        "starred": told.starred,
    }
    st.session_state[_BEFORE] = before
    for name, value in before.items():
        st.session_state[_key(name)] = value


@st.dialog("Name, note, tags, star", on_dismiss=close_dialog)
def about_dialog(seen: Seen) -> None:
    """Ask for them; a run goes on training meanwhile."""
    labels = {name: option.label for name, option in options_of(Annotations).items()}
    given = seen.run.config.name or "what it learns"
    st.text_input("Name", key=_key("title"), max_chars=_LONGEST_TITLE, placeholder=given)
    st.text_area(labels["note"], key=_key("note"), max_chars=_LONGEST_NOTE, height=120)
    st.text_input(
        labels["tags"],
        key=_key("tags"),
        placeholder="paper baseline",
        help="Words with spaces between them; runs are found by them.",
    )
    st.toggle("Starred", key=_key("starred"))
    save = partial(_save, seen.run)
    st.button("Save", type="primary", key="about-save", on_click=carry_out, args=(save,))
    tell_problem()


def _save(run: Run) -> None:
    """Change what was typed anew, and leave the rest as somebody else may have made it since."""
    check_may_direct(run)
    before = st.session_state[_BEFORE]
    now = {name: st.session_state[_key(name)] for name in before}
    changed = {n: v for n, v in now.items() if v != before[n] and n != "tags"}
    old, new = _tags(before["tags"]), _tags(now["tags"])
    more = [tag for tag in new if tag not in old]
    less = [tag for tag in old if tag not in new]
    annotate(run.path, add_tags=more, remove_tags=less, **changed)


def _tags(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text.lower()) if word]


def _key(name: str) -> str:
    return f"about-{name}"
