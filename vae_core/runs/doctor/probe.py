"""A run's model as it was last kept, and some of the images that it learns from."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.data import fair_order, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.bounds import image_batches
from vae_core.models import VAE, load_model
from vae_core.runs.run import Run
from vae_core.runs.validation import division

IMAGES = 512  # at most


@dataclass(frozen=True, eq=False)
class Probe:
    """A VAE with an encoder that learns, and training images as it meets them.

    Attributes:
        vae: of the newest checkpoint.
        x: training images in [0, 1], the same ones every time, float [n, C, H, W].
    """

    vae: VAE
    x: Tensor

    def codes(self) -> Tensor:
        """One draw from q(z|x) for each image, the same every time. [n, J]."""
        return self.vae.encode(self.x).rsample(Generator().manual_seed(0))


def probe_of(run: Run) -> Probe | None:
    """None where there is no checkpoint yet, no such model, or no data."""
    path, config = run.model_path(), run.config
    if path is None or not config.algorithm.amortised:
        return None
    try:
        vae = load_model(path).model
        images = division(config, load_dataset(config.dataset, run.data_dir)).train
    except AtlasError:
        return None
    if not isinstance(vae, VAE) or vae.architecture.image_shape != tuple(images.shape[1:]):
        return None
    some = images[fair_order(len(images))[:IMAGES]]
    seeded = Generator().manual_seed(0)
    x = torch.cat([*image_batches(some, config.treatment, seeded, IMAGES)])
    return Probe(vae.eval(), x)
