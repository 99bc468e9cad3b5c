"""What images, and the numbers about them, are called: it follows from their shape, from how they
enter the likelihood, and from whether that is a density. Pages, sheets and commands ask here.
"""

from vae_core.evaluation import Treatment
from vae_core.numerals import size
from vae_core.sentences import counted

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


def targets(treatment: Treatment, channels: int, *, density: bool) -> str:
    """What the nats of an evaluation are about, as in “300 test images, grey targets”."""
    if treatment == "grey":
        if density:
            return f"{levels(channels)} under a density"
        return f"{treated(treatment, channels)} targets"
    binary = "black-and-white targets" if channels == 1 else "colours that are 0 or 1"
    return f"{binary} under a density" if density else binary


def about_targets(
    treatment: Treatment, channels: int, *, density: bool, floor: float | None = None
) -> str:
    """What the targets mean for the numbers. Markdown.

    `floor` is the mean over the images of what even a perfect copy pays, in nats, where that is
    known (`ledger.level_floor`).
    """
    if density:
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
