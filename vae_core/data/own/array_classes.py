"""The labels of the images in several arrays: which array has the classes, and what others say."""

from collections.abc import Collection, Mapping

import numpy as np

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.array_columns import columns_in, folder_of, names_for, owner_of, title_of
from vae_core.data.own.array_labels import Found, best_labels, is_labels, labels_in
from vae_core.data.own.array_roles import Sorted
from vae_core.data.own.label_columns import Column, others_of
from vae_core.data.own.limits import Budget
from vae_core.data.own.parts import part_of_path, words_of
from vae_core.errors import AtlasError
from vae_core.sentences import counted, listed, plain

MOST_NAMED = 3


def labels_beside(
    counts: Mapping[str, int], found: Sorted, budget: Budget
) -> tuple[list[Column], list[str]]:
    """The columns of labels, that of the classes first, and what to say of where these are from.

    `counts` holds how many images each array has, in the order of the images. What was taken leaves
    `found.others`, and what was not is told of.

    Raises:
        AtlasError: there are labels, but not one for each image.
    """
    main, used, said = _main(counts, found)
    for name in used:
        found.others.pop(names_for(name, found.others)[0], None)
        found.others.pop(name, None)
    columns, titles = columns_in(found.others, counts)
    kept, passed = others_of(columns, main)
    taken = {column.name for column in kept}
    for name, title in titles.items():
        if title in taken:
            found.others.pop(name)
        elif title in passed:
            found.left[name] = "its values hardly repeat, or measure"
    _check_lengths(found.others, counts, budget, labelled=main is not None)
    for name, array in found.others.items():
        found.left.setdefault(
            name,
            "its numbers are not whole, so they are no classes"
            if is_labels(name) and array.dtype.kind == "f" and array.size == len(array)
            else f"it has the shape {list(array.shape)}",
        )
    return ([] if main is None else [main, *kept]), said


def _main(
    counts: Mapping[str, int], found: Sorted
) -> tuple[Column | None, frozenset[str], list[str]]:
    """The column of the classes, the arrays that it is from, and what to say of it."""
    labels = {name: _labels_of(name, count, counts, found) for name, count in counts.items()}
    its = {name: each for name, each in labels.items() if each is not None}
    if its:
        values: list[str] = []
        for name, count in counts.items():
            values += its[name].values if name in its else [UNLABELLED] * count
        without = values.count(UNLABELLED)
        missing = [f"{counted(without, 'image has', 'images have')} no label."] if without else []
        used = frozenset(each.name for each in its.values())
        images, first = next(iter(its.items()))
        title = title_of(first.name, images if len(counts) > 1 else "")
        return Column(title, values), used, [*_said(used), *missing]
    if len(counts) > 1:
        whole = best_labels(found.others, sum(counts.values()), found.class_names)
        if whole is not None:
            main = Column(title_of(whole.name), _by_own_names(whole, found).values)
            return main, frozenset({whole.name}), _said({whole.name})
    return None, frozenset(), []


def _labels_of(name: str, count: int, counts: Mapping[str, int], found: Sorted) -> Found | None:
    """The labels of one array of images, under the names that go with these alone."""
    best = _best_labels_of(name, count, counts, found)
    return None if best is None else _by_own_names(best, found)


def _by_own_names(labels: Found, found: Sorted) -> Found:
    names = names_for(labels.name, found.others)[1]
    values = labels_in(found.others[labels.name], names) if names else None
    return labels if values is None else Found(values, labels.name)


def _best_labels_of(
    name: str, count: int, counts: Mapping[str, int], found: Sorted
) -> Found | None:
    """The labels of one array of images: of its name, its file, its part, or the only ones there.

    None where several would do, and which are whose does not follow.
    """
    owners = {n: owner_of(n, counts) for n in found.others}
    called = sorted((n for n, own in owners.items() if own == name), key=lambda n: len(words_of(n)))
    labels = best_labels({n: found.others[n] for n in called}, count, found.class_names)
    if labels is not None:
        return labels
    others = {n: array for n, array in found.others.items() if owners[n] in (None, name)}
    place = folder_of(name)
    if place:
        beside = {n: array for n, array in others.items() if folder_of(n) == place}
        rivals = sum(folder_of(each) == place for each in counts)
        if (labels := _clear(beside, count, rivals, found)) is not None:
            return labels
    part = part_of_path(name)
    if len(counts) > 1 and part is None:
        return None  # one array for all is looked for
    alone = len(counts) == 1
    pool = {n: array for n, array in others.items() if alone or part_of_path(n) == part}
    return _clear(pool, count, sum(part_of_path(each) == part for each in counts), found)


def _clear(pool: Mapping[str, np.ndarray], count: int, rivals: int, found: Sorted) -> Found | None:
    """The labels in a pool from which so many arrays of images take theirs."""
    fitting = [n for n, array in pool.items() if is_labels(n) and len(array) == count]
    return None if rivals > 1 and len(fitting) > 1 else best_labels(pool, count, found.class_names)


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
