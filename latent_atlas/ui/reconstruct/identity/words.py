"""The sentences of the view that asks whether a class is kept."""

import math
from collections.abc import Sequence

from latent_atlas.ui.markdown import escaped
from vae_core.evaluation import Classifier, Identity, PairedDifference, Picture, Proportion, better
from vae_core.evaluation.classifier import LEAST_ACCURACY, Standing
from vae_core.numerals import decimal, places_for, with_error
from vae_core.sentences import counted, plain

_EVEN = 1.25  # times as far at most an interval reaches to one side as to the other, to be a ±
RULE = f"{decimal(100 * LEAST_ACCURACY, 0)} %"


def percent(share: Proportion) -> str:
    """Such as 97.7 ± 0.7 %; where the interval is lopsided, 99 % (95 to 100)."""
    below, above = share.share - share.low, share.high - share.share
    if max(below, above) <= _EVEN * min(below, above):
        return f"{with_error(100 * share.share, 100 * share.half_width)} %"
    places = max(0, places_for(100 * share.half_width))
    value, low, high = (
        decimal(100 * each, places) for each in (share.share, share.low, share.high)
    )
    return f"{value} % ({low} to {high})"


def difference(found: PairedDifference, sign: int = 1) -> str:
    """Such as 16.5 ± 1.7 %."""
    return f"{with_error(100 * sign * found.value, 100 * found.half_width)} %"


def of_classifier(found: Classifier, title: str) -> str:
    """Which classifier of the program's own it is, and how well it does."""
    given = found.lessons
    return (
        f"A small classifier of {of_column(given.column)} that has learned from "
        f"{counted(given.images, 'original')} of {escaped(title)} · names "
        f"**{percent(found.accuracy)}** of {counted(given.held_out, 'other')} rightly · "
        f"`{found.digest[:12]}`"
    )


def of_column(name: str) -> str:
    """What a classifier tells apart."""
    return "the classes" if name == "class" else f"**{escaped(name)}**"


def of_standing(standing: Standing) -> str:
    """How far verdicts are to be trusted, where they are not; else nothing."""
    if standing == "fit":
        return ""
    rule = (
        f"It would have to name more than {RULE} of originals that it has not seen rightly, and "
        "more than always saying the commonest class would"
    )
    if standing == "unfit":
        return f"Its verdicts mean little: it is too often wrong about originals. {rule}."
    return f"Whether its verdicts mean anything cannot be said. {rule}; too few are held out."


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
