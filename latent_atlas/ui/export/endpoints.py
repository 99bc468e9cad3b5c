"""The two ends of a path, as people name them: the pin, a real image, their own, or a z."""

import math
import re
from dataclasses import dataclass

import torch
from torch import Tensor

from latent_atlas.ui.catalog import ModelEntry, companion_dataset, loaded
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.spot import whole_z
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images

PIN, OWN = "The pin", "Your image"
_REAL = "A real "
_FARTHEST = 100.0
# Of so many images of a class the one in its middle is taken.
_LOOKED_AT = 500


@dataclass(frozen=True)
class WalkContext:
    """What the names refer to: the model, the view with its pin, and μ [J] of one's own image."""

    entry: ModelEntry
    view: PlaneView
    own: Tensor | None


def endpoint_names(here: WalkContext) -> list[str]:
    """What to choose from. Raises AtlasError when the model is gone."""
    data = companion_dataset(here.entry)
    named = [] if data is None or data.labels is None else list(data.class_names)
    return [PIN, *([] if here.own is None else [OWN]), *(f"{_REAL}{name}" for name in named)]


def endpoint(here: WalkContext, text: str) -> Tensor:
    """The z [J] that `text` names.

    It is one of `endpoint_names`, an image as in "#17", or a z as in "0.5, -1": with all
    coordinates, or those that the plane shows. Raises AtlasError, in a sentence, when it names
    nothing.
    """
    if text == PIN:
        return whole_z(here.entry, here.view.z, here.view)
    if text == OWN and here.own is not None:
        return here.own
    data = companion_dataset(here.entry)
    if text.startswith(_REAL) and data is not None and text[len(_REAL) :] in data.class_names:
        return _typical(here.entry, data, data.class_names.index(text[len(_REAL) :]))
    if data is not None and (number := re.fullmatch(r"#\s*(\d{1,9})", text.strip())):
        return _image(here.entry, data, int(number[1]))
    return _typed(here, text)


def _typical(entry: ModelEntry, data: Dataset, label: int) -> Tensor:
    """The encoding of the image that lies nearest to the mean of some of its class."""
    assert data.labels is not None
    of_class = (data.labels == label).nonzero().flatten()[:_LOOKED_AT]
    if not len(of_class):
        raise AtlasError(f"{data.title} has no image of class {data.class_names[label]}.")
    mu = encode_images(loaded(entry).vae, data.images[of_class]).mu
    return mu[(mu - mu.mean(0)).norm(dim=1).argmin()]


def _image(entry: ModelEntry, data: Dataset, number: int) -> Tensor:
    if number >= len(data.images):
        raise AtlasError(
            f"{data.title} has no image #{number:,}: the last one is #{len(data.images) - 1:,}."
        )
    return encode_images(loaded(entry).vae, data.images[number : number + 1]).mu[0]


def _typed(here: WalkContext, text: str) -> Tensor:
    parts = [part for part in re.split(r"[,;\s()]+", text.replace("−", "-")) if part]
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        numbers = ()
    if numbers and all(math.isfinite(n) and abs(n) <= _FARTHEST for n in numbers):
        latent_dim = loaded(here.entry).vae.architecture.latent_dim
        if len(numbers) == latent_dim:
            return torch.tensor(numbers)
        spot = whole_z(here.entry, numbers, here.view)
        if len(numbers) <= 2 and spot.any():
            return spot
    raise AtlasError(
        f"“{text[:40]}” names no spot: choose one of the list, or write a z such as 0.5, -1 or the "
        "number of an image such as #17."
    )
