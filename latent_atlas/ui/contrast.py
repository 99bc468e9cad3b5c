"""The rules of style that the theme cannot express: text that everybody can read."""

import streamlit as st

# Streamlit writes captions in 60 % ink, 4.3 : 1 on the light page.
_CAPTIONS = "[data-testid='stCaptionContainer']{opacity:1;color:%s}"
_CAPTION_INK = {"light": "#5A5F66", "dark": "#A9AEB6"}
# It writes white on the accent in both themes: on the dark theme's light blue that is 2.2 : 1, and
# dark ink 8 : 1.
_PRIMARY = "[data-testid='stBaseButton-primary']:not(:disabled){color:#14161A}"
# The chosen segment is the accent on a tint of itself: 4.0 : 1 on the light theme, and thus 5.5.
_CHOSEN = (
    "[data-testid='stButtonGroup'] button[data-selected]:not([data-disabled])"
    "[data-selected='true']{color:#2259BE}"
)


def readable_text() -> None:
    """Make captions, primary buttons and segments readable in both themes (at least 4.5 : 1)."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    rules = _CAPTIONS % _CAPTION_INK[theme] + (_PRIMARY if theme == "dark" else _CHOSEN)
    st.html(f"<style>{rules}</style>")
