"""What a start will come to, as a picture on its card, drawn from what is here."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from PIL import ImageColor

from latent_atlas.reports.pixels import image_bytes
from latent_atlas.stored_models import shipped_models
from latent_atlas.ui.images import data_uri
from latent_atlas.ui.latent_plane.encodings import first_encodings, point_order
from latent_atlas.ui.palette import CLASS_COLOURS
from latent_atlas.ui.train.presets import Preset
from vae_core.data import load_dataset
from vae_core.latent import manifold_images
from vae_core.models import load_model

WIDTH, HEIGHT = 480, 100  # pixels of a map
_FIELD = (13, 17, 23)  # the plane's own ground
_DOTS = 1_000
_AVERAGED = 1_000  # images: a picture of a mean has no use for more
_REACH = 3.5  # of either latent axis, upwards
_COLUMNS, _ROWS = 10, 2  # of a mosaic
_SIDE = 6  # images, of a square of them


def preset_picture(preset: Preset, dataset: str) -> str:
    """The data URI of a picture: a map, what a decoder draws all over one, or images.

    Images, too, where the model that would draw it is not here. Raises AtlasError when the dataset
    cannot be read.
    """
    if preset.like is not None and preset.like in shipped_models():
        if preset.shows == "map":
            return _map(preset.like, dataset)
        if preset.shows == "tiles":
            return _tiles(preset.like)
    data = load_dataset(dataset)
    if preset.shows == "mean":
        mean = data.images[point_order(data)[:_AVERAGED]].float().mean(0).byte().numpy()
        return data_uri(_mosaic([[image_bytes(mean)] * _COLUMNS] * _ROWS))
    images = data.images[point_order(data)[: _COLUMNS * _ROWS]].numpy()
    columns = -(-len(images) // _ROWS)
    rows = [images[n : n + columns] for n in range(0, len(images) // columns * columns, columns)]
    shown = _SHOWN.get(preset.shows, list)([row / 255 for row in rows])
    return data_uri(_mosaic([[image_bytes(each) for each in row] for row in shown]))


def real_images(dataset: str) -> str:
    """The data URI of a square of images. Raises AtlasError when they cannot be read."""
    data = load_dataset(dataset)
    images = data.images[point_order(data)[: _SIDE**2]].numpy()
    rows = [images[n : n + _SIDE] for n in range(0, len(images) // _SIDE * _SIDE, _SIDE)]
    return data_uri(_mosaic([[image_bytes(each) for each in row] for row in rows]))


def _noise(like: np.ndarray) -> np.ndarray:
    drawn = np.random.default_rng(0).normal(0.5, 0.3, like.shape)
    return np.clip(drawn, 0, 1).astype(np.float32)


def _noisy(rows: list[np.ndarray]) -> list[np.ndarray]:
    """Ever less noise over them, from the left to the right."""
    share = np.linspace(1, 0, len(rows[0]))[:, None, None, None] ** 2
    return [share * _noise(row) + (1 - share) * row for row in rows]


def _paired(rows: list[np.ndarray]) -> list[np.ndarray]:
    """Each above noise of its size."""
    return [rows[0], _noise(rows[0])]


def _begun(rows: list[np.ndarray]) -> list[np.ndarray]:
    """Drawn from the top, ever further: what is still to come is grey."""
    count, height = len(rows[0]), rows[0].shape[2]
    to_come = np.arange(height) >= np.linspace(0.2, 1, count)[:, None] * height
    return [np.where(to_come[:, None, :, None], 0.25, row) for row in rows]


_SHOWN: Mapping[str, Callable[[list[np.ndarray]], list[np.ndarray]]] = MappingProxyType(
    {"noisy": _noisy, "paired": _paired, "rows": _begun}
)


@lru_cache(maxsize=4)
def _map(model: str, dataset: str) -> str:
    data = load_dataset(dataset)
    mu = first_encodings(load_model(shipped_models()[model]).vae, data, _DOTS).mu.numpy()
    labels = np.zeros(len(mu), int) if data.labels is None else data.labels.numpy()
    picture = np.full((HEIGHT, WIDTH, 3), _FIELD, np.uint8)
    across = (WIDTH * (0.5 + mu[:, 0] / (2 * _REACH))).astype(int)
    down = (HEIGHT * (0.5 - mu[:, 1] / (2 * _REACH))).astype(int)
    for x, y, label in zip(across, down, labels[point_order(data).numpy()], strict=False):
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            colour = CLASS_COLOURS[int(label) % len(CLASS_COLOURS)]
            picture[y : y + 3, x : x + 3] = ImageColor.getrgb(colour)
    return data_uri(picture)


@lru_cache(maxsize=4)
def _tiles(model: str) -> str:
    saved = load_model(shipped_models()[model])
    drawn = manifold_images(saved.vae, _COLUMNS, "gaussian-cdf").numpy()
    first = (_COLUMNS - _ROWS) // 2
    rows = drawn[first : first + _ROWS]
    return data_uri(_mosaic([[image_bytes(each) for each in row] for row in rows]))


def _mosaic(rows: list[list[np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.concatenate(row, axis=1) for row in rows], axis=0)
