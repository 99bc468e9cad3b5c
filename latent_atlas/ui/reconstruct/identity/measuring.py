"""The verdicts on what each model makes of a split: made once in the background, then kept."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress, find, forget, start
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity.teacher import labels_for
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Identity, Verdicts, Watch, identity

Key = tuple[str, str, str, str]

_KEPT = 48  # models; 10,000 images make half a megabyte
_PATIENCE = 1.0  # seconds that a page waits before it tells how far the work is

_known: OrderedDict[Key, Identity] = OrderedDict()
_lock = threading.Lock()


def known(comparison: Comparison, judge: Judge) -> list[Identity] | None:
    """What is known of each model in its column; None until it is known of all of them."""
    with _lock:
        found = [_known.get(_key(comparison, judge, column)) for column in comparison.columns]
        if any(each is None for each in found):
            return None
        for column in comparison.columns:
            _known.move_to_end(_key(comparison, judge, column))
    labels = labels_for(comparison, judge)
    return [replace(each, labels=labels) for each in found if each is not None]


def measuring(comparison: Comparison, judge: Judge) -> Job | None:
    """The job that finds it out, running or ended; None where none was begun."""
    return find(_name(comparison, judge))


def measure(comparison: Comparison, judge: Judge) -> Job:
    """Have it found out for each model that it is not known of yet; returns within a second."""

    def work(told: Progress, cancelled: IsCancelled) -> str:
        look(comparison, judge, told, cancelled)
        return ""

    job = start(_name(comparison, judge), "Looking at what comes back", work)
    job.wait(_PATIENCE)
    return job


def measure_again(comparison: Comparison, judge: Judge) -> None:
    """Callback: begin once more what was cancelled or has failed."""
    forget(_name(comparison, judge))


def look(comparison: Comparison, judge: Judge, told: Progress, cancelled: IsCancelled) -> None:
    """Find it out for each model that it is not known of yet. Raises AtlasError if cancelled."""
    columns, images = comparison.columns, comparison.split.images
    missing = [each for each in columns if _key(comparison, judge, each) not in _known]
    original = _verdicts_on_originals(comparison, judge, columns)
    with judge.opened() as classifier:
        for place, column in enumerate(missing):

            def progress(done: float, place: int = place) -> None:
                told(round((place + done) * len(images)), len(missing) * len(images))

            watch = Watch(progress, cancelled)
            try:
                found = identity(column.vae, classifier, images, original=original, watch=watch)
            except Cancelled:
                raise AtlasError("It was cancelled.") from None
            original = found.original
            with _lock:
                _known[_key(comparison, judge, column)] = found
                while len(_known) > max(_KEPT, len(columns)):
                    _known.popitem(last=False)


def _verdicts_on_originals(
    comparison: Comparison, judge: Judge, columns: Sequence[Column]
) -> Verdicts | None:
    with _lock:
        for column in columns:
            if (found := _known.get(_key(comparison, judge, column))) is not None:
                return found.original
    return None


def _key(comparison: Comparison, judge: Judge, column: Column) -> Key:
    return judge.digest, comparison.data.name, comparison.split.name, column.entry.digest


def _name(comparison: Comparison, judge: Judge) -> str:
    digests = (column.entry.digest for column in comparison.columns)
    return " ".join([judge.digest, comparison.data.name, comparison.split.name, *digests])
