"""Images that were selected in a whole split, as Explore's address names them.

`digits;test;grey;shipped:digits-2d,run:7;A:120,340` is the brush itself, with the models that its
letters stand for; `digits;test;1,5-9` are numbers of images, where they are few. Whatever it says
is checked, and refused in a sentence.
"""

import re
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import quote, unquote

import torch
from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import point_order
from latent_atlas.ui.latent_plane.view import LONGEST_PICKED, in_ranges
from latent_atlas.ui.model_files import find_model, load_by_digest
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.measure import Measurement, Subject, asked
from latent_atlas.ui.reconstruct.selection import Brush, brushes_of, chosen, in_words, text_of
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.sentences import counted, plain

FEW = 24  # images that are named one by one
_NUMBERS = re.compile(r"[0-9]{1,7}(?:-[0-9]{1,7})?(?:,[0-9]{1,7}(?:-[0-9]{1,7})?)*", re.ASCII)
_PATIENCE = 1.0  # seconds
_JUNK = "This link names no selection of images that can be understood: clear it."


@dataclass(frozen=True)
class Picked:
    """A selection as an address names it: by `brushes` of `models`, else by number (`images`)."""

    dataset: str
    split: str
    treatment: Treatment = "grey"
    models: tuple[str, ...] = ()
    brushes: tuple[Brush, ...] = ()
    images: tuple[int, ...] = ()


def picked_text(comparison: Comparison, brushes: list[Brush], among: Tensor) -> str | None:
    """For Explore's address, what `brushes` select; `among` bool [N] are the images that they do.

    None where it does not fit into an address.
    """
    data, split = (quote(each, safe="") for each in (comparison.data.name, comparison.split.name))
    indices = among.nonzero()[:, 0].tolist()
    if len(indices) <= FEW:
        return f"{data};{split};{in_ranges(tuple(indices))}" if indices else None
    places = sorted(set[int]().union(*(each.columns for each in brushes)))
    keys = ",".join(quote(comparison.columns[place].entry.key, safe=":@") for place in places)
    renamed = [
        replace(each, first=places.index(each.first), second=places.index(each.second))
        if each.columns
        else each
        for each in brushes
    ]
    text = f"{data};{split};{comparison.treatment};{keys};{text_of(renamed)}"
    return text if len(text) <= LONGEST_PICKED else None


def asked_selection(text: str) -> Picked:
    """What an address names. Raises AtlasError, in a sentence, for anything else."""
    parts = text.split(";") if len(text) <= LONGEST_PICKED else []
    if len(parts) == 3 and _NUMBERS.fullmatch(parts[2]):
        return Picked(unquote(parts[0]), unquote(parts[1]), images=_numbers(parts[2]))
    if len(parts) != 5 or parts[2] not in get_args(Treatment):
        raise AtlasError(_JUNK)
    data, split, treatment, keys, written = parts
    models = tuple(unquote(key) for key in keys.split(",") if key)
    brushes = brushes_of(written, len(models))
    if not brushes or len(brushes) != len(written.split("~")):
        raise AtlasError(_JUNK)
    known: tuple[Treatment, ...] = get_args(Treatment)
    return Picked(
        unquote(data),
        unquote(split),
        next(each for each in known if each == treatment),
        models,
        tuple(brushes),
    )


def picked_points(data: Dataset, text: str) -> str | bytes:
    """Which of the plane's points are selected, as safetensors, or how far the work is.

    `points` is uint8 [points], 1 for those that are. The header says what they are in `note`, and
    how many images are selected in `total`: some may be among no points. Raises AtlasError, in a
    sentence, where that cannot be told.
    """
    found = asked_selection(text)
    if found.dataset != data.name:
        raise AtlasError(
            "These images were selected in other data than the dots are of: choose a model of "
            "those data, or clear the selection."
        )
    if found.split not in data.splits:
        raise AtlasError(f"{plain(data.title)} has no split {plain(found.split, 40)}.")
    index = data.splits[found.split]
    if found.images:
        if max(found.images) >= len(index):
            raise AtlasError(f"{plain(data.title)} has fewer images than the link names.")
        picked = torch.tensor(found.images)
        told = "by number"
    else:
        numbers = _numbers_of(found, data)
        if isinstance(numbers, str):
            return numbers
        labels = data.split(found.split).labels
        picked = chosen(list(found.brushes), numbers, labels).nonzero()[:, 0]
        told = _in_words(found, data)
    selected = torch.zeros(len(data.images), dtype=torch.uint8)
    selected[index[picked]] = 1
    where = f"From {plain(data.title)}, {plain(found.split, 40)}: {told}."
    return checkpoint_bytes(
        {"points": selected[point_order(data)].contiguous()},
        {"note": where, "total": len(picked)},
    )


def _numbers_of(found: Picked, data: Dataset) -> dict[int, Measurement] | str:
    """What is measured under each model that a brush reads; a word on how far that is."""
    images = data.split(found.split).images
    numbers = {}
    for place in set[int]().union(*(each.columns for each in found.brushes)):
        key = found.models[place]
        entry = find_model(key)
        if entry is None:
            raise AtlasError(f"The model {plain(key, 60)} of this selection is not here now.")
        vae = load_by_digest(entry.digest).vae
        if vae.architecture.image_shape != data.image_shape:
            raise AtlasError(f"{entry.title} reads images of another size than these.")
        subject = Subject(entry.digest, data.name, found.split, found.treatment, vae, images)
        job = asked(subject, "a plane")
        job.wait(_PATIENCE)
        if job.state == "failed":
            raise AtlasError(job.message)
        if job.result is None:
            return (
                f"Measuring {entry.title}: {round(job.done * len(images)):,} of "
                f"{counted(len(images), 'image')}"
            )
        numbers[place] = job.result
    return numbers


def _in_words(found: Picked, data: Dataset) -> str:
    told = [in_words(found.brushes, [plain(each, 60) for each in data.class_names])]
    for place, key in enumerate(found.models):
        if (entry := find_model(key)) is not None:
            told.append(f"{letter(place)} is {plain(entry.title, 60)}")
    return "; ".join(told)


def _numbers(text: str) -> tuple[int, ...]:
    """Raises AtlasError where they are more than few."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(last or first) - int(first) > FEW:
            raise AtlasError(_JUNK)
        numbers.extend(range(int(first), int(last or first) + 1))
    if not 0 < len(numbers) <= FEW:
        raise AtlasError(_JUNK)
    return tuple(numbers)
