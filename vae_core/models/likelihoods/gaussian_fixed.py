"""A Gaussian whose variance is chosen before training."""

import math
from collections.abc import Mapping
from typing import ClassVar, Self

import torch
from torch import Tensor

from vae_core.models.likelihoods.base import Extent, Spread
from vae_core.models.likelihoods.gaussian import Gaussian


class GaussianFixed(Gaussian):
    """Independent Gaussian pixels with the standard deviation ``scale``."""

    name: ClassVar[str] = "gaussian-fixed"
    label: ClassVar[str] = "Gaussian, fixed variance"
    order: ClassVar[int] = 5
    heads: ClassVar[Mapping[str, Extent]] = {}
    settings: ClassVar[frozenset[str]] = frozenset({"scale"})
    spread: ClassVar[Spread] = "chosen"

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """With the standard deviation of the settings."""
        return cls(logits, torch.tensor(2 * math.log(settings["scale"])))
