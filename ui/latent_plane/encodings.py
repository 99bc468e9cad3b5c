"""The points of the plane as one binary file: where the encoder puts the images of a dataset."""

import torch

from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.latent import encode_images
from vae_core.models import VAE

MOST_POINTS = 12_000
FORMAT = 1  # of this file; part of its address, because browsers keep it for ever


def encodings_bytes(vae: VAE, dataset: Dataset) -> bytes:
    """Means of q(z|x) on the shown axes, and the labels, as safetensors.

    `mu` is float32 [N, K], K = min(J, 2); `labels` is uint8 [N] where the dataset has (at most 256)
    classes. The header tells the axes (the two most active for J > 2), the dataset's title and the
    class names. The order is shuffled, so that no class hides another when drawn one by one.
    """
    images, labels = dataset.images, dataset.labels
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:MOST_POINTS]
    encodings = encode_images(vae, images[order])
    latent_dim = vae.architecture.latent_dim
    axes = encodings.active_axes()[:2] if latent_dim > 2 else list(range(latent_dim))
    tensors = {"mu": encodings.mu[:, axes].float().contiguous()}
    if labels is not None and len(dataset.class_names) <= 256:
        tensors["labels"] = labels[order].to(torch.uint8)
    return checkpoint_bytes(
        tensors,
        {"axes": axes, "dataset": dataset.title, "class_names": list(dataset.class_names)},
    )
