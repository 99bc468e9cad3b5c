"""Pictures that show where something is in others: they lie beside these, and are none of them."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from vae_core.data.own.folder_classes import is_of_images
from vae_core.data.own.naming import MASKS
from vae_core.data.own.parts import is_folder_of_a_part, words_of
from vae_core.sentences import counted, listed, plain

_WORD = "|".join(sorted(MASKS | {"seg", "gt"}))
_AFTER = re.compile(rf"(?P<of>.+?)[ _.\-]+(?:{_WORD})(?:[ _.\-]*\d+)?", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{_WORD})[ _.\-]+(?P<of>.+)", re.IGNORECASE)
_NEGATED = re.compile(rf"(?:^|[^a-z])(?:no|non|not|without|un)[ _.\-]*(?:{_WORD})", re.IGNORECASE)
_LONGEST = 200  # letters of a name, and levels of folders, that are looked into


def masks(names: Sequence[str]) -> frozenset[str]:
    """Those of some pictures that lie in folders of masks, or are called the mask of another one.

    Faces with a mask and without are two classes, not masks. Where all are, none is.
    """
    folders = _folders_of_masks(names)
    inside = {name for name in names if any(each in folders for each in _folders(name))}
    stems = {PurePosixPath(name).stem.lower() for name in names if name not in inside}
    called = {name for name in names if name not in inside and _mask_of(name) in stems}
    found = frozenset(inside | called)
    return found if len(found) < len(names) else frozenset()


def masks_left_out(found: frozenset[str]) -> str:
    """The sentence about masks that were left out: how many, and where or what they are called."""
    words = sorted({PurePosixPath(f).name for n in found for f in _folders(n) if _is_masks(f)})
    loose = sorted(n for n in found if not any(_is_masks(f) for f in _folders(n)))
    if words:
        where = f" in {listed([f'“{plain(word)}”' for word in words[:3]])}"
    else:
        where = f" (such as {plain(loose[0])})"
    return (
        f"{counted(len(found), 'picture')}{where} left out: by their names they show where "
        "something is in the others."
    )


def _folders(name: str) -> list[str]:
    """The folders around a file, each as a whole path."""
    parts = PurePosixPath(name).parts[:-1][:_LONGEST]
    return ["/".join(parts[: k + 1]) for k in range(len(parts))]


def _folders_of_masks(names: Sequence[str]) -> frozenset[str]:
    """The folders that are called so, unless one beside them says that it has none.

    Beside folders of classes, one of masks is a class like them: mask, helmet, gloves.
    """
    beside: dict[PurePosixPath, set[str]] = defaultdict(set)
    for folder in {each for name in names for each in _folders(name)}:
        beside[PurePosixPath(folder).parent].add(folder)
    return frozenset(
        folder
        for siblings in beside.values()
        if not any(_NEGATED.search(PurePosixPath(each).name) for each in siblings)
        and sum(_may_be_class(each) for each in siblings) < 2
        for folder in siblings
        if _is_masks(folder)
    )


def _is_masks(folder: str) -> bool:
    return bool(MASKS & set(words_of(PurePosixPath(folder).name)))


def _may_be_class(folder: str) -> bool:
    """Whether a folder may be that of a class: none of masks, of images or of a part."""
    name = PurePosixPath(folder).name
    return not (_is_masks(folder) or is_of_images(name) or is_folder_of_a_part(name))


def _mask_of(name: str) -> str | None:
    """The stem of the picture that a file is the mask of, by its own name."""
    stem = PurePosixPath(name).stem.lower()
    if len(stem) > _LONGEST:
        return None
    match = _AFTER.fullmatch(stem) or _BEFORE.fullmatch(stem)
    return match["of"] if match else None
