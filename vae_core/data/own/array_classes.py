"""The classes of the images in several arrays: which labels are whose."""

from collections.abc import Collection, Mapping

import numpy as np

from vae_core.data.own.array_labels import LABELS, UNLABELLED, Found, best_labels, is_labels
from vae_core.data.own.array_roles import IMAGES, Sorted
from vae_core.data.own.limits import Budget
from vae_core.data.own.parts import part_of_path, words_of
from vae_core.errors import AtlasError
from vae_core.sentences import counted, listed, plain

MOST_NAMED = 3


def classes_of(
    counts: Mapping[str, int], found: Sorted, budget: Budget
) -> tuple[list[str] | None, list[str]]:
    """The class of each image, and what to say about where it comes from.

    `counts` holds how many images each array has. What was taken leaves `found.others`, and what
    was not is told of.
    """
    labels = {name: _labels_of(name, count, counts, found) for name, count in counts.items()}
    total = sum(counts.values())
    if not any(labels.values()) and len(counts) > 1:
        whole = best_labels(found.others, total, found.class_names)
        if whole is not None:
            del found.others[whole.name]
            return whole.values, _said({whole.name})
    used = {each.name for each in labels.values() if each is not None}
    for name in used:
        found.others.pop(name, None)
    _check_lengths(found.others, counts, budget, labelled=bool(used))
    for name, array in found.others.items():
        found.left[name] = (
            "its numbers are not whole, so they are no classes"
            if is_labels(name) and array.dtype.kind == "f" and array.size == len(array)
            else f"it has the shape {list(array.shape)}"
        )
    if not used:
        return None, []
    values: list[str] = []
    for name, count in counts.items():
        of_this = labels[name]
        values += [UNLABELLED] * count if of_this is None else of_this.values
    without = values.count(UNLABELLED)
    missing = [f"{counted(without, 'image has', 'images have')} no label."] if without else []
    return values, [*_said(used), *missing]


def _labels_of(name: str, count: int, counts: Mapping[str, int], found: Sorted) -> Found | None:
    """The labels of one array of images: of its name, its file, its part, or the only ones there.

    None where several would do, and which are whose does not follow.
    """
    own = _rest(name)  # of images_03 and labels_03, of x_train and y_train
    called = {n: array for n, array in found.others.items() if _rest(n) == own}
    if own and sum(_rest(each) == own for each in counts) == 1:
        labels = best_labels(called, count, found.class_names)
        if labels is not None:
            return labels
    place = _place(name)
    if place:
        beside = {n: array for n, array in found.others.items() if _place(n) == place}
        rivals = sum(_place(each) == place for each in counts)
        if (labels := _clear(beside, count, rivals, found)) is not None:
            return labels
    part = part_of_path(name)
    if len(counts) > 1 and part is None:
        return None  # one array for all is looked for
    alone = len(counts) == 1
    pool = {n: array for n, array in found.others.items() if alone or part_of_path(n) == part}
    return _clear(pool, count, sum(part_of_path(each) == part for each in counts), found)


def _clear(pool: Mapping[str, np.ndarray], count: int, rivals: int, found: Sorted) -> Found | None:
    """The labels in a pool from which so many arrays of images take theirs."""
    fitting = [n for n, array in pool.items() if is_labels(n) and len(array) == count]
    return None if rivals > 1 and len(fitting) > 1 else best_labels(pool, count, found.class_names)


def _place(name: str) -> str:
    return name.rpartition("/")[0]


def _rest(name: str) -> list[str]:
    """The words of a name but those that say what an array is."""
    return [w for w in words_of(name) if w not in IMAGES and not LABELS.fullmatch(w)]


def _said(used: Collection[str]) -> list[str]:
    """Nothing where the arrays are called labels; else from which the classes were taken."""
    strange = [f"“{plain(name)}”" for name in sorted(used) if not is_labels(name)]
    if len(strange) > MOST_NAMED:
        strange = [*strange[:MOST_NAMED], f"{len(strange) - MOST_NAMED:,} more"]
    return [f"The classes were taken from {listed(strange)}."] if strange else []


def _check_lengths(
    others: Mapping[str, np.ndarray],
    counts: Mapping[str, int],
    budget: Budget,
    *,
    labelled: bool,
) -> None:
    """Raises AtlasError where labels are there, but not one for each image."""
    wrong = {n: a for n, a in others.items() if is_labels(n) and a.size == len(a) > 0}
    lengths = {*counts.values(), sum(counts.values())}
    if labelled or not wrong or any(len(a) in lengths for a in wrong.values()):
        return
    names = listed([f"“{plain(name)}”" for name in wrong])
    raise AtlasError(
        f"{budget.source} holds {counted(sum(counts.values()), 'image')} but "
        f"{counted(sum(len(a) for a in wrong.values()), 'label')} in {names}: save one label for "
        "each image."
    )
