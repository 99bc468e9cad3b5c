"""The sentences of the Reconstruct page: what is seen, and what its number is and is not."""

from latent_atlas.reports import data_words
from vae_core.data import available_datasets
from vae_core.models import TrainingRecord

THE_NUMBER = r"""
**Nats per image** count what an image costs under the model. Two parts add up:

- **distortion**, −E[log p(x|z)]: what the pixels cost when z is known;
- **rate**, KL(q(z|x) ‖ p(z)): what it costs to say which z. It is the sum over the dimensions of z.

Their sum is **−ELBO**; lower is better. 1 nat is 1.44 bits.
"""

NOT_THE_NUMBER = """
It is **not the likelihood** of the image but a bound: the true −log p(x) is this number or less.

It is also not a measure of how good the picture looks. A blurred picture can cost less than a
sharp one that is one pixel off.
"""


def title(latent_dim: int, image_shape: tuple[int, int, int]) -> str:
    """What the page shows: how many numbers stand between an image and its reconstruction."""
    numbers = "1 number" if latent_dim == 1 else f"{latent_dim} numbers"
    return f"{data_words.values(image_shape)} go through {numbers} and come back"


def summary(means: list[tuple[str, tuple[float, float, float]]]) -> str:
    """Each model's mean cost: its title and (total, distortion, rate) in nats per image."""
    if len(means) == 1:
        total, distortion, rate = means[0][1]
        return f"**{total:z.1f} nats per image** = {distortion:z.1f} distortion + {rate:z.1f} rate"
    parts = [
        f"{title} **{total:z.1f}** = {distortion:z.1f} + {rate:z.1f}"
        for title, (total, distortion, rate) in means
    ]
    return "nats per image = distortion + rate: " + "; ".join(parts)


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
