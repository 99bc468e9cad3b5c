"""Disentanglement: what each latent dimension says of each factor, and what it changes."""

import numpy as np
import streamlit as st

from latent_atlas.reports.diagnosis.sections.disentangle import (
    CANDID,
    EXTENT,
    SECTION,
    DisentangleFinding,
    measure_disentanglement,
)
from latent_atlas.reports.pixels import image_bytes, pixel_scale
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.information_map import information_option, map_height
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.numerals import decimal, with_error

RULE = (
    "± in 95 of 100 cases. By chance is what these codes score once they are dealt to other "
    "images, at best what a code has with one dimension to each factor. A factor has a dimension "
    "of its own where that one, less the ±, is ahead of all others by half of what there is to "
    "know."
)
MEANINGS = {
    "MIG": "by how much the dimension that says most of a factor is ahead of the next",
    "FactorVAE score": "how often the dimension that stands still tells which factor does",
    "DCI disentanglement": "whether a dimension is of use for one factor alone",
    "DCI completeness": "whether one dimension alone is of use for a factor",
    "DCI informativeness": "how often the whole code tells a factor's level",
    "SAP": "by how much the dimension that tells a factor best is ahead of the next",
}
_GAP = 2  # pixels between pictures of a walk
_PAPER = 128  # grey between them


def title(found: DisentangleFinding) -> str:
    """Which factors have a dimension of their own."""
    verdict = found.verdict
    return escaped(verdict[0].upper() + verdict[1:])


def draw(found: DisentangleFinding) -> None:
    """The map, the scores, and a walk along each dimension."""
    st.caption(escaped(f"Measured on {found.measured_on}."))
    st.echarts_chart(
        information_option(found, ink=INK_DARK if is_dark() else INK_LIGHT),
        height=map_height(found),
        key="diagnose-disentangle",
        alt="What each latent dimension says of each factor; the sentences below say the most",
    )
    st.caption(
        "A cell is mutual information, in per cent of what there is to know of the factor, by "
        "histograms of twenty bins."
    )
    st.markdown(_scores(found))
    st.caption(RULE)
    for doubt in found.doubts:
        st.caption(escaped(doubt))
    if found.walks is not None:
        _draw_walks(found)
    st.markdown(f"**What this cannot say.** {escaped(CANDID)}")


def _scores(found: DisentangleFinding) -> str:
    return "\n".join(
        f"- **{name} {_unbroken(score.value, score.half_width)}** (by chance "
        f"{decimal(score.chance, 2)}, at best {decimal(score.best, 2)}): {MEANINGS[name]}"
        for name, score in found.found.scores.items()
    )


def _unbroken(value: float, half_width: float) -> str:
    return with_error(value, half_width).replace(" ", "\N{NO-BREAK SPACE}")


def _draw_walks(found: DisentangleFinding) -> None:
    assert found.walks is not None
    st.markdown("#### What each dimension changes")
    st.caption(
        f"From z = −{decimal(EXTENT, 0)} to {decimal(EXTENT, 0)}, all else as in one image; the "
        "dimension of the largest KL first."
    )
    for j, images in zip(found.walked, found.walks.numpy(), strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            strip = walk_strip(images)
            st.image(
                strip,
                width=strip.shape[1],
                output_format="PNG",
                alt=f"What changes as z{j + 1} goes from low to high",
            )
            st.markdown(f"**z{j + 1}** {escaped(found.carries(j))}", width=280)


def walk_strip(images: np.ndarray) -> np.ndarray:
    """Pictures [S, C, H, W] in [0, 1] side by side, uint8 [H, W] or [H, W, 3]."""
    scale = pixel_scale(*images.shape[2:], at_least=48)
    levels = [image_bytes(each).repeat(scale, 0).repeat(scale, 1) for each in images]
    gap = np.full((levels[0].shape[0], _GAP, *levels[0].shape[2:]), _PAPER, dtype=np.uint8)
    parts = [part for level in levels for part in (gap, level)]
    return np.concatenate(parts[1:], axis=1)


VIEW = View(
    section=SECTION,
    counts=(1_000, 3_000, 10_000),
    usual=10_000,
    measure=lambda subject, count, watch: measure_disentanglement(subject.first(count), watch),
    asked="Whether each latent dimension says one thing",
    about=(
        "Of these images it is known what they were made from, or how they are sorted. Measured "
        "is which dimension says what of it, by four scores that are in use. It takes half a "
        "minute, and longer with many factors."
    ),
    title=title,
    draw=draw,
)
