"""The points of the plane as small binary files: where the encoder puts the images of a dataset.

A small convolutional encoder takes ten seconds for 70,000 images, so they come in parts: the first
is on the screen within a second, and the others join it.
"""

import torch
from torch import Tensor

from latent_atlas.ui.latent_plane.projections import (
    MOST_ACTIVE,
    Asked,
    Projection,
    projection,
    whole_space,
)
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset, LabelColumn, fair_order
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, encode_images
from vae_core.models import VAE

MOST_POINTS = 70_000
PART = 6_000
FORMAT = 6  # of these files; part of their address, because browsers keep them for ever
_IMAGES_FOR_AXES = 2_000


def part_count(dataset: Dataset) -> int:
    """How many parts the points of a dataset come in."""
    return -(-min(len(dataset.images), MOST_POINTS) // PART)


def shown(vae: VAE, dataset: Dataset, asked: Asked = MOST_ACTIVE) -> Projection:
    """The plane that is asked for: without a wish, that of the two most active dimensions.

    It is judged by the first 2,000 points, so that no part waits for the others. Raises AtlasError
    where there is none.
    """
    latent_dim = vae.architecture.latent_dim
    if latent_dim <= 2:
        return whole_space(latent_dim)
    return projection(first_encodings(vae, dataset, _IMAGES_FOR_AXES), asked)


def shown_axes(vae: VAE, dataset: Dataset) -> list[int]:
    """The latent dimensions that the plane shows: the two most active ones where there are more."""
    return list(shown(vae, dataset).axes or ())


def first_encodings(vae: VAE, dataset: Dataset, most: int) -> Encodings:
    """q(z|x) of the first points, in their order: a fair sample."""
    return encode_images(vae, dataset.images[point_order(dataset)[:most]])


def encodings_part(vae: VAE, dataset: Dataset, part: int, by: Projection) -> bytes:
    """q(z|x) in the plane, and the labels, of one part of the points, as safetensors.

    `mu` and `s`, its means and standard deviations, are float32 [N, 1 or 2]; under PCA
    `correlation` [N] is that of the two coordinates; `labels` is as in `point_labels`. The header
    tells the axes, the number of points in all parts together, the dataset's title, the class names
    and what the columns of labels are called, and of a model of more than two dimensions the plane
    and how much each dimension says.
    The order is shuffled, so that no class hides another when drawn one by one, and every part is a
    fair sample of all.
    """
    order = point_order(dataset)
    chosen = order[part * PART : (part + 1) * PART]
    mu, deviation, correlation = by.project(encode_images(vae, dataset.images[chosen]))
    tensors = {"mu": mu.float().contiguous(), "s": deviation.float().contiguous()}
    if correlation is not None:
        tensors["correlation"] = correlation.float().contiguous()
    tensors |= point_labels(dataset, chosen)
    header = {"total": len(order), **by.header(), **about(dataset)}
    return checkpoint_bytes(tensors, header | {"axes": list(by.axes or (0, 1))})


def point_labels(dataset: Dataset, chosen: Tensor) -> dict[str, Tensor]:
    """`labels` [n] of some images where there are classes: uint8, or uint16 of more than 256."""
    if dataset.labels is None:
        return {}
    return {"labels": _small(dataset.label_columns[0], chosen)}


def column_bytes(dataset: Dataset, column: int) -> bytes:
    """The labels of all points by one column, and its class names, as safetensors.

    `labels` is as in `point_labels`. Raises AtlasError where there is no such column.
    """
    found = label_column(dataset, column)
    header = {"class_names": list(found.class_names)}
    return checkpoint_bytes({"labels": _small(found, point_order(dataset))}, header)


def label_column(dataset: Dataset, column: int) -> LabelColumn:
    """One of the columns of labels, from 0. Raises AtlasError where there is no such."""
    columns = dataset.label_columns
    if not 0 <= column < len(columns):
        raise AtlasError(f"{dataset.title} has no such labels: reload the page.")
    return columns[column]


def _small(column: LabelColumn, chosen: Tensor) -> Tensor:
    kind = torch.uint8 if len(column.class_names) <= 256 else torch.uint16
    return column.labels[chosen].to(kind)


def about(dataset: Dataset) -> dict[str, object]:
    """What the header of points says of their dataset."""
    return {
        "dataset": dataset.title,
        "class_names": list(dataset.class_names),
        "columns": [column.name for column in dataset.label_columns],
    }


def point_order(dataset: Dataset) -> Tensor:
    """Which image each point is: int64 [points], indices into `dataset.images`."""
    return fair_order(len(dataset.images))[:MOST_POINTS]
