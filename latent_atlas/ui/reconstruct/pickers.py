"""Where the pickers stand: two rows on a desk; on a phone what is seldom changed is folded away.

The server does not know how wide a window is, so the browser folds: by a `details` element that a
wide window does not show.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from latent_atlas.ui.room import MODEL_ROW

_HEAD, _PICKERS = "reconstruct-head", "reconstruct-pickers"
_ROW, _MORE = "reconstruct-row", "reconstruct-more"
_SHUT = f".st-key-{_PICKERS}:not(:has(details[open]))"
# The first in each row is the picker of models.
_RULES = f"""<style>
.st-key-{_PICKERS} [data-testid="stElementContainer"]:has(details) {{ flex: none; width: auto; }}
.st-key-{_PICKERS} summary {{
  box-sizing: border-box; height: 40px; padding: 0 10px; line-height: 38px; font-size: 14px;
  border: 1px solid color-mix(in srgb, currentColor 12%, transparent); border-radius: 8px;
  white-space: nowrap; cursor: pointer;
}}
@media (min-width: 641px) {{
  .st-key-{_PICKERS} [data-testid="stElementContainer"]:has(details) {{ display: none; }}
}}
@media (max-width: 640px) {{
  :has(> .st-key-{_PICKERS}) {{ margin-bottom: -8px; }}
  .st-key-{_HEAD} h1 {{ padding: 4px 0 16px; font-size: 20px; }}
  .st-key-{_ROW} > :first-child {{ flex: 1 1 120px; min-width: 0; }}
  {_SHUT} .st-key-{MODEL_ROW} > :not(:first-child), {_SHUT} :has(> .st-key-{_MORE}) {{
    display: none;
  }}
}}
</style>"""


def head_and_pickers() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the title stands, and below it the pickers."""
    return st.container(gap="xsmall", key=_HEAD), st.container(gap="xsmall", key=_PICKERS)


def row() -> DeltaGenerator:
    """A row below the picker of the first model: its first element picks the other models."""
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=_ROW)


def folded() -> DeltaGenerator:
    """The rest of that row; on a phone below it, once it is unfolded."""
    st.html(f"{_RULES}<details><summary>Data and more</summary></details>")
    return st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key=_MORE
    )
