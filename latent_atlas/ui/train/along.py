"""What the curves lie along: the images seen, epochs of them, or seconds spent training."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from latent_atlas.ui.train.lines import Numbers
from latent_atlas.ui.train.reading import Story

Along = Literal["images", "epochs", "seconds"]

TITLES: Mapping[Along, str] = MappingProxyType(
    {"images": "images seen", "epochs": "epochs", "seconds": "seconds of training"}
)
PLACES: Mapping[Along, int] = MappingProxyType({"images": 0, "epochs": 2, "seconds": 1})


def placed(story: Story, along: Along) -> Callable[[Numbers], Numbers]:
    """What makes of images seen during a run where they lie."""
    if along == "epochs":
        return lambda samples: samples * _epochs_an_image(story)
    if along == "seconds":
        return lambda samples: np.interp(samples, story.log.samples, story.log.seconds)
    return lambda samples: samples


def end(story: Story, along: Along) -> float:
    """Where a run will have ended, so that its axis stands still; of seconds, where it is now."""
    if along == "seconds":
        now = float(story.log.seconds[-1]) if len(story.log.seconds) else 0.0
        return math.ceil(10 * now) / 10
    total = float(story.status.total_samples)
    return total * _epochs_an_image(story) if along == "epochs" else total


def _epochs_an_image(story: Story) -> float:
    return story.status.epochs / max(1, story.status.total_samples)
