"""The bar that says what is compared, and what is asked: it stays in sight as the page moves."""

from html import escape

import streamlit as st

from latent_atlas.reports.colours import PAGE_DARK, PAGE_LIGHT
from latent_atlas.ui.components import component
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.view import View, view_picker
from vae_core.sentences import counted

_KEY = "compared"
_MEASURE = f"{_KEY}-measure"
# Streamlit puts a box of the same height around a container, in which nothing could stick: so that
# box sticks, below the head of the page, which is 60 px high and is there in an embedded page too;
# its shadows hide what stands out of the page's column. What is reached by keyboard or by a link
# stops below the bar. The views are one row that is pushed sideways where it is too long, on a
# phone the chips too; in a low window the bar moves along.
_RULES = f"""<style>
.stMain:has(.st-key-{_KEY}) {{ scroll-padding-top: calc(68px + var(--bar-height, 0px)); }}
:has(> .st-key-{_KEY}) {{
  position: sticky; top: 60px; z-index: 90;
  --page: light-dark({PAGE_LIGHT}, {PAGE_DARK});
  background: var(--page); box-shadow: -12px 0 var(--page), 12px 0 var(--page);
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent);
}}
.st-key-{_KEY} {{ gap: 6px; padding-block: 6px; }}
.st-key-{_MEASURE} {{ position: absolute; width: 0; height: 0; overflow: hidden; }}
.compared {{
  display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; margin: 0;
  max-height: 80px; overflow: auto; scrollbar-width: none;
}}
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
.st-key-{_KEY} [role=radiogroup] {{ flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }}
.st-key-{_KEY} [role=radiogroup] > * {{ flex: none; }}
@media (max-width: 640px) {{
  .compared, .st-key-{_KEY} [role=radiogroup] {{
    padding-right: 32px; mask-image: linear-gradient(to left, transparent, #000 32px);
  }}
  .compared {{ flex-wrap: nowrap; }}
  .compared > span {{ max-width: 20ch; }}
}}
@media (max-height: 480px) {{
  .stMain:has(.st-key-{_KEY}) {{ --bar-height: 0px !important; }}
  :has(> .st-key-{_KEY}) {{ position: static; }}
}}
</style>"""

_measure = component(
    "latent_atlas_compared_bar",
    "reconstruct/bar",
    "createBar",
    html="<i></i>\n",
    css="i { display: none; }\n",
)


def bar(comparison: Comparison) -> View:
    """Draw it; returns the view that is chosen in it."""
    titles = [escape(each.title) for each in comparison.columns]
    chips = "".join(
        f'<span title="{title}"><b>{letter(place)}</b><i>{title}</i></span>'
        for place, title in enumerate(titles)
    )
    images = counted(len(comparison.split), "image")
    on = f"on {escape(comparison.data.title)}, {escape(comparison.split.name)}, {images}"
    with st.container(key=_KEY):
        st.html(f'{_RULES}<p class="compared">{chips}<small>{on}</small></p>')
        view = view_picker()
        with st.container(key=_MEASURE):
            _measure({"bar": f".st-key-{_KEY}", "chosen": view.name}, key=f"{_MEASURE}-it")
    return view
