"""The bar that says what is compared: letters and titles that stay in sight as the page moves."""

from html import escape

import streamlit as st

from latent_atlas.ui.reconstruct.comparison import Comparison
from vae_core.sentences import counted

_KEY = "compared"
# Below the head of the page, which is 60 px high.
_RULES = f"""<style>
.st-key-{_KEY} {{
  position: sticky; top: 60px; z-index: 90; padding-block: 6px;
  background: var(--st-background-color);
  border-bottom: 1px solid color-mix(in srgb, var(--st-text-color) 12%, transparent);
}}
.compared {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: baseline; margin: 0; }}
.compared > span {{
  display: inline-flex; gap: 6px; max-width: 30ch; font-size: 14px; line-height: 20px;
  padding: 2px 10px 2px 4px; border-radius: 12px;
  background: color-mix(in srgb, var(--st-text-color) 8%, transparent);
}}
.compared b {{
  flex: none; min-width: 18px; text-align: center; border-radius: 9px; font-weight: 600;
  background: color-mix(in srgb, var(--st-text-color) 14%, transparent);
}}
.compared i {{
  font-style: normal; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}}
.compared small {{ font-size: 14px; }}
</style>"""


def letter(place: int) -> str:
    """What the model in this place (from 0) is called for short: A, B, C."""
    return "ABCDEFGHIJKL"[place]


def bar(comparison: Comparison) -> None:
    """Draw it."""
    titles = [escape(each.title) for each in comparison.columns]
    chips = "".join(
        f'<span title="{title}"><b>{letter(place)}</b><i>{title}</i></span>'
        for place, title in enumerate(titles)
    )
    images = counted(len(comparison.split), "image")
    on = f"on {escape(comparison.data.title)}, {escape(comparison.split.name)}, {images}"
    with st.container(key=_KEY):
        st.html(f'{_RULES}<p class="compared">{chips}<small>{on}</small></p>')
