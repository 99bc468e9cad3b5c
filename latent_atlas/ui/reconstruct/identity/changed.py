"""Images whose class changed: each original beside what came back of it."""

from collections.abc import Sequence
from html import escape

import streamlit as st
from torch import Tensor

from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from vae_core.evaluation import Identity, Picture, Verdicts, pictures_of
from vae_core.numerals import decimal, grouped
from vae_core.sentences import counted, plain

MOST = 24
_LEAST_SIDE = 56  # pixels on the screen
_STYLE = """<style>
.identity-changed { display: flex; flex-wrap: wrap; gap: 16px; font-size: 12px; line-height: 16px;
  font-variant-numeric: tabular-nums; }
.identity-changed figure { margin: 0; }
.identity-changed figcaption { font-size: 12px; opacity: .8; margin-top: 4px; }
.identity-changed img { image-rendering: pixelated; outline: 1px solid rgb(128 128 128 / 40%);
  margin-right: 4px; }
</style>"""


def changed(
    comparison: Comparison,
    column: Column,
    found: Identity,
    picture: Picture,
    before: int,
    after: int,
) -> None:
    """Show images of class `before` that come back as class `after`, the surest verdicts first."""
    verdicts = found.of(picture)
    here = ((found.reference == before) & (verdicts.classes == after)).nonzero().flatten()
    names = [plain(found.class_names[k], 40) for k in (before, after)]
    if not len(here):
        st.caption("No image of this split does.")
        return
    chosen = here[verdicts.confidence[here].argsort(descending=True, stable=True)][:MOST]
    if len(here) > MOST:
        st.caption(f"{MOST} of {counted(len(here), 'image')}, the surest verdicts first.")
    made = pictures_of(column.vae, comparison.split.images, chosen, picture)
    html = _figures(comparison.split.images[chosen], made, chosen, names, verdicts)
    st.html(f"{_STYLE}{html}")


def _figures(
    originals: Tensor, made: Tensor, chosen: Tensor, names: Sequence[str], verdicts: Verdicts
) -> str:
    height, width = originals.shape[2:]
    scale = pixel_scale(height, width, _LEAST_SIDE)
    size = f'width="{width * scale}" height="{height * scale}"'
    before, after = (escape(name) for name in names)
    figures = []
    for place, index in enumerate(chosen.tolist()):
        sure = decimal(100 * float(verdicts.confidence[index]), 0)
        number = grouped(index)
        pair = (
            f'<img {size} src="{image_uri(originals[place])}" alt="image {number}, {before}">'
            f'<img {size} src="{image_uri(made[place])}" alt="comes back as {after}">'
        )
        caption = f"{number} · {sure} % sure"
        figures.append(f"<figure>{pair}<figcaption>{caption}</figcaption></figure>")
    return f'<div class="identity-changed">{"".join(figures)}</div>'
