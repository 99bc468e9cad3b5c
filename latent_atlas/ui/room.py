"""What the page around a plane leaves to it: its sides on a small desk, its height on a phone's."""

import streamlit as st

MODEL_ROW = "model-row"  # the key of the row of controls above a plane

# The last is as `LOW` in latent_plane/js/plane/layout.js: there the controls are one row, pushed
# sideways where it is too long.
_RULES = f"""<style>
@media (max-width: 1200px) {{ [data-testid="stMainBlockContainer"] {{ padding-inline: 16px; }} }}
@media (min-width: 980px) and (max-width: 1200px) {{
  .st-key-{MODEL_ROW} {{ gap: 8px; }}
  .st-key-{MODEL_ROW} > * {{ flex: 0 0 auto; width: max-content; }}
  .st-key-{MODEL_ROW} > :first-child {{ flex: 1 0 380px; max-width: 440px; }}
}}
@media (max-height: 480px) and (min-width: 480px) {{
  [data-testid="stMainBlockContainer"] {{ padding-top: 64px; }}
  .st-key-{MODEL_ROW} {{ flex-wrap: nowrap; gap: 8px; overflow-x: auto; scrollbar-width: none; }}
  .st-key-{MODEL_ROW} > * {{ flex: none; width: max-content; }}
  .st-key-{MODEL_ROW} > :first-child {{ flex: 1 1 160px; min-width: 160px; }}
  .st-key-{MODEL_ROW} input {{ text-overflow: ellipsis; }}
}}</style>"""


def leave_room() -> None:
    """Have the page leave the plane its room."""
    st.html(_RULES)
