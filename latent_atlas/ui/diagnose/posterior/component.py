"""The component that draws p(z|x) and q(z|x) of one image over each other."""

import re
from pathlib import Path
from typing import Any

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.components import component
from latent_atlas.ui.components.modules import bundle_address
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.posterior.sheet import (
    MOST_IMAGES,
    RADII,
    Asked,
    rings,
    sheet_address,
)
from vae_core.evaluation.gaps import Gaps
from vae_core.models import VAE
from vae_core.models.posteriors import POSTERIORS

DIMENSIONS = 2
IMAGE = "image"  # in the address
_KEY = "diagnose-posterior"
_FOLDER = "diagnose/posterior"
_PLACES = 4  # decimals of a corner of a ring

_posterior = component(
    "latent_atlas_posterior",
    f"{_FOLDER}/posterior",
    "createPosterior",
    html='<div class="posterior"></div>\n',
    css=Path(__file__).with_name("posterior.css").read_text(encoding="utf-8"),
)


def posterior_plane(looked_at: LookedAt, vae: VAE, gaps: Gaps | None) -> None:
    """Put it on the page; with ``gaps`` of the first images the best of q's family is drawn too."""
    entry, data, split = looked_at.entry, looked_at.data, looked_at.split
    asked = Asked(entry.digest, data.name, split.name, looked_at.treatment)
    labels = None if split.labels is None else split.labels[:MOST_IMAGES].tolist()
    _posterior(
        {
            "decoder": f"api/models/{entry.digest}/deviations.safetensors",
            "sheet": sheet_address(asked),
            "worker": bundle_address(f"{_FOLDER}/posterior_worker"),
            "split": split.name,
            "labels": [data.class_names[label] for label in labels or ()],
            "family": POSTERIORS[vae.architecture.posterior].label,
            "best": [] if gaps is None else _best(gaps),
            "image": None if (image := looked_at_image()) is None else int(image),
            "turn": address.turn(),
        },
        key=_KEY,
        on_image_change=_choose,
    )


def looked_at_image() -> str | None:
    """The number of the image that was chosen, as the address is to hold it."""
    named = address.first_named(IMAGE) or ""
    return named if re.fullmatch(r"\d{1,3}", named) and int(named) < MOST_IMAGES else None


def _choose() -> None:
    """Callback: another image was chosen."""
    chosen = (st.session_state.get(_KEY) or {}).get("image")
    if isinstance(chosen, int | float) and 0 <= chosen < MOST_IMAGES:
        address.choose(IMAGE, str(int(chosen)))


def _best(gaps: Gaps) -> list[dict[str, Any]]:
    """Rings and bound of the best of the family, of as many images as were measured."""
    drawn = rings(gaps.best.first(MOST_IMAGES), RADII[:-1]).double().mul(10**_PLACES).round()
    bounds = gaps.bounds[gaps.family].tolist()
    return [
        {"rings": each, "bound": bound}
        for each, bound in zip(drawn.div(10**_PLACES).tolist(), bounds, strict=False)
    ]
