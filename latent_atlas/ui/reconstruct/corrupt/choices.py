"""What the address says is done to the images, and the controls that choose it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.parameters import Parameter, menu, one_of, segments
from vae_core.evaluation.corruption import CORRUPTIONS, Corrupted, Corruption, hidden
from vae_core.evaluation.denoising import Recovery
from vae_core.inference.imputation import WAYS, Way
from vae_core.numerals import decimal

MASK = "mask"
HIDING = "missing-"  # how the names of corruptions begin that leave pixels missing
ONCE, STEPWISE = "once", "steps"
STARTS: Mapping[str, str] = {
    "prior": "start: best of 1,000 draws",
    "noise": "start: noise (the paper’s)",
    "grey": "start: mid-grey",
}
_RECOVERIES = {ONCE: "At once", STEPWISE: "Step by step"}
_USED: tuple[Way, ...] = ("draw", "mean", "corrected")  # the paper's is the usual one
_WAYS: dict[Way, str] = {each: WAYS[each] for each in _USED}


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
    return menu("corruption", "Corruption", _corruptions(), width=176)


def _corruptions() -> dict[str, str]:
    return {name: each.label for name, each in CORRUPTIONS.items()} | {MASK: "Drawn mask"}


def strength_picker(name: str) -> float:
    """Draw the strengths of a corruption; returns the one that is chosen."""
    corruption = CORRUPTIONS[name]
    chosen = segments(
        "strength",
        corruption.strength,
        _strengths(corruption),
        usual=f"{corruption.usual:g}",
        key=f"strength-{name}",
    )
    return float(chosen)


def _strengths(corruption: Corruption) -> dict[str, str]:
    texts = [f"{each:g}" for each in corruption.steps]
    return {text: decimal(float(text), _places(text)) for text in texts}


def said_of(name: str) -> str:
    """What the numbers are that can be chosen, and what the two ways of recovering do."""
    told = []
    if name != MASK:
        told.append(f"Strength: {CORRUPTIONS[name].strength}. At 0 nothing is done.")
    if may_hide(name):
        told.append(
            "At once, the image as it stands is encoded and decoded. Step by step, missing pixels "
            "are filled in, encoded, decoded and filled in again, while known ones are put back."
        )
    return " ".join(told)


def recovery_picker() -> tuple[Recovery, str]:
    """Draw how missing pixels are recovered; returns the way, and where a chain starts."""
    chosen = segments(
        "recovery",
        "Recovered",
        _RECOVERIES,
        usual=STEPWISE,
    )
    if chosen == ONCE:
        return "once", "prior"
    start = menu("start", "Start", STARTS, width=232)
    way = menu("way", "Way", _WAYS, width=248)
    return way, start


def kept_choices(damage: Damage) -> dict[str, str | None]:
    """What the address is to hold of them."""
    chain = damage.hides and damage.recovery != "once"
    return {
        "corruption": damage.corruption.name,
        "strength": None if damage.drawn else f"{damage.strength:g}",
        "recovery": ONCE if damage.hides and not chain else None,
        "start": damage.start if chain else None,
        "way": damage.recovery if chain else None,
    }


def _written_strength(text: str, comparison: Comparison) -> str | None:
    """One of the strengths of what is done to the images, unless it is the usual one."""
    name = CORRUPTED.asked(comparison) or next(iter(CORRUPTIONS))
    if name == MASK or text not in _strengths(CORRUPTIONS[name]):
        return None
    return None if text == f"{CORRUPTIONS[name].usual:g}" else text


CORRUPTED = one_of("corruption", _corruptions())
PARAMETERS = (
    CORRUPTED,
    Parameter("strength", _written_strength),
    one_of("recovery", {STEPWISE: _RECOVERIES[STEPWISE], ONCE: _RECOVERIES[ONCE]}),
    one_of("start", STARTS),
    one_of("way", _WAYS),
)


def _places(text: str) -> int:
    return len(text.partition(".")[2])
