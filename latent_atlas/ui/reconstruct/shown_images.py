"""The images that an address of this page names: those of a data set, or those that were brought.

What somebody brings is no data set on disk: it is kept in memory under a name made of its pixels,
which nobody guesses, and the oldest make room for the newest.
"""

import hashlib
import threading
from collections import OrderedDict

from torch import Tensor

from latent_atlas.ui.reconstruct.resized import Shape, parted_name, resized
from vae_core.data import Dataset, load_dataset
from vae_core.errors import AtlasError

_HEAD = "brought-"
_MOST = 64  # sets of all visitors, each bounded by what one may bring
_kept: OrderedDict[str, Dataset] = OrderedDict()
_lock = threading.Lock()


def brought_name(images: Tensor) -> str:
    """The name of brought images, uint8 [N, C, H, W]: the same pixels have the same."""
    digest = hashlib.sha256(images.numpy().tobytes())
    digest.update(str(list(images.shape)).encode())
    return _HEAD + digest.hexdigest()[:32]


def is_brought(name: str) -> bool:
    """Whether this is the name of images that somebody brought."""
    return name.startswith(_HEAD)


def remember(dataset: Dataset) -> None:
    """Keep brought images, so that an address can name them."""
    with _lock:
        _kept[dataset.name] = dataset
        _kept.move_to_end(dataset.name)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def shown_dataset(name: str) -> Dataset:
    """The images of this name. Raises AtlasError where they are not here (any more)."""
    if not is_brought(name):
        return load_dataset(name)
    with _lock:
        found = _kept.get(name)
    if found is None:
        raise AtlasError("These images are no longer on the server: bring them again.")
    return found


def shown_image(name: str, split: str, index: int, shape: Shape) -> tuple[Tensor, int]:
    """One image of a split of the set of this name, uint8 [1, C, H, W], at the size in the name.

    And how many images the split has. No other one is read or resized. Raises AtlasError where
    there is no such image, or not of this shape [C, H, W].
    """
    base, size = parted_name(name)
    dataset = shown_dataset(base)
    places = dataset.splits.get(split)
    if places is None or not 0 <= index < len(places) or (size or dataset.image_shape) != shape:
        raise AtlasError("There is no such image here: reload the page.")
    image = dataset.images[places[index]][None]
    return resized(image, shape), len(places)
