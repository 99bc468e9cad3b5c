"""The sentences of the Reconstruct page: what is seen, and what its number is and is not."""

from vae_core.data import available_datasets
from vae_core.data.kinship import Relation
from vae_core.models import LIKELIHOODS, TrainingRecord

THE_NUMBER = r"""
**Nats per image** count what an image costs under the model. Two parts add up:

- **distortion**, −E[log p(x|z)]: what the pixels cost when z is known;
- **rate**, KL(q(z|x) ‖ p(z)): what it costs to say which z. It is the sum over the dimensions of z.

Their sum is **−ELBO**; lower is better. 1 nat is 1.44 bits.
"""

NOT_THE_NUMBER = """
It is **not the likelihood** of the image but a bound: the true −log p(x) is this number or less.

It is also not a measure of how good the picture looks. A blurred digit can cost less than a sharp
one whose stroke is one pixel off.
"""

GREY = """
These pixels are **grey levels used as probabilities**. Even a perfect copy then pays for every
level between black and white: on average 45.5 nats an image on the MNIST test set. The ledger
shows that part of each image. Such numbers cannot be set beside those of black-and-white images.
"""

DYNAMIC = """
This model was trained on **black-and-white draws** of the grey images, and its numbers are computed
on such draws. They cannot be set beside numbers of the grey images themselves.
"""


STATIC = """
These images were made **black and white once and for all**. Numbers on them cannot be set beside
those of grey images, nor beside those of images that are binarised anew each time.
"""

DENSITY = """
The decoder gives a **density** of pixel values, so these numbers may be below zero, and they cannot
be set beside those of a Bernoulli decoder.
"""


def about_targets(treatment: str, likelihood: str) -> str:
    """What to know of the numbers' targets, under a treatment of the data and a likelihood."""
    if LIKELIHOODS[likelihood].density:
        return DENSITY
    return {"grey": GREY, "dynamic": DYNAMIC, "static": STATIC}[treatment]


def title(latent_dim: int, squeezed: int, relation: Relation = "same") -> str:
    """What the page shows: how many numbers stand between an image and its reconstruction.

    Of images that the model was not trained on it promises nothing.
    """
    if relation == "other":
        return "What comes back of images that it was not trained on"
    if relation == "unknown":
        return "What comes back of images that it may never have seen"
    numbers = "1 number" if latent_dim == 1 else f"{latent_dim} numbers"
    return f"{squeezed:,} pixels go through {numbers} and come back"


def summary(means: list[tuple[str, tuple[float, float, float]]]) -> str:
    """Each model's mean cost: its title and (total, distortion, rate) in nats per image."""
    if len(means) == 1:
        total, distortion, rate = means[0][1]
        return f"**{total:.1f} nats per image** = {distortion:.1f} distortion + {rate:.1f} rate"
    parts = [
        f"{title} **{total:.1f}** = {distortion:.1f} + {rate:.1f}"
        for title, (total, distortion, rate) in means
    ]
    return "nats per image = distortion + rate: " + "; ".join(parts)


def targets(treatment: str) -> str:
    """The data treatment, in words."""
    return "grey targets" if treatment == "grey" else "black-and-white targets"


def missing_data(model: str, training: TrainingRecord) -> str:
    """Why there is nothing to reconstruct for this model, and what to do about it."""
    known = {info.name: info for info in available_datasets()}
    if training.dataset in known:
        info = known[training.dataset]
        return f"{model} learned from {info.title}, which is not on this machine. {info.remedy}"
    return (
        f"{model} does not say which data it learned from, and no data set here has images of its "
        "size. Choose another model above."
    )
