"""What the folders and names of picture files say: the parts of a collection, and its classes."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.naming import OTHERS
from vae_core.data.own.parts import Part, is_division, is_folder_of_a_part, part_of, words_of
from vae_core.sentences import counted, plain

Folders = list[tuple[str, ...]]

REPEATS = 0.5  # of the folders under all parts together that are under each of them
MOSTLY = 0.5  # of the files that lie in folders of parts
NAMED = 0.95  # of the files whose names follow the pattern of a class and a number
# Folders that say what is in them, and not of which kind.
_OF_IMAGES = frozenset(
    {"image", "images", "img", "imgs", "picture", "pictures", "pics", "photo", "photos", "frames"}
    | {"jpg", "jpeg", "jpegs", "jpegimages", "png", "pngs", "data", "files"}
)
_NUMBERED = re.compile(r"(?P<word>[^\d]*[^\W\d_])[ _.\-]*\d+")
_CLASS_AND_NUMBER = re.compile(r"(?P<kind>.+?)[ _.\-]+\d+|(?P<letters>[^\W\d]+)\d+")
_KIND = re.compile(r"\d{1,3}|.*[^\W\d_].*")  # a word, or a number that is none of a date


@dataclass(frozen=True)
class Places:
    """The part and the class of each file, where there are any.

    `finer` names the folders below that of the class with it: Greek/character01.
    """

    parts: list[Part] | None
    classes: list[str] | None
    finer: list[str] | None = None


def places(names: Sequence[str]) -> Places:
    """What the folders tell of files with these paths.

    Folders that all share are passed over (a ZIP often has one around everything). Where the
    folders of one level are called train, test and the like, they are parts. A class is a folder of
    the first level at which files differ, and where there are parts, of the first that repeats
    under each of them.
    """
    folders: Folders = _without_shared([PurePosixPath(name).parts[:-1] for name in names])
    parts, folders = _without_parts(folders)
    folders = _without_images(folders, parts)
    groups = _grouped(folders, parts)
    level = _level_of_classes(groups)
    if level is None:
        return Places(parts, None)
    missing = OTHERS if parts is None else UNLABELLED
    classes = [f[level] if len(f) > level else missing for f in folders]
    deeper = any(len(f) > level + 1 for f in folders)
    finer = ["/".join(f[level:]) or missing for f in folders]
    return Places(parts, classes, finer if deeper else None)


def outside_of_folders(names: Sequence[str]) -> list[str]:
    """The files beside the folders of parts, where most lie in those: `seg_pred`, a sample.

    Kept, they would turn train and test into classes.
    """
    folders = _without_shared([PurePosixPath(name).parts[:-1] for name in names])
    inside = [bool(folder) and is_folder_of_a_part(folder[0]) for folder in folders]
    parts = {part_of(folder[0]) for folder, its in zip(folders, inside, strict=True) if its}
    if not ("train" in parts and len(parts) > 1) or sum(inside) < MOSTLY * len(names):
        return []
    return [name for name, its in zip(names, inside, strict=True) if not its]


def told_of_outside(names: Sequence[str]) -> str:
    """What to say of files beside the folders of parts that were left out; "" of none."""
    if not names:
        return ""
    return (
        f"{counted(len(names), 'picture')} left out, beside the parts of the others "
        f"(such as {plain(names[0])}). With new parts, all are taken in."
    )


def places_of_all(names: Sequence[str]) -> tuple[Places, str]:
    """As `places`, of files beside the folders of parts as well; and what to say of those.

    They are of no class, and as they are of no part either, the parts of the others are none.
    """
    outside = set(outside_of_folders(names))
    if not outside:
        return places(names), ""
    inside = [name for name in names if name not in outside]
    told = places(inside)
    classes = told.classes
    note = (
        f"{counted(len(outside), 'picture')} beside the parts of the others taken in"
        f"{', without a class' if classes else ''} (such as {plain(min(outside))})."
    )
    if classes is None:
        return Places(None, None), note

    def of_all(values: list[str]) -> list[str]:
        known = dict(zip(inside, values, strict=True))
        return [known.get(name, UNLABELLED) for name in names]

    return Places(None, of_all(classes), of_all(told.finer) if told.finer else None), note


def classes_in_names(names: Sequence[str]) -> list[str] | None:
    """The class of each file where its name says it before a number: `cat.12.jpg`, `3_0001.png`."""
    stems = [PurePosixPath(name).stem for name in names]
    found = [_CLASS_AND_NUMBER.fullmatch(stem) for stem in stems]
    kinds = [(match["kind"] or match["letters"] or "") if match else "" for match in found]
    told = [kind for kind in kinds if kind and _KIND.fullmatch(kind)]
    counts = Counter(told)
    if len(told) < NAMED * len(names) or not 2 <= len(counts) <= len(names) / 2:
        return None
    return [kind if kind in counts else UNLABELLED for kind in kinds]


def _without_shared(folders: Folders) -> Folders:
    while folders and all(folders) and len({folder[0] for folder in folders}) == 1:
        folders = [folder[1:] for folder in folders]
    return folders


def _without_parts(folders: Folders) -> tuple[list[Part] | None, Folders]:
    """The parts, and the folders without the level that named them."""
    depth = min((len(folder) for folder in folders), default=0)
    for level in range(depth):
        if not all(is_folder_of_a_part(folder[level]) for folder in folders):
            continue
        parts = [part_of(folder[level]) for folder in folders]
        inner = [folder[:level] + folder[level + 1 :] for folder in folders]
        known = [part for part in parts if part is not None]
        if is_division(parts):
            return known, _unwrapped(inner, known)
        return None, _without_shared(inner)  # one part alone divides nothing
    return None, folders


def _unwrapped(folders: Folders, parts: Sequence[Part]) -> Folders:
    """Without a folder around all of a part that is called as parts are: seg_train/seg_train/…"""
    around: dict[Part, set[str | None]] = defaultdict(set)
    for folder, part in zip(folders, parts, strict=True):
        around[part].add(folder[0] if folder else None)
    alone = {part: next(iter(names)) for part, names in around.items() if len(names) == 1}
    wrapped = {part for part, name in alone.items() if name and is_folder_of_a_part(name)}
    if len(alone) == len(around) and len(set(alone.values())) == 1 and None not in alone.values():
        wrapped = set(around)
    return [f[1:] if part in wrapped else f for f, part in zip(folders, parts, strict=True)]


def _grouped(folders: Folders, parts: Sequence[Part] | None) -> list[Folders]:
    if parts is None:
        return [folders]
    return [
        [folder for folder, its in zip(folders, parts, strict=True) if its == part]
        for part in sorted(set(parts))
    ]


def _without_images(folders: Folders, parts: Sequence[Part] | None) -> Folders:
    """Without the levels of a part that hold nothing but folders of images."""
    found = list(folders)
    of: Sequence[Part | None] = parts or [None] * len(folders)
    for part in set(of):
        its = [k for k, each in enumerate(of) if each == part]
        depth = max(len(folders[k]) for k in its)
        empty = {
            level
            for level in range(depth)
            if all(is_of_images(folders[k][level]) for k in its if len(folders[k]) > level)
        }
        for k in its:
            found[k] = tuple(f for level, f in enumerate(folders[k]) if level not in empty)
    return found


def is_of_images(folder: str) -> bool:
    """Whether a folder is called after its being one of pictures: images, jpg, data."""
    words = words_of(folder)  # none in a name without Latin letters
    return bool(words) and all(word in _OF_IMAGES for word in words)


def _are_numbered(names: Collection[str]) -> bool:
    """Whether all are one word with a number: character01, character02, …

    They are counted anew in each folder around them, and are no classes that these share.
    """
    found = [_NUMBERED.fullmatch(name) for name in names]
    return None not in found and len({match["word"] for match in found if match}) == 1


def _level_of_classes(groups: Sequence[Folders]) -> int | None:
    depth = max((len(folder) for group in groups for folder in group), default=0)
    differing = []
    for level in range(depth):
        names = [{f[level] for f in group if len(f) > level} for group in groups]
        every = set().union(*names)
        loose = any(len(f) <= level for group in groups for f in group)
        if len(every) + (loose and len(groups) == 1) < 2:
            continue
        differing.append(level)
        there = [found for found in names if found]  # a test part may lie flat, without classes
        if len(set.intersection(*there)) < REPEATS * len(every):
            continue
        return differing[0] if level > differing[0] and _are_numbered(every) else level
    return differing[0] if differing else None
