"""What the address says is done to the images, and the controls that choose it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from torch import Tensor

from latent_atlas.ui import address
from latent_atlas.ui.widget_values import put
from vae_core.evaluation.corruption import CORRUPTIONS, Corrupted, Corruption, hidden
from vae_core.evaluation.denoising import Recovery
from vae_core.inference.imputation import WAYS, Way
from vae_core.numerals import decimal

MASK = "mask"
HIDING = "missing-"  # how the names of corruptions begin that leave pixels missing
ONCE, STEPWISE = "once", "step by step"
STARTS: Mapping[str, str] = {
    "prior": "start: best of 1,000 draws",
    "noise": "start: noise (the paper’s)",
    "grey": "start: mid-grey",
}


@dataclass(frozen=True)
class Damage:
    """What is done to images, and how it is undone.

    `strength` is that of the corruption, 1 of a drawn mask; `recovery` is one of a model's ways and
    `start` where a chain begins. `key` tells it from others.
    """

    corruption: Corruption
    strength: float
    recovery: Recovery
    start: str
    key: str

    @property
    def hides(self) -> bool:
        """Whether pixels are missing, so that a chain can fill them in."""
        return may_hide(self.corruption.name)

    @property
    def drawn(self) -> bool:
        """Whether it is a mask, which has no strength."""
        return self.corruption.name == MASK


def may_hide(name: str) -> bool:
    """Whether a corruption of this name leaves pixels missing."""
    return name == MASK or name.startswith(HIDING)


def drawn_mask(known: Tensor) -> Corruption:
    """A mask as a corruption: nothing is missing at strength 0, and all that was drawn at 1."""

    def apply(x: Tensor, strength: float, seeds: Sequence[int]) -> Corrupted:
        return hidden(x, known)

    return Corruption(MASK, "Drawn mask", "1 where it is drawn", (0.0, 1.0), 1.0, apply)


def corruption_picker() -> str:
    """Draw the choice of a corruption; returns its name, or `MASK`."""
    titles = {name: each.label for name, each in CORRUPTIONS.items()} | {MASK: "Drawn mask"}
    return _select("corruption", "Corruption", titles, 176)


def strength_picker(name: str) -> float:
    """Draw the strengths of a corruption; returns the one that is chosen."""
    corruption = CORRUPTIONS[name]
    texts = {f"{each:g}": each for each in corruption.steps}
    asked = address.first_named("strength")
    chosen = asked if asked in texts else f"{corruption.usual:g}"
    key = f"strength-{name}"
    put(key, chosen)
    st.segmented_control(
        corruption.strength,
        list(texts),
        default=chosen,
        format_func=lambda text: decimal(texts[text], _places(text)),
        required=True,
        key=key,
        on_change=partial(_choose, "strength", key),
        help=f"The strength: {corruption.strength}. At 0 nothing is done.",
        label_visibility="collapsed",
    )
    return texts[chosen]


def recovery_picker() -> tuple[Recovery, str]:
    """Draw how missing pixels are recovered; returns the way, and where a chain starts."""
    names = {ONCE: "At once", STEPWISE: "Step by step"}
    asked = address.first_named("recovery")
    chosen = asked if asked in names else STEPWISE
    put("recovery", chosen)
    st.segmented_control(
        "Recovered",
        list(names),
        default=chosen,
        format_func=names.__getitem__,
        required=True,
        key="recovery",
        on_change=partial(_choose, "recovery", "recovery"),
        help="At once: the image as it stands is encoded and decoded. Step by step: missing pixels "
        "are filled in, encoded, decoded and filled in again, while known ones are put back.",
        label_visibility="collapsed",
    )
    if chosen == ONCE:
        return "once", "prior"
    start = _select("start", "Start", STARTS, 232)
    ways: tuple[Way, ...] = ("draw", "mean", "corrected")  # the paper's is the usual one
    way = _select("way", "Way", {each: WAYS[each] for each in ways}, 248)
    return next(each for each in ways if each == way), start


def kept_choices(damage: Damage) -> dict[str, str | None]:
    """What the address is to hold of them."""
    chain = damage.hides and damage.recovery != "once"
    return {
        "corruption": _unless(damage.corruption.name, next(iter(CORRUPTIONS))),
        "strength": None if damage.drawn else f"{damage.strength:g}",
        "recovery": ONCE if damage.hides and not chain else None,
        "start": _unless(damage.start, next(iter(STARTS))) if chain else None,
        "way": _unless(damage.recovery, "draw") if chain else None,
    }


def _unless(value: str, usual: str) -> str | None:
    return None if value == usual else value


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _select(name: str, label: str, titles: Mapping[str, str], width: int) -> str:
    """A choice that the address names under `name`; the first one is the usual one."""
    asked = address.first_named(name) or ""
    chosen = asked if asked in titles else next(iter(titles))
    put(name, chosen)
    st.selectbox(
        label,
        list(titles),
        list(titles).index(chosen),
        format_func=titles.__getitem__,
        key=name,
        on_change=partial(_choose, name, name),
        label_visibility="collapsed",
        width=width,
    )
    return chosen


def _choose(name: str, key: str) -> None:
    address.choose(name, st.session_state[key])
