"""Which dialog is open: it stays open until the person answers it or closes it.

Streamlit forgets an open dialog at the next run of its page. But a run that ends elsewhere, or a
second tab, runs the page too; the dialog would vanish with what was typed into it, and a click on
one of its buttons, made in that moment, would reach nothing. So the session says what is open.
"""

from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.errors import AtlasError

_OPEN = "open_dialog"
_PAGE = "open_dialog_page"
_PROBLEM = "open_dialog_problem"  # why what was asked for could not be done


def open_dialog(name: str, about: str = "") -> None:
    """Callback: from now on the dialog of this name is open; `about` is what it asks about."""
    st.session_state[_OPEN] = (name, about)
    have_it_drawn()


def asked_about(name: str) -> str | None:
    """What the dialog of this name asks about, if it is the one that is open."""
    opened, about = st.session_state.get(_OPEN, (None, ""))
    return about if opened == name else None


def dialog_is_open() -> bool:
    """Whether a dialog stands over the page."""
    return _OPEN in st.session_state


def close_dialog() -> None:
    """Callback of `st.dialog(on_dismiss=…)`: the person has closed it."""
    st.session_state.pop(_OPEN, None)


def leave_dialog() -> NoReturn:
    """Callback of a button in a dialog: it was answered, and the page shows what came of it."""
    close_dialog()
    st.rerun()


def carry_out(act: Callable[[], None]) -> None:
    """Callback of a button in a dialog: leave it when this is done, or have it say why not."""
    try:
        act()
    except AtlasError as problem:
        st.session_state[_PROBLEM] = str(problem)
    else:
        leave_dialog()


def tell_problem() -> None:
    """Say why what was asked for last could not be done, at the end of a dialog."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped_message(problem), icon=":material/error:")


def answer_removal(them: str, remove: Callable[[], None], key: str) -> None:
    """The two answers to whether something shall be removed.

    Args:
        them: “it” or “them”, as the buttons call it.
        remove: raises AtlasError where it cannot be.
        key: of the widgets.
    """
    with st.container(horizontal=True):
        st.button(
            f"Remove {them}",
            icon=":material/delete:",
            type="primary",
            key=f"remove-{key}",
            on_click=carry_out,
            args=(remove,),
        )
        st.button(f"Keep {them}", key=f"keep-{key}", on_click=leave_dialog)
    tell_problem()


def close_on_another_page(page: str) -> None:
    """What was left open on one page is not open on the next, nor after the way back."""
    if st.session_state.get(_PAGE) != page:
        close_dialog()
    st.session_state[_PAGE] = page
