"""What the browser is answered when it asks for the batch of a run."""

import json
from functools import lru_cache

from latent_atlas.ui.owners import Owner
from latent_atlas.ui.train.one_batch.view import batch_view
from latent_atlas.ui.visible_data import visible_run
from vae_core.errors import AtlasError
from vae_core.runs import Run
from vae_core.runs.batch_trace import read_trace, trace_path, traced_at
from vae_core.runs.one_batch import takes_a_batch


class NoBatch(AtlasError):
    """There is no batch to show, and none is about to come."""


def batch_answer(run_id: str, after: int, who: Owner | None = None) -> bytes | None:
    """The batch of a run that is later than the step ``after``, as JSON; None: it is being taken.

    `who` asks.

    Raises:
        NoBatch: there is none.
        AtlasError: there is no such run, or its images are somebody else's.
    """
    run = visible_run(run_id, who)
    # First: a batch that ends in between has left its trace.
    at_work = takes_a_batch(run.path.parent)
    step = traced_at(run.path)
    if step is not None and step > after:
        try:
            stat = trace_path(run.path).stat()
            return _view(run, (stat.st_mtime_ns, stat.st_size))
        except OSError as problem:
            raise NoBatch("The run is not here any more.") from problem
        except AtlasError as problem:
            raise NoBatch(str(problem)) from problem
    if at_work:
        return None
    raise NoBatch("No batch is being taken of this run.")


@lru_cache(maxsize=4)
def _view(run: Run, _stamp: tuple[int, int]) -> bytes:
    return json.dumps(batch_view(run, read_trace(run.path))).encode()
