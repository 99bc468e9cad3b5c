"""Which images a run is validated on: never those that it is trained or tested on.

A dataset's own ``valid`` split is for that. Where it has none, and the run is to stop early, a part
of the training images is held out: the same ones whatever the seed, so that runs compare.
"""

from collections.abc import Collection
from dataclasses import dataclass

from torch import Tensor

from vae_core.data import Dataset, DatasetInfo, fair_order
from vae_core.errors import AtlasError
from vae_core.runs.config import RunConfig
from vae_core.sentences import counted


@dataclass(frozen=True, eq=False)
class Division:
    """The images of a run, uint8 [n, C, H, W] each; ``valid`` is None where there are none."""

    train: Tensor
    valid: Tensor | None
    test: Tensor


def division(config: RunConfig, dataset: Dataset) -> Division:
    """What a run trains on, is validated on and is tested on."""
    test_split = dataset.test_split(config.split)
    train, test = dataset.split(config.split).images, dataset.split(test_split).images
    if _has_own(config, dataset.splits, test_split):
        return Division(train, dataset.split("valid").images, test)
    if not (held := _held_out(config, len(train))):
        return Division(train, None, test)
    order = fair_order(len(train))
    return Division(train[order[held:].sort().values], train[order[:held].sort().values], test)


def trained_on(config: RunConfig, info: DatasetInfo) -> int:
    """How many images a run trains on, without reading them.

    Raises:
        AtlasError: too few are left.
    """
    images = info.counts[config.split]
    if _has_own(config, info.counts, info.test_split(config.split)):
        return images
    left = images - _held_out(config, images)
    if left < 1:
        raise AtlasError(
            f"Of {counted(images, 'image')} none would be left to train on: hold out a smaller "
            "part (--held-out), or train without early stopping."
        )
    return left


def _has_own(config: RunConfig, splits: Collection[str], test_split: str) -> bool:
    # A split that is tested on, or trained on, may choose nothing.
    return config.split == "train" and test_split != "valid" and "valid" in splits


def _held_out(config: RunConfig, images: int) -> int:
    """At least one, where any are wanted."""
    return 0 if config.early_stopping is None else max(1, round(config.held_out * images))
