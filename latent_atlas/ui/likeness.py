"""What the images are like that a model learned from, so that others are prepared as they were."""

from vae_core.data import available_datasets
from vae_core.data.own import Likeness


def likeness(trained_on: str | None) -> Likeness:
    """What the images of the data set of that name are like; `any` where that is not known."""
    known = {info.name: info.likeness for info in available_datasets()}
    return known.get(trained_on or "", "any")
