"""Importing somebody's pictures: read, make them alike, keep them once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from vae_core.data.dataset import LabelColumn
from vae_core.data.own.fitting import Fit, Mode
from vae_core.data.own.inspection import Inspection
from vae_core.data.own.label_columns import Column
from vae_core.data.own.limits import PREFIX, Cancelled, ImportCancelled, Limits, Progress, megabytes
from vae_core.data.own.naming import natural
from vae_core.data.own.opening import LONGEST_TITLE, Pictures, Source, opened
from vae_core.data.own.pictures import Ground, UnreadablePicture
from vae_core.data.own.scales import Scale
from vae_core.data.own.store import About, datasets_folder, keep
from vae_core.data.own.surveying import Choice, check_choice, propose, see
from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import counted, listed

MOST_NAMED = 10  # unreadable pictures that are named one by one


@dataclass(frozen=True)
class Imported:
    """A dataset that is kept now; `load_dataset(about.name, about.file.parent)` reads it.

    `choice` is how the pictures were made into images, `notes` what there is to tell about them,
    and `inspected` what they are.
    """

    about: About
    choice: Choice
    notes: tuple[str, ...]
    inspected: Inspection


class UnreadablePictures(AtlasError):
    """Some pictures cannot be read, and it was not said to leave them out."""


def import_images(
    source: Source,
    *,
    size: tuple[int, int] | None = None,
    mode: Mode | None = None,
    fit: Fit | None = None,
    scale: Scale | None = None,
    ground: Ground | None = None,
    inverted: bool = False,
    own_parts: bool = True,
    leave_out: bool = False,
    layout: tuple[int, int] | None = None,
    label: str | None = None,
    title: str | None = None,
    folder: Path | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    announce: Callable[[Path], None] | None = None,
) -> Imported:
    """Make a dataset of pictures and keep it in `folder` (see `datasets_folder`).

    Args:
        source: a folder, or a file: a ZIP or tar of pictures or arrays, NumPy's .npz and .npy, idx,
            MATLAB 5, a table of pixels (CSV), Parquet or Arrow with pictures; the same in memory as
            (name, bytes); or several picture files as a list of (name, bytes). Sub-folders, labels
            beside the images, a table or file names are classes.
        size: (H, W) of the images; by default the size that all pictures have if that is at most
            64 × 64, else 28 × 28 for drawings and 64 × 64 for everything else.
        mode: "grey" or "rgb"; by default RGB if some pictures have colour.
        fit: "crop" cuts off what is too long, "pad" shows all on paper of the border's colour; by
            default drawings are padded and everything else is cropped, unless too much would go.
        scale: which numbers are black and white; by default the closest scale that holds all.
        ground: what lies below transparency; by default what contrasts with the ink.
        inverted: swap black and white.
        own_parts: keep the source's own division into train, valid and test, where it has one.
        leave_out: leave out pictures that cannot be read, instead of refusing all.
        layout: (H, W) of flat images as they came; by default `size`, or a square.
        label: the column of labels whose classes count, where there are several; by default the
            first that is called after labels, else the first that has classes. All are kept.
        title: what people will read; by default the name of the folder or file.
        progress: called with the pictures done and the pictures in all.
        cancelled: asked often; once it says True, nothing is kept.
        announce: told of the dataset's file before anybody can find it.

    Raises:
        AtlasError: the source cannot be used; one sentence names the file, what was found and what
            to do. Nothing is kept.
        SizeNeeded: the same of flat images whose layout is not clear.
        UnreadablePictures: the same of some pictures, all of which are named.
        ImportCancelled: the user called it off. Nothing is kept.
    """
    limits = limits or Limits.from_environment()
    with opened(
        source, limits, cancelled, size=layout or size, scale=scale, own_parts=own_parts,
        label=label,
    ) as pictures:  # fmt: skip
        proposed = propose(pictures)
        choice = Choice(
            size or proposed.size,
            mode or proposed.mode,
            fit or proposed.fit,
            scale or proposed.scale,
            ground or proposed.ground,
            inverted,
            own_parts,
            leave_out,
            layout,
            label,
        )
        check_choice(choice, limits)
        pictures.read_as(choice.scale, choice.ground)
        pictures.budget.unpacked = 0  # what was read to choose is not held against the source
        images, kept, bad = _read(pictures, choice, limits, progress)
        _check_readable(bad, len(kept), len(pictures), leave_out=leave_out)
        inspected = Inspection()
        for image in images:
            inspected.see(image)
        inspected.check(pictures.budget.source)
        columns = [_numbered(column, kept) for column in pictures.labels]
        if cancelled is not None and cancelled():
            raise ImportCancelled("The import was cancelled: nothing was kept.")
        wanted = (title or "").strip()[:LONGEST_TITLE] or pictures.title
        about = keep(
            images,
            columns[0].labels.numpy() if columns else None,
            columns[0].class_names if columns else (),
            label_name=columns[0].name if columns else "",
            other_labels=columns[1:],
            parts=_at(pictures.parts, kept) if own_parts else None,
            names=[pictures.names[i] for i in kept],
            title=wanted,
            provenance=_provenance(pictures, choice, len(kept)),
            folder=datasets_folder(folder),
            announce=announce,
        )
        left = (f"{counted(len(bad), 'picture')} left out that cannot be read.",) if bad else ()
        before = (
            ()
            if about.title == wanted
            else (f"The same images are kept already, as “{about.title}”: they keep that name.",)
        )
        others = [f"“{column.name}”" for column in columns[1:]]
        further = (f"Kept as factors too: {listed(others)}.",) if others else ()
        notes = (*pictures.notes, *further, *left, *inspected.warnings(), *before)
        return Imported(about, choice, notes, inspected)


def _read(
    pictures: Pictures, choice: Choice, limits: Limits, progress: Progress | None
) -> tuple[np.ndarray, list[int], list[str]]:
    """uint8 [n, C, H, W], which pictures they are, and what is wrong with the others."""
    shape = (len(pictures), 3 if choice.mode == "rgb" else 1, *choice.size)
    total = int(np.prod(shape, dtype=np.int64))
    if total > limits.kept_bytes:
        raise AtlasError(
            f"{counted(len(pictures), 'image')} of {size(choice.size)} would take "
            f"{megabytes(total)}, more than the {megabytes(limits.kept_bytes)} allowed: "
            f"choose a smaller size, or raise {PREFIX}KEPT_BYTES."
        )
    images = np.empty(shape, np.uint8)
    kept: list[int] = []
    bad: list[str] = []
    for i in range(len(pictures)):
        try:
            images[len(kept)] = see(pictures, i, choice)
            kept.append(i)
        except UnreadablePicture as problem:
            bad.append(str(problem))
        if progress is not None:
            progress(i + 1, len(pictures))
    return images[: len(kept)], kept, bad


def _check_readable(bad: Sequence[str], kept: int, count: int, *, leave_out: bool) -> None:
    """Raises UnreadablePictures, naming them, unless they may be left out and others are left."""
    if not bad or (leave_out and kept >= 2):
        return
    if len(bad) == 1 and not leave_out:
        raise UnreadablePictures(f"{bad[0]} Or go on without it.")
    named = " ".join(bad[:MOST_NAMED])
    more = f" And {len(bad) - MOST_NAMED:,} more." if len(bad) > MOST_NAMED else ""
    way = "bring others." if kept < 2 else "leave these out, or bring them anew."
    raise UnreadablePictures(
        f"{len(bad):,} of {counted(count, 'picture')} cannot be read: {way} {named}{more}"
    )


Told = TypeVar("Told")


def _at(values: Sequence[Told] | None, kept: Sequence[int]) -> list[Told] | None:
    return None if values is None else [values[i] for i in kept]


def _numbered(column: Column, kept: Sequence[int]) -> LabelColumn:
    """The labels of the images that were kept, their classes in natural order."""
    values = [column.values[i] for i in kept]
    names = tuple(sorted(set(values), key=natural))
    number = {name: i for i, name in enumerate(names)}
    return LabelColumn(column.name, torch.tensor([number[value] for value in values]), names)


def _provenance(pictures: Pictures, choice: Choice, count: int) -> str:
    colour = "RGB" if choice.mode == "rgb" else "grey"
    how = "cropped" if choice.fit == "crop" else "padded"
    extra = [
        *([f"numbers read as {choice.scale}"] if choice.scale else []),
        *([f"transparency on {choice.ground}"] if choice.ground else []),
        *(["black and white swapped"] if choice.inverted else []),
        *(["the source’s own parts kept"] if choice.own_parts and pictures.parts else []),
    ]
    told = f" ({'; '.join(extra)})" if extra else ""
    return (
        f"{counted(count, 'own picture')} from “{pictures.title}”, made "
        f"{size(choice.size)} and {colour}; other proportions were {how}{told}."
    )
