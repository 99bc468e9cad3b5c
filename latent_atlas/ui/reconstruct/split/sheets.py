"""The numbers of a split as the browser fetches them, while they are being measured and after.

A sheet is what one page shows: some models on one split. Its name is made of theirs, so whoever
compares the same finds the same sheet.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from latent_atlas.ui.background import State
from latent_atlas.ui.reconstruct.measure import Measurement
from latent_atlas.ui.reconstruct.measuring import Job
from vae_core.checkpoint import checkpoint_bytes

_KEPT = 32
_HAVE = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9}){0,11}", re.ASCII)


@dataclass(frozen=True, eq=False)
class _Column:
    """What is drawn of one model: the state of its measurement, costs [n] and places [n, 2]."""

    state: State
    costs: Tensor
    places: Tensor


class Sheet:
    """The measurements of some models on one split, whose `labels` are int64 [N] or None."""

    def __init__(
        self, dataset: str, jobs: Sequence[Job[Measurement]], labels: Tensor | None, images: int
    ) -> None:
        self.dataset = dataset
        self.images = images
        self._labels = None if labels is None else labels.to(torch.uint16)
        self._columns: list[Job[Measurement] | _Column] = list(jobs)

    def content(self, have: str) -> bytes:
        """What the browser has not got yet, as safetensors.

        `have` is how many images of each model it has, such as 1000,0. `cost0` and so on are
        float32 [n], −ELBO in nats; `places` float32 [n, 2] and `labels` uint16 [n] come with the
        first. The header has the `states` of the measurements, and the number of `images`.
        """
        known = [int(text) for text in have.split(",")] if _HAVE.fullmatch(have) else []
        columns = [self._column(place) for place in range(len(self._columns))]
        known += [0] * (len(columns) - len(known))
        tensors: dict[str, Tensor] = {}
        for place, (column, start) in enumerate(zip(columns, known, strict=False)):
            tensors[f"cost{place}"] = column.costs[start:]
        end = len(columns[0].costs)
        tensors["places"] = columns[0].places[known[0] :]
        if self._labels is not None:
            tensors["labels"] = self._labels[known[0] : end]
        told = {"states": [column.state for column in columns], "images": self.images}
        return checkpoint_bytes(tensors, told)

    def _column(self, place: int) -> _Column:
        job = self._columns[place]
        if isinstance(job, _Column):
            return job
        state, found = job.state, job.found  # the state first: what is finished is all there
        if found is None:
            return _Column(state, torch.zeros(0), torch.zeros(0, 2))
        column = _Column(state, -found.bounds.elbo, found.places if place == 0 else _NONE)
        if state == "finished":
            self._columns[place] = column  # lets go of all else that was measured
        return column


_NONE = torch.zeros(0, 2)
_sheets: OrderedDict[str, Sheet] = OrderedDict()
_lock = threading.Lock()


def put(keys: Sequence[str], sheet: Sheet) -> str:
    """Keep a sheet for the browser; returns its name. `keys` are those of its measurements."""
    name = hashlib.sha256("\0".join(keys).encode()).hexdigest()[:32]
    with _lock:
        _sheets[name] = sheet
        _sheets.move_to_end(name)
        while len(_sheets) > _KEPT:
            _sheets.popitem(last=False)
    return name


def find(name: str) -> Sheet | None:
    """The sheet of this name; None where the server has none (any more)."""
    with _lock:
        return _sheets.get(name)


def gone() -> bytes:
    """What the browser is told of a sheet that is not here: the page has to be drawn again."""
    return checkpoint_bytes({}, {"states": [], "images": 0})
