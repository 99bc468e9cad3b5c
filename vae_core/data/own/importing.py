"""Importing somebody's pictures: read, make them alike, keep them once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_core.data.own.fitting import Fit, Mode
from vae_core.data.own.limits import PREFIX, Cancelled, ImportCancelled, Limits, Progress, megabytes
from vae_core.data.own.naming import natural
from vae_core.data.own.opening import LONGEST_TITLE, Pictures, Source, opened
from vae_core.data.own.store import About, datasets_folder, keep
from vae_core.data.own.surveying import Choice, check_choice, propose, see
from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import counted


@dataclass(frozen=True)
class Imported:
    """A dataset that is kept now; `load_dataset(about.name, about.file.parent)` reads it.

    `choice` is how the pictures were made into images, `notes` what there is to tell about them.
    """

    about: About
    choice: Choice
    notes: tuple[str, ...]


def import_images(
    source: Source,
    *,
    size: tuple[int, int] | None = None,
    mode: Mode | None = None,
    fit: Fit | None = None,
    title: str | None = None,
    folder: Path | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Imported:
    """Make a dataset of pictures and keep it in `folder` (see `datasets_folder`).

    Args:
        source: a folder, a ZIP, an .npz or an .npy; the same in memory as (name, bytes); or several
            picture files as a list of (name, bytes). Sub-folders, or a labels array, are classes.
        size: (H, W) of the images; by default the size that all pictures have if that is at most
            64 × 64, else 28 × 28 for drawings and 64 × 64 for everything else.
        mode: "grey" or "rgb"; by default RGB if some pictures have colour.
        fit: "crop" cuts off what is too long, "pad" shows all on paper of the border's colour; by
            default drawings are padded and everything else is cropped.
        title: what people will read; by default the name of the folder or file.
        progress: called with the pictures done and the pictures in all.
        cancelled: asked often; once it says True, nothing is kept.

    Raises:
        AtlasError: the source cannot be used; one sentence names the file, what was found and what
            to do. Nothing is kept.
        ImportCancelled: the user called it off. Nothing is kept.
    """
    limits = limits or Limits.from_environment()
    with opened(source, limits, cancelled) as pictures:
        choice = _choose(pictures, size, mode, fit)
        check_choice(choice, limits)
        pictures.budget.unpacked = 0  # what was read to choose is not held against the source
        images = _read(pictures, choice, limits, progress)
        labels, class_names = _labels(pictures.classes)
        if cancelled is not None and cancelled():
            raise ImportCancelled("The import was cancelled: nothing was kept.")
        about = keep(
            images,
            labels,
            class_names,
            title=(title or "").strip()[:LONGEST_TITLE] or pictures.title,
            provenance=_provenance(pictures, choice),
            folder=datasets_folder(folder),
        )
        return Imported(about, choice, pictures.notes)


def _choose(
    pictures: Pictures, size: tuple[int, int] | None, mode: Mode | None, fit: Fit | None
) -> Choice:
    if size is not None and mode is not None and fit is not None:
        return Choice(size, mode, fit)
    proposed = propose(pictures)
    return Choice(size or proposed.size, mode or proposed.mode, fit or proposed.fit)


def _read(
    pictures: Pictures, choice: Choice, limits: Limits, progress: Progress | None
) -> np.ndarray:
    """uint8 [N, C, H, W]."""
    shape = (len(pictures), 3 if choice.mode == "rgb" else 1, *choice.size)
    total = int(np.prod(shape, dtype=np.int64))
    if total > limits.kept_bytes:
        raise AtlasError(
            f"{counted(len(pictures), 'image')} of {size(choice.size)} would take "
            f"{megabytes(total)}, more than the {megabytes(limits.kept_bytes)} allowed: "
            f"choose a smaller size, or raise {PREFIX}KEPT_BYTES."
        )
    images = np.empty(shape, np.uint8)
    for i in range(len(pictures)):
        images[i] = see(pictures, i, choice)
        if progress is not None:
            progress(i + 1, len(pictures))
    return images


def _labels(classes: list[str] | None) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """int64 [N] and the names that the numbers stand for, in natural order."""
    if classes is None:
        return None, ()
    names = tuple(sorted(set(classes), key=natural))
    number = {name: i for i, name in enumerate(names)}
    return np.array([number[name] for name in classes], np.int64), names


def _provenance(pictures: Pictures, choice: Choice) -> str:
    colour = "RGB" if choice.mode == "rgb" else "grey"
    how = "cropped" if choice.fit == "crop" else "padded"
    return (
        f"{counted(len(pictures), 'own picture')} from “{pictures.title}”, made "
        f"{size(choice.size)} and {colour}; other proportions were {how}."
    )
