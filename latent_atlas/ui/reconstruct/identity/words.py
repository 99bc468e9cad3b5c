"""The sentences of the view that asks whether a class is kept."""

import math
from collections.abc import Sequence

from latent_atlas.reports.shares import difference, percent
from latent_atlas.ui.markdown import escaped
from vae_core.evaluation import Identity, Picture, better
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted, plain


def verdict(found: Identity, picture: Picture) -> str:
    """What one model does to the classes of the images, in a sentence or two."""
    kept, lost = found.kept(picture), found.lost(picture)
    first = f"**{percent(kept)}** of what comes back is taken for the class of its image"
    originals = found.originals_right
    beside = "" if originals is None else f"; of the originals themselves {percent(originals)}"
    if not lost.decided:
        tail = f"Whether any are lost cannot be said: {difference(lost)}."
    elif lost.value > 0:
        tail = f"**Lost: {difference(lost)}** of the images."
    else:
        tail = f"{difference(lost, -1)} more than of the originals: it tidies them."
    return f"{first}{beside}. {tail}"


def held_against(first: tuple[str, Identity], other: tuple[str, Identity], picture: Picture) -> str:
    """Whether another model keeps more classes than the first one does."""
    found = better(other[1], first[1], picture)
    names = escaped(other[0]), escaped(first[0])
    if not found.decided:
        return (
            f"Whether {names[0]} or {names[1]} keeps more cannot be said: {difference(found)} of "
            "the images, image by image."
        )
    more = "more" if found.value > 0 else "less"
    amount = difference(found, 1 if found.value > 0 else -1)
    return f"{names[0]} keeps the class of {amount} {more} of the images than {names[1]}."


def of_samples(found: Identity) -> str:
    """What samples from the prior are taken for."""
    missing = sum(not share.count for share in found.prior_shares)
    sure = found.prior_confidence
    none = f" {counted(missing, 'class is', 'classes are')} never drawn." if missing else ""
    return (
        f"{counted(len(found.prior), 'sample')} from the prior, as mixed as {mixed(found)} of "
        f"{counted(len(found.class_names), 'class', 'classes')} that come equally often would be; "
        f"the judge is {with_error(100 * sure.value, _hundred(sure.half_width))} % sure of them on "
        f"average.{none} The box at the end of a bar is its ±; ◇ is the share among the originals."
    )


def mixed(found: Identity) -> str:
    """How many classes that come equally often have the entropy of the samples: exp(H), with ±."""
    entropy = found.prior_entropy
    as_many = math.exp(entropy.value)
    width = None if entropy.half_width is None else as_many * entropy.half_width
    return with_error(as_many, width)


def title(shares: Sequence[float]) -> str:
    """What is seen, once it is known."""
    if not shares:
        return "Is what comes back still taken for what it was?"
    low, high = (decimal(100 * each, 0) for each in (min(shares), max(shares)))
    if low == high:
        return f"{low} % of the images come back as what they were"
    return f"{low} to {high} % of the images come back as what they were, by model"


def of_change(before: str, after: str, count: int) -> str:
    """Such as 4 → 9: 31 images."""
    return f"{plain(before, 30)} → {plain(after, 30)}: {counted(count, 'image')}"


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


SEEN = (
    "It has learned from these very images, so it is surer of the originals than of others: what "
    "is lost looks larger than it is. Choose a split that it has not seen."
)
SURE = (
    "± in 95 of 100 cases, over images: Wilson's for shares; for what is lost, and between models, "
    "paired image by image (Agresti and Min 2005). Where it covers zero, nothing is decided. The "
    "classifier's word is not the truth: it is often surer than it is right, most of all of "
    "pictures unlike the originals."
)
