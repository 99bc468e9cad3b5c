"""What images, and the numbers about them, are called: it follows from their shape, from how they
enter the likelihood, and from whether that is a density. Pages, sheets and commands ask here.
"""

from collections.abc import Mapping

from vae_core.evaluation import Treatment
from vae_core.models import LIKELIHOODS, Nats
from vae_core.numerals import size
from vae_core.sentences import counted

_MEASURES: Mapping[Nats, str] = {
    "probability": "probabilities",
    "levels": "probabilities of 256 levels",
    "density": "a density",
}

# The ends of every error picture, in grey and in colour.
ERROR_ENDS = "blue is too dark, red is too bright"


# Said once where sizes first stand: on the Data page, in the command's list and in the documents.
SIZES = "Sizes are height × width."


def size_and_colour(image_shape: tuple[int, int, int]) -> str:
    """Of images [C, H, W]: 28 × 20, grey."""
    return f"{size(image_shape)}, {'grey' if image_shape[0] == 1 else 'RGB'}"


def values(image_shape: tuple[int, int, int]) -> str:
    """The numbers that an image [C, H, W] consists of: 784 pixels, or 3,072 colour values."""
    channels, height, width = image_shape
    count = channels * height * width
    return counted(count, "pixel" if channels == 1 else "colour value")


def levels(channels: int) -> str:
    """What the values of a pixel between 0 and 1 are."""
    return "grey levels" if channels == 1 else "colour levels"


def treated(treatment: str, channels: int) -> str:
    """What images are called after their treatment, as in “binarised digits”.

    It may come from a file, and be another than this version knows.
    """
    plain = levels(channels).removesuffix(" levels")
    known = {"grey": plain, "dynamic": "binarised", "static": "fixed binarised"}
    return known.get(treatment, treatment)


def measure(nats: Nats) -> str:
    """What nats are those of."""
    return _MEASURES[nats]


def as_measure(density: str) -> str:
    """How a likelihood that is one of grey levels measures them (see ``Model.density``)."""
    kind = LIKELIHOODS.get(density)
    if kind is not None and kind.nats == "levels":
        return f"as {measure(kind.nats)} ({density})"
    return f"as a {density} density"


def targets(treatment: Treatment, channels: int, *, nats: Nats) -> str:
    """What the nats of an evaluation are about, as in “300 test images, grey targets”."""
    if treatment == "grey":
        what = f"256 {levels(channels)}" if nats == "levels" else levels(channels)
        if nats == "probability":
            return f"{treated(treatment, channels)} targets"
    else:
        what = "black-and-white targets" if channels == 1 else "colours that are 0 or 1"
        if nats == "probability":
            return what
    how = ", each with a probability" if nats == "levels" else f" under {measure(nats)}"
    return f"{what}{how}"


def about_targets(
    treatment: Treatment, channels: int, *, nats: Nats, floor: float | None = None
) -> str:
    """What the targets mean for the numbers. Markdown.

    `floor` is the mean over the images of what even a perfect copy pays, in nats, where that is
    known (`ledger.level_floor`).
    """
    if nats == "levels":
        return (
            f"The decoder gives each of 256 {levels(channels)} a **probability**, so these numbers "
            "are never below zero (divided by the number of values and log 2 they are bits per "
            "dimension), and they cannot be set beside those of a Bernoulli decoder, nor of a "
            "density."
        )
    if nats == "density":
        return (
            f"The decoder gives a **density** of {levels(channels)}, so these numbers may be below "
            "zero, and they cannot be set beside those of a Bernoulli decoder."
        )
    each = "the images" if channels == 1 else "each colour of the images"
    ends = "black and white" if channels == 1 else "0 and 1"
    if treatment == "dynamic":
        return (
            f"This model was trained on draws that make {each} **{ends}**, and its numbers are "
            f"computed on such draws. They cannot be set beside numbers of the {levels(channels)} "
            "themselves."
        )
    if treatment == "static":
        return (
            f"These images were made **{ends} once and for all**. Numbers on them cannot be set "
            f"beside those of {levels(channels)}, nor beside those of images that are binarised "
            "anew each time."
        )
    mean = "" if floor is None else f": on average {floor:z.1f} nats an image here"
    return (
        f"These are **{levels(channels)} used as probabilities**. Even a perfect copy then pays "
        f"for every level between {ends}{mean}. The ledger shows that part of each image. Such "
        f"numbers cannot be set beside those of images whose values are {ends} alone."
    )
