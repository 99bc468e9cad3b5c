"""Which dialog is open: it stays open until the person answers it or closes it.

Streamlit forgets an open dialog at the next run of its page. But a run that ends elsewhere, or a
second tab, runs the page too; the dialog would vanish with what was typed into it, and a click on
one of its buttons, made in that moment, would reach nothing. So the session says what is open.
"""

from typing import NoReturn

import streamlit as st

_OPEN = "open_dialog"
_PAGE = "open_dialog_page"


def open_dialog(name: str, about: str = "") -> None:
    """Callback: from now on the dialog of this name is open; `about` is what it asks about."""
    st.session_state[_OPEN] = (name, about)


def asked_about(name: str) -> str | None:
    """What the dialog of this name asks about, if it is the one that is open."""
    opened, about = st.session_state.get(_OPEN, (None, ""))
    return about if opened == name else None


def close_dialog() -> None:
    """Callback of `st.dialog(on_dismiss=…)`: the person has closed it."""
    st.session_state.pop(_OPEN, None)


def leave_dialog() -> NoReturn:
    """Callback of a button in a dialog: it was answered, and the page shows what came of it."""
    close_dialog()
    st.rerun()


def close_on_another_page(page: str) -> None:
    """What was left open on one page is not open on the next, nor after the way back."""
    if st.session_state.get(_PAGE) != page:
        close_dialog()
    st.session_state[_PAGE] = page
