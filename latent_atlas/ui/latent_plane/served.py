"""What the plane of a model is computed from, each kept for the next who asks, within bounds.

A class that opens one model asks for the same things at once: the first asker computes.
"""

import re
import threading
from functools import lru_cache

from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import (
    encodings_part,
    label_column,
    part_count,
    point_order,
    shown,
)
from latent_atlas.ui.latent_plane.images import check_points
from latent_atlas.ui.latent_plane.maps import Asked as AskedMap
from latent_atlas.ui.latent_plane.maps import Judge, asked_map, judge, judged_by, map_bytes
from latent_atlas.ui.latent_plane.paths import Leg, Slice, asked_leg, leg_bytes
from latent_atlas.ui.latent_plane.projections import (
    DEFAULT,
    Asked,
    Projection,
    asked_base,
    asked_projection,
)
from latent_atlas.ui.latent_plane.tsne_sheet import SheetMaker, sheet_bytes
from latent_atlas.ui.model_files import load_by_digest
from vae_core.data import Dataset, load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images
from vae_core.models import VAE, decoder_bytes

_encoding = threading.Lock()
_mapping = threading.Lock()
_searching = threading.Lock()
_sheets = SheetMaker()


@lru_cache(maxsize=8)
def model_decoder(digest: str) -> bytes:
    """The decoder of a model, as safetensors. Raises AtlasError where there is no such model."""
    return decoder_bytes(load_by_digest(digest).vae)


def points_part(digest: str, name: str, projection: str, part: int) -> bytes | None:
    """One part of the points, in the plane that an address names; None while t-SNE is at work.

    Raises AtlasError, in a sentence, where there is no such model, data, plane or part.
    """
    vae, dataset = fitting(digest, name)
    asked = asked_projection(projection, vae.architecture.latent_dim)
    parts = 1 if asked.kind == "tsne" else part_count(dataset)
    if part >= parts:
        raise AtlasError(f"The points of {dataset.title} have no part {part}: reload the page.")
    if asked.kind == "tsne":
        return _sheets.ask((digest, name), lambda: sheet_bytes(vae, dataset))
    with _encoding:
        return _encode(digest, name, asked, part)


def drawn_map(
    digest: str, name: str, projection: str, text: str, base: str | None, labels: str | None = None
) -> bytes:
    """A map of the plane that an address names, where all else stays at `base`.

    `labels` is the column whose classes a map of these shows, from 0; None for the first. Raises
    AtlasError, in a sentence, where there is none.
    """
    asked = asked_map(text)
    vae, dataset = fitting(digest, name)
    latent_dim = vae.architecture.latent_dim
    column = asked_column(dataset, labels) if asked.kind == "classes" else 0
    at = asked_base(base, latent_dim) if asked.sliced else None
    numbers = None if at is None else tuple(at.tolist())
    with _mapping:
        return _draw(digest, name, asked_projection(projection, latent_dim), asked, numbers, column)


def asked_column(dataset: Dataset, text: str | None) -> int:
    """The column of labels that an address names. Raises AtlasError where there is no such."""
    if text is None:
        return 0
    column = int(text) if re.fullmatch("[0-9]{1,2}", text, re.ASCII) else -1
    label_column(dataset, column)
    return column


def geodesic_leg(digest: str, name: str, projection: str, points: str, base: str | None) -> bytes:
    """The geodesic between two spots of the plane that an address names, as JSON.

    Raises AtlasError, in a sentence, where there is none.
    """
    leg = asked_leg(points)
    latent_dim = fitting(digest, name)[0].architecture.latent_dim
    at = asked_base(base, latent_dim)
    numbers = None if at is None else tuple(at.tolist())
    asked = asked_projection(projection, latent_dim)
    # One at a time: the other cores stay with those who train or look.
    with _searching:
        return _search(digest, name, asked, leg, numbers)


def point_means(digest: str, name: str, points: list[int]) -> bytes:
    """The whole means of some points, all dimensions: float32 [n, J], one after the other.

    Raises AtlasError where a point is not among those of the dataset.
    """
    vae, dataset = fitting(digest, name)
    check_points(dataset, points)
    images = dataset.images[point_order(dataset)[points]]
    return encode_images(vae, images).mu.float().numpy().tobytes()


def prepare(digest: str, name: str) -> None:
    """Compute what the first visitor of a plane will ask for."""
    for part in range(part_count(load_dataset(name))):
        points_part(digest, name, DEFAULT, part)
    _judge(digest, name)


def fitting(digest: str, name: str) -> tuple[VAE, Dataset]:
    """A model and a dataset. Raises AtlasError where there is no such, or they do not fit."""
    vae, dataset = load_by_digest(digest).vae, load_dataset(name)
    if dataset.image_shape != vae.architecture.image_shape:
        raise AtlasError(f"The images of {dataset.title} do not fit this model.")
    return vae, dataset


@lru_cache(maxsize=64)  # some 50 kB each
def _encode(digest: str, name: str, asked: Asked, part: int) -> bytes:
    vae, dataset = fitting(digest, name)
    return encodings_part(vae, dataset, part, shown_plane(digest, name, asked))


@lru_cache(maxsize=64)  # some 90 kB each
def _draw(
    digest: str,
    name: str,
    plane: Asked,
    asked: AskedMap,
    base: tuple[float, ...] | None,
    column: int,
) -> bytes:
    at = None if base is None else Tensor(base)
    judge = _judge(digest, name)
    if column:
        judge = judged_by(judge, fitting(digest, name)[1], column)
    return map_bytes(judge, asked, shown_plane(digest, name, plane), at)


@lru_cache(maxsize=512)  # some 1 kB each
def _search(
    digest: str, name: str, plane: Asked, leg: Leg, base: tuple[float, ...] | None
) -> bytes:
    at = None if base is None else Tensor(base)
    vae, _ = fitting(digest, name)
    return leg_bytes(Slice(vae, shown_plane(digest, name, plane).at(at)), leg)


@lru_cache(maxsize=8)
def _judge(digest: str, name: str) -> Judge:
    return judge(*fitting(digest, name))


@lru_cache(maxsize=64)
def shown_plane(digest: str, name: str, asked: Asked) -> Projection:
    """The plane that is asked for; raises AtlasError where there is none."""
    return shown(*fitting(digest, name), asked)
