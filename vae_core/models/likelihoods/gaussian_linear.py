"""A Gaussian whose mean is what the decoder's last layer gives, with nothing to bound it.

With no hidden layers this is the linear VAE, whose optimum is probabilistic PCA (Lucas et al.
2019): the one in which everything is known in closed form.
"""

from typing import ClassVar

from torch import Tensor

from vae_core.models.likelihoods.gaussian_fixed import GaussianFixed
from vae_core.models.operations import Operations


class GaussianLinear(GaussianFixed):
    """Independent Gaussian pixels with the standard deviation ``scale``, of any mean."""

    name: ClassVar[str] = "gaussian-linear"
    label: ClassVar[str] = "Gaussian, fixed variance, unbounded mean"
    order: ClassVar[int] = 6

    @property
    def mean(self) -> Tensor:
        """E[x|z], which may leave [0, 1]. [B, C, H, W]."""
        return self.mean_logits

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] = a."""
        return graph.add("Identity", logits, name=name)
