"""Further columns of labels in the file of an own dataset: two arrays of it."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from vae_core.data.dataset import LabelColumn
from vae_core.data.own.array_labels import MOST_CLASSES
from vae_core.data.own.label_columns import LONGEST_COLUMN, MOST_COLUMNS
from vae_core.sentences import plain

COLUMNS, _NAMES = "other_labels", "other_names"


def columns_written(columns: Sequence[LabelColumn]) -> dict[str, np.ndarray]:
    """Columns of labels as arrays: uint16 [K, N], and what the columns and their classes are."""
    told = [{"name": each.name, "class_names": list(each.class_names)} for each in columns]
    labels = np.stack([each.labels.numpy() for each in columns]).astype(np.uint16)
    return {COLUMNS: labels, _NAMES: np.frombuffer(json.dumps(told).encode(), np.uint8)}


def columns_read(content: Mapping[str, np.ndarray], count: int) -> tuple[LabelColumn, ...]:
    """The columns again. Raises what `DAMAGE` holds when they are none, or too many."""
    labels, told = content[COLUMNS], json.loads(content[_NAMES].tobytes())
    shape = (len(told), count)
    if labels.dtype != np.uint16 or labels.shape != shape or not 0 < len(told) < MOST_COLUMNS:
        raise ValueError(f"it holds other labels as {labels.dtype} {list(labels.shape)}")
    found = []
    for each, values in zip(told, labels, strict=True):
        names = tuple(plain(str(name)) for name in each["class_names"])
        if not int(values.max(initial=0)) < len(names) <= MOST_CLASSES:
            raise ValueError("it holds other labels of classes that are not named")
        name = plain(str(each["name"]), LONGEST_COLUMN)
        found.append(LabelColumn(name, torch.from_numpy(values.astype(np.int64)), names))
    return tuple(found)
