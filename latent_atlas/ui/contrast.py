"""The rules of style that the theme cannot express: text that everybody can read.

Each names its colour in both themes, so that an open page follows the system from day to night.
"""

import streamlit as st

RULES = (
    # Streamlit writes captions in 60 % ink, 4.3 : 1 on the light page.
    "[data-testid='stCaptionContainer']{opacity:1;color:light-dark(#5A5F66,#A9AEB6)}"
    # It writes white on the accent in both themes: on the dark theme's light blue that is 2.2 : 1,
    # and dark ink 8 : 1.
    "[data-testid='stBaseButton-primary']:not(:disabled){color:light-dark(#FFF,#14161A)}"
    # The chosen segment is the accent on a tint of itself: 4.0 : 1 on the light theme, and thus
    # 5.5.
    "[data-testid='stButtonGroup'] button[data-selected]:not([data-disabled])"
    "[data-selected='true']{color:light-dark(#2259BE,#7FB0FF)}"
)


# What lies over the page is no part of the app's element, which alone says which theme it has.
_OVER = "[role='dialog'],[data-baseweb='popover']{color-scheme:%s}"


def readable_text() -> None:
    """Make captions, primary buttons and segments readable in both themes (at least 4.5 : 1)."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.html(f"<style>{RULES}{_OVER % theme}</style>")
