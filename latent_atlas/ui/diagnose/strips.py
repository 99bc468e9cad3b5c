"""Rows of pictures under what was measured of them, each row with what it shows."""

from collections.abc import Sequence
from html import escape

import streamlit as st
from torch import Tensor

from latent_atlas.reports.diagnosis.pictures import Strip
from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import image_uri

_SIDE = 56  # pixels on the screen, at least
_STYLE = """<style>
.diagnose-strips { font-size: 14px; line-height: 20px; }
.diagnose-strips h4 { font-size: 14px; font-weight: 400; margin: 16px 0 4px; padding: 0; }
.diagnose-strips .row { display: flex; flex-wrap: wrap; gap: 8px; }
.diagnose-strips .walk { flex-wrap: nowrap; align-items: start; gap: min(8px, 1vw); }
.diagnose-strips .walk img { min-width: 0; height: auto; }
.diagnose-strips .pair { display: inline-flex; gap: 1px; margin-right: 8px; }
.diagnose-strips img { image-rendering: pixelated; outline: 1px solid rgb(128 128 128 / 40%); }
</style>"""


def draw_strips(strips: Sequence[Strip]) -> None:
    """Draw them, one under another."""
    rows = "".join(map(_row, strips))
    st.html(f'{_STYLE}<div class="diagnose-strips">{rows}</div>')


def _row(strip: Strip) -> str:
    label = strip.label
    height, width = strip.pictures.shape[2:]
    scale = pixel_scale(height, width, _SIDE)
    size = f'width="{width * scale}" height="{height * scale}"'
    shown = [_image(size, each, label, n) for n, each in enumerate(strip.pictures, start=1)]
    if strip.beside is not None:
        shown = [
            f'<span class="pair">{one}{_image(size, other, strip.beside_label, n)}</span>'
            for n, (one, other) in enumerate(zip(shown, strip.beside, strict=True), start=1)
        ]
    return f'<h4>{escape(strip.heading)}</h4><div class="{strip.row}">{"".join(shown)}</div>'


def _image(size: str, picture: Tensor, label: str, number: int) -> str:
    return f'<img {size} src="{image_uri(picture)}" alt="{escape(label)}, {number}">'
