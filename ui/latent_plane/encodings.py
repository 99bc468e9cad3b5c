"""The points of the plane as small binary files: where the encoder puts the images of a dataset.

A small convolutional encoder takes ten seconds for 70,000 images, so they come in parts: the first
is on the screen within a second, and the others join it.
"""

import torch
from torch import Tensor

from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.latent import encode_images
from vae_core.models import VAE

MOST_POINTS = 70_000
PART = 6_000
FORMAT = 3  # of these files; part of their address, because browsers keep them for ever
_IMAGES_FOR_AXES = 2_000


def part_count(dataset: Dataset) -> int:
    """How many parts the points of a dataset come in."""
    return -(-min(len(dataset.images), MOST_POINTS) // PART)


def shown_axes(vae: VAE, dataset: Dataset) -> list[int]:
    """The latent dimensions that the plane shows: the two most active ones where there are more.

    They are judged by the first 2,000 points, so that no part waits for the others.
    """
    latent_dim = vae.architecture.latent_dim
    if latent_dim <= 2:
        return list(range(latent_dim))
    order = point_order(dataset)[:_IMAGES_FOR_AXES]
    return encode_images(vae, dataset.images[order]).active_axes()[:2]


def encodings_part(vae: VAE, dataset: Dataset, part: int, axes: list[int]) -> bytes:
    """q(z|x) on the shown axes, and the labels, of one part of the points, as safetensors.

    `mu` and `s`, its means and standard deviations, are float32 [N, len(axes)]; `labels` is uint8
    [N] where the dataset has (at most 256) classes. The header tells the axes, the number of points
    in all parts together, the dataset's title and the class names. The order is shuffled, so that
    no class hides another when drawn one by one, and every part is a fair sample of all.
    """
    order = point_order(dataset)
    chosen = order[part * PART : (part + 1) * PART]
    encodings = encode_images(vae, dataset.images[chosen])
    tensors = {
        "mu": encodings.mu[:, axes].float().contiguous(),
        "s": (0.5 * encodings.logvar[:, axes].float()).exp().contiguous(),
    }
    if dataset.labels is not None and len(dataset.class_names) <= 256:
        tensors["labels"] = dataset.labels[chosen].to(torch.uint8)
    header = {
        "axes": axes,
        "total": len(order),
        "dataset": dataset.title,
        "class_names": list(dataset.class_names),
    }
    return checkpoint_bytes(tensors, header)


def point_order(dataset: Dataset) -> Tensor:
    """Which image each point is: int64 [points], indices into `dataset.images`."""
    generator = torch.Generator().manual_seed(0)
    return torch.randperm(len(dataset.images), generator=generator)[:MOST_POINTS]
