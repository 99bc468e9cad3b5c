"""Having drawn what a callback has changed, whichever run its change came with.

What is changed within one turn of the browser's event loop goes to the server in one message, which
asks for the run of the first fragment among it alone. The plane tells where it was left a moment
after a click on it; a click on something else in that moment would be heard, and nothing of the
page be drawn that shows it.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


def have_it_drawn() -> None:
    """The end of a callback: all of the page runs where this run leaves its widget out."""
    context = get_script_run_ctx()
    drawn = context.fragment_ids_this_run if context else None
    if drawn and ThreadState.get().fragment_id not in drawn:
        st.rerun()
