"""What is said about an image of one's own."""

from latent_atlas.stored_models import RecordedTest
from vae_core.data import available_datasets
from vae_core.data.own import Likeness, OneImage
from vae_core.numerals import size, with_error
from vae_core.quantities import ELBO


def title(like: Likeness) -> str:
    """What comes from outside."""
    return "Your own digit" if like == "mnist" else "Your own picture"


def invitation(like: Likeness) -> str:
    """What stands on the empty sheet."""
    thing = "a digit" if like == "mnist" else "something"
    return f"Draw {thing} here, and see where it lands. Or paste a picture."


def before(like: Likeness, shape: tuple[int, int, int]) -> str:
    """What becomes of an image before the model reads it."""
    if like == "mnist":
        return (
            "Digits are prepared as MNIST's were: scaled into 20 × 20 pixels, and their centre of "
            "mass put in the middle of 28 × 28. Dark ink on light paper is turned over."
        )
    turned = " Dark on light is turned over." if like == "light-on-dark" else ""
    return f"Pictures are resized to {size(shape)} pixels, all of them in sight.{turned}"


def done(image: OneImage) -> str:
    """What became of this image."""
    made = size(image.pixels.shape)
    turned = "turned over, light on dark, and " if image.turned_over else ""
    way = {
        "kept": f"taken pixel for pixel: it has {made}",
        "centred": "scaled and centred as MNIST's digits were",
        "resized": f"resized to {made} pixels",
    }[image.way]
    return f"Your image was {turned}{way}."


def trained_on(dataset: str | None) -> str:
    """That the model knows other images, and which."""
    if dataset is None:
        return "The model does not say what it was trained on."
    known = {info.name: info.title for info in available_datasets()}
    return f"The model was not trained on it, but on “{known.get(dataset, dataset)}”."


def landing(latent_dim: int) -> str:
    """Where it is to be seen."""
    if latent_dim <= 2:
        return "The plane's pin is at its μ."
    return (
        "The plane's pin is at its μ, and all that the plane does not show is as in μ too; on "
        "t-SNE's sheet, which cannot place it, the pin is at the nearest image."
    )


def usual(test: RecordedTest | None, total: float, half_width: float) -> str:
    """How its cost compares with that of images of the data that the model learned from.

    `half_width` is the ± of its cost over draws of z.
    """
    if test is None or test.quantity != ELBO:
        return ""
    than = "less than" if total < -test.value else "more than"
    mean = f"{test.cost} (± in 95 of 100 cases, over images)" if test.half_width else test.cost
    return (
        f"At {with_error(total, half_width)} nats it costs {than} the average test image, {mean}."
    )
