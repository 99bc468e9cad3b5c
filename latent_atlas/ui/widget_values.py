"""Values that the program puts into widgets."""

import streamlit as st


def put(key: str, value: object) -> None:
    """Have the widget of this key hold `value`, where it holds something else.

    What is assigned in the session state is sent to the browser, which takes it over even if it
    holds something newer: a person has chosen on, and the run that assigned was still on its way.
    Their choice would then be undone by whatever the browser sends next. So nothing is assigned
    that the widget holds already.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
