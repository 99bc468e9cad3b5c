"""The bar that says what is compared: letters and titles that stay in sight as the page moves."""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from latent_atlas.reports.colours import PAGE_DARK, PAGE_LIGHT
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from vae_core.sentences import counted

_KEY = "compared"
# Below the head of the page, which is 60 px high. On a phone the views are one row that is
# pushed sideways, and of chips three rows are in sight at once.
_RULES = f"""<style>
.st-key-{_KEY} {{
  position: sticky; top: 60px; z-index: 90; gap: 6px; padding-block: 6px;
  background: light-dark({PAGE_LIGHT}, {PAGE_DARK});
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent);
}}
.compared {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; margin: 0; }}
.compared > * {{ flex: none; font-size: 14px; line-height: 20px; white-space: nowrap; }}
.compared > span {{
  display: inline-flex; gap: 6px; max-width: 30ch; padding: 2px 10px 2px 2px; border-radius: 12px;
  background: color-mix(in srgb, currentColor 8%, transparent);
}}
.compared b {{
  flex: none; min-width: 20px; text-align: center; border-radius: 10px; font-weight: 600;
  background: color-mix(in srgb, currentColor 12%, transparent);
}}
.compared i {{ font-style: normal; overflow: hidden; text-overflow: ellipsis; }}
@media (max-width: 640px) {{
  .compared {{ max-height: 76px; overflow-y: auto; }}
  .st-key-{_KEY} [role=radiogroup] {{
    flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none;
  }}
  .st-key-{_KEY} [role=radiogroup] > * {{ flex: none; }}
}}
</style>"""


def bar(comparison: Comparison) -> DeltaGenerator:
    """Draw it; returns it, for what else is to stay in sight."""
    titles = [escape(each.title) for each in comparison.columns]
    chips = "".join(
        f'<span title="{title}"><b>{letter(place)}</b><i>{title}</i></span>'
        for place, title in enumerate(titles)
    )
    images = counted(len(comparison.split), "image")
    on = f"on {escape(comparison.data.title)}, {escape(comparison.split.name)}, {images}"
    drawn = st.container(key=_KEY)
    drawn.html(f'{_RULES}<p class="compared">{chips}<small>{on}</small></p>')
    return drawn
