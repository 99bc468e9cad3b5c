"""The board on the page: a target, the picture that the sliders make, and what becomes of a try."""

from collections.abc import Container
from pathlib import Path
from typing import Annotated, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latent_atlas.ui import address
from latent_atlas.ui.components import component
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.matching.ranking import REACHED
from latent_atlas.ui.diagnose.matching.records import (
    LONGEST_SPLIT,
    MOST_SECONDS,
    MOST_SHARE,
    MOST_TRIES,
    KeptTry,
    Record,
    Shelf,
)
from latent_atlas.ui.diagnose.matching.targets import (
    STEPS,
    Sliders,
    Target,
    error_at_start,
    share_left,
    untried,
)
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.latent_plane import decoder_address
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.reconstruct.parameters import choose
from latent_atlas.ui.reconstruct.state import whole_number
from vae_core.models import VAE

TARGET = "target"  # in the address: its number
_KEY = "diagnose-matching"
_SHOWN = "diagnose-matching-shown"  # what the board was of last, and its target
_HEARD = "diagnose-matching-heard"  # the last try that was kept: a browser may tell it twice

_board = component(
    "latent_atlas_matching",
    "diagnose/matching/matching",
    "createMatching",
    html='<div class="matching"></div>\n',
    css=Path(__file__).with_name("matching.css").read_text(encoding="utf-8"),
)


class Told(BaseModel):
    """What the browser tells: how a try ended, if one was begun, and whether to go on.

    `of` names model, images and target that it saw.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    of: Annotated[str, Field(max_length=200)]
    id: Annotated[str, Field(max_length=64)]
    ending: Literal["done", "given up"] | None
    seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)]
    steps: Annotated[list[int], Field(max_length=4096)]
    next: bool


def wanted_target(looked_at: LookedAt, tried: Container[int]) -> int:
    """The number that the address names, else the first one that was not tried with this model.

    What it names still of the model before, whose picker has just been turned, is none of this one.
    """
    key, count = looked_at.key("matching"), len(looked_at.split)
    before, last = st.session_state.get(_SHOWN, (key, 0))
    asked = whole_number(address.first_named(TARGET) or "")
    if asked and before != key and asked == last and not address.gone_back():
        asked = untried(tried, count)
        address.choose(TARGET, str(asked))  # or a rerun that is late would name the other again
    return min(asked, count) if asked else untried(tried, count)


def matching_board(
    looked_at: LookedAt, vae: VAE, sliders: Sliders, target: Target, record: Record
) -> None:
    """Put it on the page; `record` has what was tried before with this model."""
    tried = record.tried(looked_at.split.name)
    st.session_state[_SHOWN] = (looked_at.key("matching"), target.number)
    of = f"{looked_at.key('matching')} {target.number}"

    def hear() -> None:
        sent = (st.session_state.get(_KEY) or {}).get("told")
        if (told := told_from(sent, of, sliders)) is None:
            return
        if told.ending is not None and st.session_state.get(_HEARD) != told.id:
            st.session_state[_HEARD] = told.id
            with explained_errors():
                _keep(looked_at, vae, sliders, target, told)
        if told.next:
            after = untried({*tried, target.number}, len(looked_at.split), target.number)
            choose(TARGET, str(after))

    _board(
        {
            "decoder": decoder_address(looked_at.entry.digest),
            "of": of,
            "axes": list(sliders.axes),
            "latentDim": sliders.of,
            "extent": sliders.extent,
            "perUnit": STEPS,
            "number": target.number,
            "uncounted": _uncounted(target.number in tried, record.full),
            "steps": list(target.steps),
            "atStart": error_at_start(vae, sliders, target),
            "reached": REACHED,
            "image": image_uri(looked_at.split.images[target.image]),
            "name": f"image {target.image:,} ({looked_at.split.name})",
        },
        key=_KEY,
        on_told_change=hear,
    )


def _uncounted(tried: bool, full: bool) -> str:
    """Why a try of a target is not kept, as a clause; empty where it will be."""
    if tried:
        return "you have tried this target before"
    return f"{MOST_TRIES:,} targets of this model are kept already" if full else ""


def told_from(sent: object, of: str, sliders: Sliders) -> Told | None:
    """What a browser says of the board that it shows; None of another one, or what is none."""
    try:
        told = Told.model_validate(sent)
    except ValidationError:
        return None
    most = sliders.extent * STEPS
    sound = len(told.steps) == len(sliders.axes) and all(abs(each) <= most for each in told.steps)
    return told if sound and told.of == of else None


def _keep(looked_at: LookedAt, vae: VAE, sliders: Sliders, target: Target, told: Told) -> None:
    """Keep a try: how near it came is worked out here and not asked of the browser."""
    share = share_left(vae, sliders, target, tuple(told.steps))
    tried = KeptTry(
        target=target.number,
        split=looked_at.split.name[:LONGEST_SPLIT],
        seconds=round(told.seconds, 2),
        share=min(MOST_SHARE, round(share, 4)),
        given_up=told.ending == "given up",
    )
    entry = looked_at.entry
    Shelf(owner_here(), looked_at.data.name).keep(entry.digest, entry.title, tried)
