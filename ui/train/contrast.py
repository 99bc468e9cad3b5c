"""The one rule of style that the theme cannot express."""

import streamlit as st


def dark_ink_on_the_light_accent() -> None:
    """Write dark on primary buttons in the dark theme.

    Streamlit writes white on the accent in both themes: on the dark theme's light blue (#7FB0FF)
    that is a contrast of 2.2:1, and dark ink one of 8:1.
    """
    if st.context.theme.type == "dark":
        rule = "[data-testid='stBaseButton-primary']:not(:disabled){color:#14161A}"
        st.html(f"<style>{rule}</style>")
